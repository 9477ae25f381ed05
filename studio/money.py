"""Micro-dollars: every amount in the studio is a whole number of millionths of a US dollar.

No floats anywhere; `Decimal` only here, at the edge where people type and read.
"""

from decimal import ROUND_CEILING, Decimal
from typing import NewType

Micros = NewType("Micros", int)
"""An amount in millionths of a US dollar. Positive or negative, never fractional."""

MICROS_PER_DOLLAR = 1_000_000
MINUS = "\N{MINUS SIGN}"


def parse_dollars(text: str) -> Micros:
    """The amount a person typed ("0.09", "$12", "1,250.50") as micro-dollars.

    Raises ValueError when the text is no finite amount or is finer than a micro-dollar.
    """
    bare = text.strip().removeprefix("$").replace(",", "")
    try:
        micros = Decimal(bare) * MICROS_PER_DOLLAR
    except ArithmeticError as error:  # no number, or one of a million digits
        raise ValueError(f"not an amount in dollars: {text!r}") from error
    if not micros.is_finite() or micros != micros.to_integral_value():
        raise ValueError(f"not a whole number of micro-dollars: {text!r}")
    return Micros(int(micros))


def dollars(amount_micros: int) -> str:
    """What people read: `$0.09`, `$0.055`, `−$1.20`.

    Two decimals at least, more only while they are not zero, so that nothing is rounded away.
    """
    sign = MINUS if amount_micros < 0 else ""
    return f"{sign}${_decimals(abs(amount_micros), at_least=2)}"


def statement_amount(amount_micros: int, *, signed: bool = False) -> str:
    """A table cell: three decimals and no currency (`0.090`, `−0.090`); `signed` adds a plus."""
    sign = MINUS if amount_micros < 0 else "+" if signed and amount_micros > 0 else ""
    return f"{sign}{_decimals(abs(amount_micros), at_least=3)}"


def round_up(amount: Decimal) -> Micros:
    """Micro-dollars from an exact calculation: multiply first, divide once, round up, once."""
    return Micros(int(amount.to_integral_value(rounding=ROUND_CEILING)))


def _decimals(amount_micros: int, *, at_least: int) -> str:
    whole, fraction = divmod(amount_micros, MICROS_PER_DOLLAR)
    digits = f"{fraction:06d}".rstrip("0").ljust(at_least, "0")
    return f"{whole:,}.{digits}"
