"""Lists and tables of prompts: what is read, and what is said of what cannot be."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.library.table import CHARACTERS_MAX, ROWS_MAX, Fault, read_list, read_table
from studio.library.wording import Blank, Wording

VASE = Wording("A {{colour}} {{thing}}, {{side}}", (Blank("side", ("left", "right"), "left"),))


def texts(text: str, wording: Wording = VASE) -> list[str]:
    table = read_table(text, wording)
    assert table.faults == []
    return [row.text for row in table.rows]


def faults(text: str, wording: Wording = VASE) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in read_table(text, wording).faults]


def test_a_list_has_a_prompt_a_line() -> None:
    table = read_list("A red boat\r\n\r\n  A blue boat \n")
    assert [(row.line, row.text) for row in table.rows] == [(1, "A red boat"), (3, "A blue boat")]


@pytest.mark.parametrize(
    "text",
    [
        "colour,thing\nred,vase\nblue,cup",
        "colour;thing\nred;vase\nblue;cup",
        "colour\tthing\nred\tvase\nblue\tcup",
        "thing,colour,side\nvase,red,left\ncup,blue,",
        "\ufeffcolour,thing\r\nred,vase\r\n\r\nblue,cup\r\n",
        '"{{colour}}","{{ thing }}"\n"red","vase"\n"blue","cup"',
        "colour,thing\n red , vase \nblue,cup\n,\n",
    ],
)
def test_a_table_is_read_however_it_was_saved(text: str) -> None:
    assert texts(text) == ["A red vase, left", "A blue cup, left"]


def test_a_cell_in_quotes_may_hold_anything() -> None:
    assert texts('colour,thing\n"red, almost ""pink""","vase\nof clay"') == ['A red, almost "pink" vase\nof clay, left']


def test_one_column_keeps_its_commas() -> None:
    assert texts("thing\nA vase, red\nA cup; blue", Wording("{{thing}}!")) == ["A vase, red!", "A cup; blue!"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@home", "=cmd|' /C calc'!A0"])
def test_a_formula_is_words_with_or_without_the_quote_that_exports_put_before_it(cell: str) -> None:
    assert texts(f"colour,thing\n'{cell},vase\n{cell},vase") == [f"A {cell} vase, left"] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "empty")]),
        ("\n \n", [(0, "empty")]),
        ("colour,thing", [(0, "empty")]),
        ("colour,thing,size\nred,vase,2", [(1, "unknown_column")]),
        ("colour\nred", [(1, "no_column")]),
        ("colour,thing,colour\nred,vase,blue", [(1, "twice")]),
        ("colour,thing\nred\nblue,cup\na,b,c", [(2, "cells"), (4, "cells")]),
        ("colour,thing,side\nred,,left\n,cup,up", [(2, "missing"), (3, "missing"), (3, "not_a_choice")]),
        ('colour,thing\n"red,vase\nblue,cup', [(3, "quotes")]),
        ('colour,thing\nred,"va"se', [(2, "quotes")]),
        ("colour,thing\n" + "red,vase\n" * (ROWS_MAX + 1), [(0, "too_many")]),
        ("colour,thing\nred," + "v" * CHARACTERS_MAX, [(2, "quotes")]),
    ],
)
def test_what_is_malformed_is_named_by_its_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert faults(text) == expected


def test_a_row_is_told_by_the_line_it_begins_on() -> None:
    table = read_table('colour,thing\n"red\nand\nblue",vase\ngreen', VASE)
    assert [row.line for row in table.rows] == [2]
    assert table.faults == [Fault(5, "cells", {"count": 1, "wanted": 2})]


CELL = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and not text.startswith("'")
)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_whatever_a_spreadsheet_writes_is_read_back(cells: list[tuple[str, str]], delimiter: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([("colour", "thing"), *cells])
    table = read_table(file.getvalue(), VASE)
    assert [(row.values["colour"], row.values["thing"]) for row in table.rows] == cells


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_be_answered(text: str) -> None:
    table = read_table(text, VASE)
    assert table.rows or table.faults
