"""What a row, or its absence, means for an attempt of $0.09. Worked by hand."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from studio.provider.outcome import Charge
from studio.provider.terms import BY_TOKENS
from studio.reconcile.log_row import MICROS_PER_QUOTA
from studio.reconcile.verdict import Step, Verdict, of_absence, of_row

PRICE = 90_000
DEARER = 126_000  # 0.09 × 1.4: the key's fallback group served it

OF_ROW = [
    # (booked as, the log took, then)
    (Charge.PRESUMED, PRICE, Verdict(Step.CONFIRM)),
    (Charge.PRESUMED, DEARER, Verdict(Step.CONFIRM, -36_000)),  # 0.09 - 0.126
    (Charge.PRESUMED, 72_000, Verdict(Step.CONFIRM, 18_000)),  # 0.09 × 0.8
    (Charge.PRESUMED, 0, Verdict(Step.RELEASE)),
    (Charge.CHARGED, PRICE, Verdict(Step.EQUAL)),
    (Charge.CHARGED, DEARER, Verdict(Step.EQUAL, -36_000)),
    (Charge.CHARGED, 0, Verdict(Step.RELEASE)),
    (Charge.NONE, 0, Verdict(Step.EQUAL)),
    (Charge.NONE, PRICE, Verdict(Step.CHARGE)),
    (Charge.NONE, DEARER, Verdict(Step.CHARGE, -36_000)),  # charged 0.09, and 0.036 on top
    (Charge.RELEASED, 0, Verdict(Step.EQUAL)),
    (Charge.RELEASED, PRICE, Verdict(Step.EQUAL, -90_000)),  # a row that came after two days
    (Charge.REIMBURSED, PRICE, Verdict(Step.EQUAL)),  # it was charged, and the provider gave it back
    (Charge.REIMBURSED, DEARER, Verdict(Step.EQUAL, -36_000)),
    (Charge.REIMBURSED, 0, Verdict(Step.EQUAL)),
    (Charge.HELD, PRICE, Verdict(Step.WAIT)),
    (Charge.HELD, 0, Verdict(Step.WAIT)),
]


@pytest.mark.parametrize(("charge", "logged", "expected"), OF_ROW)
def test_what_a_row_means(charge: Charge, logged: int, expected: Verdict) -> None:
    assert of_row(charge, PRICE, logged) == expected


def test_every_charge_has_its_two_rows() -> None:
    assert {(charge, bool(logged)) for charge, logged, _ in OF_ROW} == {(c, b) for c in Charge for b in (True, False)}


@pytest.mark.parametrize(
    ("charge", "step"),
    [
        (Charge.PRESUMED, Step.RELEASE),
        (Charge.CHARGED, Step.ASK),
        (Charge.HELD, Step.WAIT),
        (Charge.NONE, Step.EQUAL),
        (Charge.RELEASED, Step.EQUAL),
        (Charge.REIMBURSED, Step.EQUAL),
    ],
)
def test_what_the_absence_of_a_row_means(charge: Charge, step: Step) -> None:
    assert of_absence(charge) == Verdict(step)


@pytest.mark.parametrize(
    ("charge", "logged", "corrected", "step"),
    [
        (Charge.CHARGED, PRICE, 90_000, Step.ASK),  # given back on a person's word, and charged says the log
        (Charge.PRESUMED, 0, 90_000, Step.CONFIRM),  # given back already: 0.09 - 0.09 is what the log says
        (Charge.CHARGED, DEARER, -36_000, Step.EQUAL),  # somebody saw the 1.4 × before us
        (Charge.RELEASED, PRICE, 10_000, Step.ASK),
    ],
)
def test_the_machine_does_not_argue_with_a_person(charge: Charge, logged: int, corrected: int, step: Step) -> None:
    assert of_row(charge, PRICE, logged, corrected) == Verdict(step)


ROUNDED = [
    # (model, tokens in, tokens out, searches, group's thousandths, exactly, booked)
    ("nb2", 10, 1_548, 0, 1_000, Fraction(334_386, 10), 33_439),  # 10 × 0.18 + 1,548 × 21.6
    ("nb2", 12, 1_550, 0, 1_400, Fraction(46_875_024, 1_000), 46_876),  # (12 × 0.18 + 1,550 × 21.6) × 1.4
    ("pro", 265, 1_120, 0, 1_000, Fraction(593_692, 10), 59_370),  # 265 × 0.88 + 1,120 × 52.8
    ("pro", 265, 1_120, 2, 1_000, Fraction(873_692, 10), 87_370),  # and 2 × 14,000
    ("lite", 7, 1_520, 0, 800, Fraction(1_459_256, 100), 14_593),  # (7 × 0.1 + 1,520 × 12) × 0.8
    ("nb21", 33, 1_121, 0, 1_000, Fraction(1_481_898, 100), 14_819),  # 33 × 0.66 + 1,121 × 13.2
]


@pytest.mark.parametrize("rounded", [math.floor, math.ceil, round])
@pytest.mark.parametrize(("key", "tokens_in", "tokens_out", "searches", "group", "exactly", "booked"), ROUNDED)
def test_however_the_gateway_rounds_to_its_unit_nothing_is_corrected(
    key: str,
    tokens_in: int,
    tokens_out: int,
    searches: int,
    group: int,
    exactly: Fraction,
    booked: int,
    rounded: Callable[[Fraction], int],
) -> None:
    terms = replace(BY_TOKENS[key], multiplier_thousandths=group)
    assert terms.price(prompt_tokens=tokens_in, output_tokens=tokens_out, searches=searches) == booked
    logged = rounded(exactly / MICROS_PER_QUOTA) * MICROS_PER_QUOTA
    assert of_row(Charge.CHARGED, booked, logged) == Verdict(Step.EQUAL)
    assert of_row(Charge.PRESUMED, booked, logged) == Verdict(Step.CONFIRM)


@pytest.mark.parametrize(("apart", "correction"), [(-4, -4), (-3, -3), (-2, 0), (0, 0), (1, 0), (2, 0), (3, 3)])
def test_more_than_the_unit_is_a_difference(apart: int, correction: int) -> None:
    assert of_row(Charge.CHARGED, PRICE, PRICE - apart) == Verdict(Step.EQUAL, correction)


def test_a_call_of_nothing_is_given_back_however_little_it_was() -> None:
    assert of_row(Charge.PRESUMED, 2, 0) == Verdict(Step.RELEASE)


@pytest.mark.parametrize(("charge", "logged", "expected"), [case for case in OF_ROW if case[2].step is not Step.WAIT])
def test_afterwards_the_ledger_says_what_the_log_says(charge: Charge, logged: int, expected: Verdict) -> None:
    booked = PRICE if charge in (Charge.CHARGED, Charge.PRESUMED, Charge.REIMBURSED) else 0
    after = {Step.RELEASE: 0, Step.CHARGE: PRICE}.get(expected.step, booked) - expected.correction_micros
    is_given_back = charge is Charge.REIMBURSED and not logged
    assert after == (PRICE if is_given_back else logged)
