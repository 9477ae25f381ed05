"""Run every test this machine can run, and say in one line each what it cannot: `make test`.

A part that is missing is a failure where CI=true, and never hidden anywhere else.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests import browser, pg, s3

PYTEST = (sys.executable, "-m", "pytest", "-q", "--no-header")
# A worker for each core that is seen; "auto" would count one for two that share a core. Where no browser is looked at
# there is one more, for there is always one that waits for another program.
# One that died ends the run: the files given to a new one in its place have been seen never to begin.
CORES = os.cpu_count() or 1
PARALLEL = ("-n", str(CORES + 1), "--max-worker-restart=0")
ONE_A_CORE = ("-n", str(CORES), "--max-worker-restart=0")
# Where a wrong line costs money.
ROOMS_COVERED = ("provider", "ledger")
COVERAGE_PERCENT_MIN = 98


@dataclass(frozen=True)
class Part:
    """One command, and why this machine cannot run it, if it cannot."""

    name: str
    command: tuple[str, ...]
    missing: str | None = None


@dataclass(frozen=True)
class Result:
    """How a part ended. Missing is neither passed nor failed."""

    part: Part
    has_passed: bool
    seconds: float

    def __str__(self) -> str:
        if self.part.missing:
            return f"NOT RUN  {self.part.name}: {self.part.missing}"
        return f"{'passed' if self.has_passed else 'FAILED':8} {self.part.name} ({self.seconds:.0f} s)"


def parts() -> list[Part]:
    """All of them, those in front where a mistake is found soonest."""
    measured = ("--cov", "--cov-report=")
    return [
        Part("unit, and the database on SQLite", (*PYTEST, *PARALLEL, *measured, "-m", "not e2e and not s3")),
        *(Part(f"{COVERAGE_PERCENT_MIN} % of the lines of studio/{room}", _covered(room)) for room in ROOMS_COVERED),
        Part(
            "the database on PostgreSQL",
            (
                sys.executable,
                "-m",
                "tests.pg",
                "--",
                *PYTEST,
                *PARALLEL,
                "-m",
                "database and not plain and not e2e and not s3",
            ),
            pg.missing(),
        ),
        Part("pictures in S3", (*PYTEST, "-m", "s3"), s3.missing()),
        Part("browser", (*PYTEST, *ONE_A_CORE, "tests/e2e"), browser.missing()),
    ]


def _covered(room: str) -> tuple[str, ...]:
    """Lines, over the run of the first part."""
    limit = f"--fail-under={COVERAGE_PERCENT_MIN}"
    return (sys.executable, "-m", "coverage", "report", f"--include=studio/{room}/*", limit)


def run(part: Part) -> Result:
    print(f"\n── {part.name} ──", flush=True)
    began = time.monotonic()
    has_passed = False
    if part.missing:
        print(f"not run: {part.missing}", flush=True)
    else:
        has_passed = subprocess.run(part.command, check=False, stdin=subprocess.DEVNULL).returncode == 0
    return Result(part, has_passed, time.monotonic() - began)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        # What one run measured is not to be mixed with what another left in the checkout.
        os.environ["COVERAGE_FILE"] = str(Path(folder) / "coverage")
        results = [run(part) for part in parts()]
    print("\n" + "\n".join(str(result) for result in results), flush=True)
    may_miss = os.environ.get("CI") != "true"
    return 0 if all(result.has_passed or (may_miss and result.part.missing) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
