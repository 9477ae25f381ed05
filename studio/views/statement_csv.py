"""A statement as a CSV file, read from the database as it is sent."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from ..csv_file import csv_file, plain_dollars, safe_text
from ..ledger.statement import StatementEntry

HEADER = (
    "entry",
    "time",
    "kind",
    "certainty",
    "frame",
    "project",
    "model",
    "size",
    "amount_usd",
    "left_usd",
    "note",
    "recorded_by",
)


def rows_of_csv(entries: QuerySet[StatementEntry]) -> Iterator[str]:
    """The lines of the file, one ledger entry each, read from the database as they are sent."""
    return csv_file(HEADER, map(_cells, entries.iterator(chunk_size=500)))


def _cells(entry: StatementEntry) -> tuple[str, ...]:
    run = entry.generation.run if entry.generation else None
    return (
        str(entry.sequence),
        timezone.localtime(entry.effective_at).isoformat(timespec="seconds"),
        entry.kind,
        entry.certainty,
        entry.generation.frame_number if entry.generation else "",
        safe_text(entry.project.name if entry.project else ""),
        run.model_key if run else "",
        run.size if run else "",
        plain_dollars(entry.shown_micros),
        plain_dollars(entry.left_micros),
        safe_text(entry.note),
        safe_text(entry.recorded_by.display_name if entry.recorded_by else ""),
    )
