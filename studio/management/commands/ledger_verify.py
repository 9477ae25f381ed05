"""`manage.py ledger_verify`: do books, pictures and answers tell one story? Writes nothing."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone, translation

from ...ledger.audit import Finding, Scope
from ...models import User
from ...reconcile.exported import FileRefused, rows_of_file
from ...reconcile.log_row import LogRow
from ...verify.checks import CHECKS, Check, checks_with_file
from ...verify.run import COULD_NOT_RUN, Report, Result, verify


class Command(BaseCommand):
    help = (
        "Look through books, pictures and spool, and name every row that is wrong. Changes nothing, and is safe "
        "while the studio works. Ends with 0 when all is well, 1 when something was found, 2 when it cannot say."
    )
    # What the system checks would say is no finding, and must not end with a 1 as if it were.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line; the last one is the summary")
        parser.add_argument("--since", metavar="DATE", help="only what was written since that day, 2026-11-24")
        parser.add_argument("--user", metavar="NAME", help="only what belongs to the person with that user name")
        parser.add_argument(
            "--fast", action="store_true", help="only look whether pictures are there; read none of them"
        )
        parser.add_argument(
            "--provider-usage",
            type=Path,
            metavar="FILE",
            help="also lay a log beside the books that was exported at the gateway, csv or xlsx",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            tell = _Json(self.stdout.write) if options["json"] else _Plain(self.stdout.write)
            checks = checks_with_file(_rows(file)) if (file := options["provider_usage"]) else CHECKS
            report = verify(_scope(**options), found=tell.found, done=tell.done, checks=checks)
            tell.summary(report)
        if report.exit_code:
            sys.exit(report.exit_code)


def _scope(*, since: str | None, user: str | None, fast: bool, **_others: Any) -> Scope:
    """Raises CommandError with the code of what could not run."""
    try:
        day = date.fromisoformat(since) if since else None
        person = User.objects.get(username=user) if user else None
    except ValueError as error:
        raise CommandError(f"No day: {since}. Write it as 2026-11-24.", returncode=COULD_NOT_RUN) from error
    except User.DoesNotExist as error:
        raise CommandError(f"Nobody here is called {user}.", returncode=COULD_NOT_RUN) from error
    except DatabaseError as error:
        raise CommandError(f"The database cannot be asked: {error}", returncode=COULD_NOT_RUN) from error
    midnight = timezone.make_aware(datetime.combine(day, time.min)) if day else None
    return Scope(since=midnight, person=person, fast=fast)


def _rows(path: Path) -> Sequence[LogRow]:
    """Raises CommandError with the code of what could not run."""
    try:
        with path.open("rb") as file:
            return list(rows_of_file(file))
    except FileRefused as refusal:
        raise CommandError(f"The file cannot be read: {refusal}", returncode=COULD_NOT_RUN) from None
    except OSError as error:
        raise CommandError(f"The file cannot be opened: {error.strerror}", returncode=COULD_NOT_RUN) from error


class _Plain:
    """For people: a line for each check, its findings above it."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def found(self, check: Check, finding: Finding) -> None:
        self._write(f"  {finding.kind}: {finding.row}: {finding.words} ({finding.runbook})")

    def done(self, result: Result) -> None:
        word = f"{result.findings} found" if result.findings else "ok"
        if result.error:
            word = f"COULD NOT RUN: {result.error}"
        self._write(f"{result.check.number:2} {result.check.title}: {word}, {result.seconds:.1f} s")

    def summary(self, report: Report) -> None:
        failed = f", {len(report.failed)} could not run" if report.failed else ""
        self._write(f"{len(report.results)} checks, {report.findings} findings{failed}, {report.seconds:.1f} s.")


class _Json:
    """For programs. Findings are written as they come: a ruined ledger needs no more memory than a sound one."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def found(self, check: Check, finding: Finding) -> None:
        facts = {"check": check.number, "kind": finding.kind, "row": finding.row, "words": finding.words}
        self._write(json.dumps({**facts, "runbook": finding.runbook}, ensure_ascii=False))

    def done(self, result: Result) -> None:
        pass  # the summary has it

    def summary(self, report: Report) -> None:
        checks = [
            {
                "check": result.check.number,
                "title": str(result.check.title),
                "findings": result.findings,
                "seconds": round(result.seconds, 3),
                "error": result.error,
            }
            for result in report.results
        ]
        ended = {"findings": report.findings, "seconds": round(report.seconds, 3), "exit_code": report.exit_code}
        self._write(json.dumps({"checks": checks, **ended}, ensure_ascii=False))
