"""CSV files: streamed, and safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from .money import MICROS_PER_DOLLAR

# A spreadsheet takes a cell that begins like this for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet on Windows reads names as Latin-1


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


_WRITER = csv.writer(_Echo())


def csv_file(header: Iterable[str], rows: Iterable[Iterable[str | int]]) -> Iterator[str]:
    """The lines of a CSV file, each with its end, made as they are asked for."""
    yield BYTE_ORDER_MARK + str(_WRITER.writerow(header))
    for cells in rows:
        yield str(_WRITER.writerow(cells))


def safe_text(text: str) -> str:
    """The text as a spreadsheet must read it: never as a formula."""
    is_formula = text.lstrip(" ").startswith(_FORMULA_STARTS)
    return f"'{text}" if is_formula else text


def plain_dollars(amount_micros: int) -> str:
    """For machines: `-0.090000`, no sign of currency, no commas."""
    return f"{Decimal(amount_micros) / MICROS_PER_DOLLAR:.6f}"
