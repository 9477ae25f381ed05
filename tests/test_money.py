"""Micro-dollars: read, printed and rounded."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.money import dollars, parse_dollars, round_up, statement_amount

amounts = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("0.09", 90_000),
        ("$12", 12_000_000),
        (" 1,250.50 ", 1_250_500_000),
        ("0.000001", 1),
        ("-3", -3_000_000),
        (".5", 500_000),
        ("1e-6", 1),
        ("0", 0),
    ],
)
def test_what_a_person_types(text: str, micros: int) -> None:
    assert parse_dollars(text) == micros


@pytest.mark.parametrize(
    "text", ["", "$", "free", "0.0000001", "NaN", "Infinity", "-Infinity", "1.2.3", "--1", "1 2", "1e999999"]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_dollars(text)


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "$0.00"),
        (90_000, "$0.09"),
        (55_000, "$0.055"),
        (1, "$0.000001"),
        (-1_200_000, "−$1.20"),
        (1_250_500_000, "$1,250.50"),
        (20_000, "$0.02"),
    ],
)
def test_what_people_read(micros: int, text: str) -> None:
    assert dollars(micros) == text


@pytest.mark.parametrize(
    ("micros", "signed", "text"),
    [
        (90_000, False, "0.090"),
        (90_000, True, "+0.090"),
        (-90_000, True, "−0.090"),
        (-90_000, False, "−0.090"),
        (0, True, "0.000"),
        (1_234_567_890, False, "1,234.56789"),
    ],
)
def test_a_cell_of_a_statement(micros: int, signed: bool, text: str) -> None:
    assert statement_amount(micros, signed=signed) == text


@pytest.mark.parametrize(
    ("exact", "micros"),
    [
        ("1", 1),
        ("1.0000001", 2),
        ("0", 0),
        ("-0.5", 0),
        # 1,548.7 tokens at 21.6 micro-dollars each are 33,451.92
        ("33451.92", 33_452),
    ],
)
def test_a_price_is_rounded_up_once(exact: str, micros: int) -> None:
    assert round_up(Decimal(exact)) == micros


@given(amounts)
def test_what_is_printed_is_what_was_meant(micros: int) -> None:
    assert parse_dollars(dollars(micros).replace("−", "-").replace("-$", "-")) == micros
    assert parse_dollars(statement_amount(micros).replace("−", "-")) == micros


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        parse_dollars(text)
    except ValueError:
        return
