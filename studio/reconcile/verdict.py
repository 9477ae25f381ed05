"""What follows when the log and the ledger are laid side by side. Pure, and all of it is these two tables.

"No row after 24 hours" and "a row with quota 0" both mean: not charged. The gateway's pages disagree about which of
them an uncharged call leaves.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from ..provider.outcome import Charge
from .log_row import MICROS_PER_QUOTA

ABSENT_AFTER: Final = timedelta(hours=24)
"""A call that the log does not know by then was not charged; gateway's decision table, see docs/provider.md."""

ROUNDING_MICROS: Final = MICROS_PER_QUOTA
"""The gateway counts in units of two micro-dollars, the studio in one and rounds up: what tokens come to may lie so far
apart, and is the same sum. No page says how the gateway rounds."""


class Step(StrEnum):
    """What is done with the attempt."""

    WAIT = "wait"  # its call is under way: there is nothing to compare yet
    EQUAL = "equal"  # both say the same
    CONFIRM = "confirm"  # presumed becomes charged; no money moves
    CHARGE = "charge"  # it was thought to cost nothing, and is charged after all
    RELEASE = "release"  # it was booked, and is not charged: given back in full
    ASK = "ask"  # a person has to decide


@dataclass(frozen=True, slots=True)
class Verdict:
    """`correction_micros` is posted beside the step, as the owner sees it: minus when the gateway took more."""

    step: Step
    correction_micros: int = 0


def is_rounding(difference_micros: int) -> bool:
    """Whether two sums differ by no more than the unit that the gateway counts in."""
    return abs(difference_micros) <= ROUNDING_MICROS


def of_row(charge: Charge, price_micros: int, logged_micros: int, corrected_micros: int = 0) -> Verdict:
    """What a row means for its attempt, which is booked at `price_micros`, or would be.

    `corrected_micros` is what people have corrected on it already: where that does not come to the log's amount, the
    machine does not argue with them. What is rounding alone corrects nothing.
    """
    is_booked = charge in (Charge.CHARGED, Charge.PRESUMED, Charge.REIMBURSED)
    if charge is Charge.HELD:
        return Verdict(Step.WAIT)
    if corrected_micros:
        agrees = is_rounding((price_micros if is_booked else 0) - corrected_micros - logged_micros)
        return Verdict((Step.CONFIRM if charge is Charge.PRESUMED else Step.EQUAL) if agrees else Step.ASK)
    if not logged_micros:
        return Verdict(Step.RELEASE if charge in (Charge.CHARGED, Charge.PRESUMED) else Step.EQUAL)
    difference = price_micros - logged_micros
    if is_rounding(difference):
        difference = 0
    match charge:
        case Charge.NONE:
            return Verdict(Step.CHARGE, difference)
        case Charge.PRESUMED:
            return Verdict(Step.CONFIRM, difference)
        case Charge.RELEASED:
            return Verdict(Step.EQUAL, -logged_micros)  # its row came after all, later than rows do
        case _:
            return Verdict(Step.EQUAL, difference)


def of_absence(charge: Charge) -> Verdict:
    """What it means that the log of that time was read whole, a day later, and does not know the attempt."""
    match charge:
        case Charge.PRESUMED:
            return Verdict(Step.RELEASE)
        case Charge.CHARGED:
            return Verdict(Step.ASK)  # a picture came of it: somebody should look before it is given back
        case Charge.HELD:
            return Verdict(Step.WAIT)
        case _:
            return Verdict(Step.EQUAL)
