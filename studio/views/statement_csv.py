"""A statement as a CSV file: streamed, and safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from ..ledger.statement import StatementEntry
from ..money import MICROS_PER_DOLLAR

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
# A spreadsheet takes a cell that begins like this for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet on Windows reads names as Latin-1


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


_WRITER = csv.writer(_Echo())


def rows_of_csv(entries: QuerySet[StatementEntry]) -> Iterator[str]:
    """The lines of the file, one ledger entry each, read from the database as they are sent."""
    return csv_file(HEADER, map(_cells, entries.iterator(chunk_size=500)))


def csv_file(header: Iterable[str], rows: Iterable[Iterable[str | int]]) -> Iterator[str]:
    """The lines of a CSV file, each with its end, made as they are asked for."""
    yield BYTE_ORDER_MARK + str(_WRITER.writerow(header))
    for cells in rows:
        yield str(_WRITER.writerow(cells))


def safe_text(text: str) -> str:
    """The text as a spreadsheet must read it: never as a formula."""
    is_formula = text.lstrip(" ").startswith(_FORMULA_STARTS)
    return f"'{text}" if is_formula else text


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


def plain_dollars(amount_micros: int) -> str:
    """For machines: `-0.090000`, no sign of currency, no commas."""
    return f"{Decimal(amount_micros) / MICROS_PER_DOLLAR:.6f}"
