"""Many prompts at once: a list with one a line, or a table whose columns are the blanks of a prompt. Pure."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .wording import Wording

if TYPE_CHECKING:
    import _csv

ROWS_MAX: Final = 50
"""All rows are held and queued in one transaction, which everybody else's submit waits for: a second at most."""
CHARACTERS_MAX: Final = 200_000
_BRACES: Final = re.compile(r"^\{\{\s*(.*?)\s*\}\}$")
# As the studio's own exports, and spreadsheets, write a text that would be taken for a formula.
_QUOTED_FORMULA: Final = re.compile(r"^'(?=[ ]*[=+\-@\t＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the input, from 1; `line` 0: with all of it. `forms/batch.py` has the words."""

    line: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One prompt of the input, at its line; `values` are what goes into the blanks, if there are any."""

    line: int
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """All that could be read, and everything that is wrong. With a fault in it nothing of it is sent."""

    rows: Sequence[Row] = ()
    faults: Sequence[Fault] = ()


def read_list(text: str) -> Table:
    """One prompt a line; empty lines are none."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return _bounded(text, [Row(number, line) for number, line in lines if line], [])


def read_table(text: str, wording: Wording) -> Table:
    """The rows below a header of blanks. Commas, semicolons or tabs, as the header has them; quotes as in CSV."""
    text = text.lstrip("\ufeff").strip("\r\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [_name(cell) for cell in next(reader, [])]
        if faults := _faults_of_header(header, wording):
            return Table(faults=faults)
        return _read_rows(reader, header, text, wording)
    except csv.Error:
        return Table(faults=[Fault(max(1, reader.line_num), "quotes")])


def _read_rows(reader: "_csv.Reader", header: Sequence[str], text: str, wording: Wording) -> Table:
    rows, faults = [], []
    begin = reader.line_num + 1
    for cells in reader:
        line, begin = begin, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            faults.append(Fault(line, "cells", {"count": len(cells), "wanted": len(header)}))
            continue
        given = {name: _plain(cell) for name, cell in zip(header, cells, strict=True) if cell.strip()}
        values = wording.values(given)
        faults += [Fault(line, unfit.code, {"name": unfit.name}) for unfit in wording.unfit(values)]
        rows.append(Row(line, wording.fill(values), values))
    return _bounded(text, rows, faults)


def _bounded(text: str, rows: list[Row], faults: list[Fault]) -> Table:
    if len(text) > CHARACTERS_MAX:
        return Table(faults=[Fault(0, "too_long", {"limit": CHARACTERS_MAX})])
    if len(rows) > ROWS_MAX:
        return Table(faults=[Fault(0, "too_many", {"count": len(rows), "limit": ROWS_MAX})])
    if not rows and not faults:
        faults = [Fault(0, "empty")]
    return Table(rows, faults)


def _faults_of_header(header: Sequence[str], wording: Wording) -> list[Fault]:
    names = {blank.name for blank in wording.blanks}
    if not any(header):
        return [Fault(0, "empty")]
    faults = [Fault(1, "unknown_column", {"name": name}) for name in header if name not in names]
    faults += [Fault(1, "twice", {"name": name}) for name in dict.fromkeys(header) if header.count(name) > 1]
    faults += [
        Fault(1, "no_column", {"name": blank.name})
        for blank in wording.blanks
        if blank.name not in header and not blank.default
    ]
    return faults


def _delimiter(text: str) -> str:
    """What stands between the names of the first line. One name alone: tabs, so that its values may have commas."""
    first = text.partition("\n")[0]
    return max("\t,;", key=lambda mark: first.count(mark)) if any(mark in first for mark in ",;") else "\t"


def _name(cell: str) -> str:
    """A column's name as it is, or with the braces of its blank."""
    name = cell.strip()
    braced = _BRACES.match(name)
    return braced[1] if braced else name


def _plain(cell: str) -> str:
    return _QUOTED_FORMULA.sub("", cell)
