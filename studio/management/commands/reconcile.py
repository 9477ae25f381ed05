"""`manage.py reconcile`: lay the gateway's log beside the ledger now, from the gateway or from an exported file."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...jobs import clock
from ...jobs.reconciling import is_possible, period_to_read, reconcile_account
from ...models import Reconciliation
from ...money import dollars
from ...reconcile.account import AccountUnread
from ...reconcile.exported import FileRefused, rows_of_file
from ...reconcile.run import Period, period_of, reconcile, rehearse


class Command(BaseCommand):
    help = (
        "Read the gateway's usage log and settle the ledger by it: unknown and presumed charges are confirmed or given "
        "back, other amounts corrected. Doing it again changes nothing. Ends with 2 when the log could not be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", metavar="DAY", help="first day to read, UTC, such as 2026-11-01")
        parser.add_argument("--to", dest="last", metavar="DAY", help="last day to read, UTC; without it until now")
        parser.add_argument("--file", type=Path, metavar="PATH", help="an exported csv or xlsx instead of the gateway")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")

    def handle(self, *args: Any, first: str | None, last: str | None, file: Path | None, **options: Any) -> None:
        now = clock.now()
        is_rehearsal = bool(options["dry_run"])
        if file and (first or last):
            raise CommandError("A file has its own days: give either --file, or --from and --to.")
        try:
            done = (
                _of_file(file, now, is_rehearsal=is_rehearsal)
                if file
                else _of_account(_period(first, last, now), now, is_rehearsal=is_rehearsal)
            )
        except FileRefused as refusal:
            raise CommandError(f"The file cannot be read: {refusal}", returncode=2) from None
        except AccountUnread as failure:
            raise CommandError(f"The gateway's log cannot be read: {failure}", returncode=2) from None
        self._tell(done, is_rehearsal=is_rehearsal)
        if done.error:
            raise CommandError(f"The gateway's log could not be read to its end: {done.error}", returncode=2)

    def _tell(self, done: Reconciliation, *, is_rehearsal: bool) -> None:
        would = "would be " if is_rehearsal else ""
        for line in (
            f"{done.since:%Y-%m-%d %H:%M} to {done.until:%Y-%m-%d %H:%M} UTC: {done.rows_read} rows,"
            f" {done.rows_new} new.",
            f"{done.equal + done.confirmed} {would}found equal, {done.confirmed} of them {would}confirmed;"
            f" {done.released} {would}given back, {done.charged} {would}charged, {done.corrected} {would}corrected.",
            f"In all {dollars(done.moved_micros)} for the people, minus is what they pay.",
        ):
            self.stdout.write(line)
        if done.rows_without_id:
            self.stdout.write(f"{done.rows_without_id} rows have no request id and were left out.")


def _of_account(period: Period, now: datetime, *, is_rehearsal: bool) -> Reconciliation:
    if not is_possible():
        raise CommandError("Set NB_SYSTEM_TOKEN, or give an exported file with --file.", returncode=2)
    return reconcile_account(period, now=now, is_rehearsal=is_rehearsal)


def _of_file(path: Path, now: datetime, *, is_rehearsal: bool) -> Reconciliation:
    try:
        with path.open("rb") as file:
            rows = list(rows_of_file(file))
    except OSError as error:
        raise CommandError(f"The file cannot be opened: {error.strerror}", returncode=2) from error
    lay = rehearse if is_rehearsal else reconcile
    return lay(rows, period_of(rows, now), source=Reconciliation.Source.FILE, is_whole=False, now=now)


def _period(first: str | None, last: str | None, now: datetime) -> Period:
    usual = period_to_read(now)
    since = _midnight(first) if first else usual.since
    until = min(_midnight(last) + timedelta(days=1), now) if last else usual.until
    if since >= until:
        raise CommandError("The first day has to come before the last.")
    return Period(since, until)


def _midnight(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time.min, UTC)
    except ValueError as error:
        raise CommandError(f"No day: {day}. Write it as 2026-11-24.") from error
