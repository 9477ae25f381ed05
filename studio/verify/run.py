"""Run the checks one after the other, each timed; one that cannot run does not keep the others from it."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ..ledger.audit import Finding, Interrupted, Scope
from .checks import CHECKS, Check
from .read_only import read_only

logger = logging.getLogger(__name__)

CLEAN: Final = 0
FOUND: Final = 1
COULD_NOT_RUN: Final = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What one check came to. `error` says why it could not run to its end; empty when it did."""

    check: Check
    findings: int
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    results: Sequence[Result]

    @property
    def findings(self) -> int:
        return sum(result.findings for result in self.results)

    @property
    def seconds(self) -> float:
        return sum(result.seconds for result in self.results)

    @property
    def failed(self) -> Sequence[Result]:
        return [result for result in self.results if result.error]

    @property
    def exit_code(self) -> int:
        """0 all is well, 1 something was found, 2 nobody knows, because a check could not run."""
        return COULD_NOT_RUN if self.failed else FOUND if self.findings else CLEAN


def verify(
    scope: Scope,
    *,
    found: Callable[[Check, Finding], None],
    done: Callable[[Result], None] = lambda result: None,
    checks: Iterable[Check] = CHECKS,
) -> Report:
    """Tell every finding to `found` as it comes, and every check's end to `done`; nothing is gathered here.

    Writes nothing, and sees to it that nothing can be written. Raises `Interrupted` when the scope is unwanted.
    """
    results = []
    with read_only():
        for check in checks:
            result = _run(check, scope, found)
            results.append(result)
            done(result)
    return Report(results)


def _run(check: Check, scope: Scope, found: Callable[[Check, Finding], None]) -> Result:
    began, findings, error = time.monotonic(), 0, ""
    try:
        for finding in check.find(scope):
            findings += 1
            found(check, finding)
    except Interrupted:
        raise
    except Exception as failure:  # a disk, a bucket or a database that is away; or a row that nobody could imagine
        logger.exception("check %s could not run", check.number)
        error = f"{type(failure).__name__}: {failure}"[:300]
    return Result(check, findings, time.monotonic() - began, error)
