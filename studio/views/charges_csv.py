"""Charges as a CSV file, for those who pay: streamed, and safe to open in a spreadsheet."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from ..csv_file import csv_file, plain_dollars, safe_text
from ..models import LedgerEntry

HEADER = (
    "entry",
    "time",
    "month",
    "person",
    "project",
    "frame",
    "model",
    "size",
    "outcome",
    "charge",
    "request_id",
    "amount_usd",
)


def csv_lines(entries: QuerySet[LedgerEntry]) -> Iterator[str]:
    """The lines of the file, one charge each, read from the database as they are sent."""
    return csv_file(HEADER, map(_cells, entries.iterator(chunk_size=500)))


def _cells(entry: LedgerEntry) -> tuple[str, ...]:
    generation, attempt = entry.generation, entry.attempt
    assert generation, "a charge is of a frame"
    assert attempt, "and of a call"
    return (
        f"{entry.account_id}-{entry.sequence}",
        timezone.localtime(entry.effective_at).isoformat(timespec="seconds"),
        f"{entry.month:%Y-%m}",
        safe_text(entry.account.person.display_name),
        safe_text(entry.project.name if entry.project else ""),
        generation.frame_number,
        generation.run.model_key,
        generation.run.size,
        attempt.outcome,
        attempt.charge,
        safe_text(attempt.request_id),
        plain_dollars(attempt.cost_micros),
    )
