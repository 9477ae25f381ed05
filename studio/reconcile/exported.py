"""A usage log that somebody exported in the gateway's console: csv or xlsx, its times UTC.

No page of the gateway lists the headings of the file, so the names of the log API are expected: `request_id`,
`created_at`, `model_name` and `quota` must be there, the others may be; capitals and spaces do not matter. The file is
read in a stream and by allow-list, as the API is: a column with the key is never looked at.
"""

import csv
import io
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from typing import BinaryIO, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .log_row import LogRow, NotARow, explained, moment, plain, thousandths, whole_seconds

FILE_BYTES_MAX: Final = 50_000_000
UNPACKED_BYTES_MAX: Final = 500_000_000
ROWS_MAX: Final = 500_000
COLUMNS_MAX: Final = 64
NEEDED: Final = ("request_id", "created_at", "model_name", "quota")
_KNOWN: Final = frozenset(
    {
        *NEEDED,
        "type",
        "token_name",
        "token_group",
        "prompt_tokens",
        "completion_tokens",
        "duration_for_view",
        "error_code",
        "other",
        "billing_type",
        "group_ratio",
    }
)
_CONSUMPTION: Final = ("", "2")
_DELIMITERS: Final = (",", ";", "\t")
_ZIP: Final = b"PK\x03\x04"

type Cell = object
"""A text, a number, a moment or nothing, as the file has it."""


class FileRefused(ValueError):
    """The file is not read. Nothing of its content is in the message but names of columns that we know. `code` is:

    - `empty`, `too_large`, `wrong_type`, `unreadable`: the file as a whole; `bomb`: it unpacks to far too much;
    - `too_many_rows`;
    - `wrong_columns`, with `missing`: what should stand in its first line;
    - `bad_row`, with `line` and `field`.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(" ".join([code, *(f"{name}={value}" for name, value in facts.items())]))
        self.code = code
        self.facts = facts


def rows_of_file(file: BinaryIO) -> Generator[LogRow]:
    """The consumptions in the file, in its order. Judged by its bytes, whatever its name. Raises `FileRefused`."""
    size_bytes = file.seek(0, io.SEEK_END)
    if not size_bytes:
        raise FileRefused("empty")
    if size_bytes > FILE_BYTES_MAX:
        raise FileRefused("too_large", limit=FILE_BYTES_MAX)
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    if not start.startswith(_ZIP) and b"\0" in start:
        raise FileRefused("wrong_type")
    with closing(_lines_of_xlsx(file) if start.startswith(_ZIP) else _lines_of_csv(file)) as lines:
        yield from _rows(lines)


def _lines_of_csv(file: BinaryIO) -> Generator[Sequence[Cell]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        head = text.readline()
        delimiter = max(_DELIMITERS, key=lambda each: len(_KNOWN & {_heading(cell) for cell in head.split(each)}))
        yield from csv.reader(chain([head], text), delimiter=delimiter)
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused("wrong_type") from None
    finally:
        text.detach()  # the file stays open: it is its owner's


def _lines_of_xlsx(file: BinaryIO) -> Generator[Sequence[Cell]]:
    try:
        with zipfile.ZipFile(file) as archive:
            # No member gives more than it declares: that is where Python's zipfile stops, and openpyxl reads with it.
            if sum(member.file_size for member in archive.infolist()) > UNPACKED_BYTES_MAX:
                raise FileRefused("bomb", limit=UNPACKED_BYTES_MAX)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file claims about its size; the rows are counted instead
            yield from sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True)
        finally:
            book.close()
    except FileRefused:
        raise
    # What a broken file makes the library trip over is not documented: its XML, its zip, its numbers, its names.
    except (InvalidFileException, zipfile.BadZipFile, SyntaxError, LookupError, ValueError, TypeError, OSError):
        raise FileRefused("unreadable") from None


def _rows(lines: Iterator[Sequence[Cell]]) -> Iterator[LogRow]:
    columns = _columns(next(lines, ()))
    for number, line in enumerate(lines, start=2):
        if number > ROWS_MAX + 1:
            raise FileRefused("too_many_rows", limit=ROWS_MAX)
        cells = {name: line[place] for name, place in columns.items() if place < len(line)}
        if not any(_text(cell) for cell in cells.values()) or _text(cells.get("type")) not in _CONSUMPTION:
            continue
        yield _row(cells, number)


def _columns(headings: Iterable[Cell]) -> dict[str, int]:
    """Where each column that we know stands. Raises `FileRefused` when one that we need is not there."""
    columns = {name: place for place, cell in enumerate(headings) if (name := _heading(cell)) in _KNOWN}
    if missing := [name for name in NEEDED if name not in columns]:
        raise FileRefused("wrong_columns", missing=", ".join(missing))
    return columns


def _heading(cell: Cell) -> str:
    return _text(cell).strip('"').lower().replace(" ", "_")


def _row(cells: dict[str, Cell], line: int) -> LogRow:
    field = ""

    def cell(name: str) -> Cell:
        nonlocal field
        field = name
        return cells.get(name)

    try:
        billing_type, ratio = explained(_text(cell("other")))
        return LogRow(
            request_id=plain(_text(cell("request_id"))),
            logged_at=_moment(cell("created_at")),
            model_name=plain(_text(cell("model_name"))),
            quota=_whole(cell("quota")),
            token_name=plain(_text(cell("token_name"))),
            token_group=plain(_text(cell("token_group"))),
            prompt_tokens=_whole(cell("prompt_tokens")),
            completion_tokens=_whole(cell("completion_tokens")),
            seconds=whole_seconds(_text(cell("duration_for_view")) or 0),
            error_code=plain(_text(cell("error_code"))),
            billing_type=plain(_text(cell("billing_type"))) or billing_type,
            group_ratio_thousandths=thousandths(float(_text(cell("group_ratio")) or 0)) or ratio,
        )
    except (NotARow, ValueError, OverflowError):
        raise FileRefused("bad_row", line=line, field=field) from None


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _whole(cell: Cell) -> int:
    """A whole number; nothing is zero. Raises ValueError."""
    return int(_text(cell) or "0")


def _moment(cell: Cell) -> datetime:
    """Unix seconds, a moment of the spreadsheet's own, or `2026-11-10 12:00:00`; UTC where no zone is named."""
    text = _text(cell)
    if text.isascii() and text.isdigit():
        return moment(int(text))
    found = cell if isinstance(cell, datetime) else datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
