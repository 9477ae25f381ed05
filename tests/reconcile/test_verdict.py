"""What a row, or its absence, means for an attempt of $0.09. Worked by hand."""

import pytest

from studio.provider.outcome import Charge
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


@pytest.mark.parametrize(("charge", "logged", "expected"), [case for case in OF_ROW if case[2].step is not Step.WAIT])
def test_afterwards_the_ledger_says_what_the_log_says(charge: Charge, logged: int, expected: Verdict) -> None:
    booked = PRICE if charge in (Charge.CHARGED, Charge.PRESUMED, Charge.REIMBURSED) else 0
    after = {Step.RELEASE: 0, Step.CHARGE: PRICE}.get(expected.step, booked) - expected.correction_micros
    is_given_back = charge is Charge.REIMBURSED and not logged
    assert after == (PRICE if is_given_back else logged)
