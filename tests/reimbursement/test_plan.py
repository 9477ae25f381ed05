"""What the gateway's page says, as tables: which calls are covered, and when a month begins and is credited."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.outcome import DELIVERED_OUTCOMES, Charge, Outcome
from studio.reimbursement.plan import MODERATED, Call, PlanMonth, Row, WhyNot, why_not

ROW = Row(quota=45_000, completion_tokens=150, billing_type="by_count")
COVERED = Call(
    model_key="pro",
    http_status=200,
    outcome=Outcome.REFUSED_OUTPUT,
    charge=Charge.CHARGED,
    at=datetime(2026, 11, 10, tzinfo=UTC),
    row=ROW,
)

# What is changed of a covered call, and what it is then.
CASES = [
    ({}, None),
    ({"outcome": Outcome.REFUSED_TEXT}, None),
    ({"outcome": Outcome.REFUSED_PROMPT}, None),
    ({"row": replace(ROW, completion_tokens=0)}, None),  # "or empty"
    ({"row": replace(ROW, completion_tokens=999)}, None),
    ({"row": replace(ROW, billing_type="")}, None),  # the log does not say: what was agreed counts
    ({"row": replace(ROW, billing_type=""), "agreed_by_tokens": True}, WhyNot.BY_TOKENS),
    ({"agreed_by_tokens": True}, None),  # the log knows better
    ({"row": replace(ROW, billing_type="by_token")}, WhyNot.BY_TOKENS),
    ({"model_key": "nb2"}, WhyNot.OTHER_MODEL),
    ({"http_status": 504, "outcome": Outcome.OUTCOME_UNKNOWN}, WhyNot.NO_ANSWER),
    ({"http_status": None}, WhyNot.NO_ANSWER),
    ({"outcome": Outcome.NO_IMAGE}, WhyNot.NOT_MODERATED),
    ({"outcome": Outcome.TRUNCATED}, WhyNot.NOT_MODERATED),
    ({"outcome": Outcome.CORRUPT_RESULT}, WhyNot.NOT_MODERATED),
    ({"at": datetime(2026, 4, 30, 16, tzinfo=UTC)}, None),  # 1 May, 00:00 at UTC+8
    ({"at": datetime(2026, 4, 30, 15, 59, tzinfo=UTC)}, WhyNot.BEFORE_THE_PLAN),
    ({"is_repeated": True}, WhyNot.REPEATED),
    ({"row": None}, WhyNot.NOT_CONFIRMED),
    ({"row": replace(ROW, is_settled=False)}, WhyNot.NOT_CONFIRMED),
    ({"charge": Charge.PRESUMED}, WhyNot.NOT_CONFIRMED),
    ({"charge": Charge.REIMBURSED}, WhyNot.NOT_CONFIRMED),
    ({"row": replace(ROW, quota=0)}, WhyNot.COST_NOTHING),
    ({"row": replace(ROW, completion_tokens=1_000)}, WhyNot.MANY_TOKENS),
]


@pytest.mark.parametrize(("changed", "expected"), CASES)
def test_the_plan_is_this_table(changed: dict[str, object], expected: WhyNot | None) -> None:
    assert why_not(replace(COVERED, **changed)) is expected  # type: ignore[arg-type]


def test_every_reason_is_in_the_table() -> None:
    assert {expected for _, expected in CASES} == {None, *WhyNot}


@given(
    model_key=st.sampled_from(["pro", "nb2", "lite"]),
    http_status=st.sampled_from([None, 200, 429, 500]),
    outcome=st.sampled_from(list(Outcome)),
    charge=st.sampled_from(list(Charge)),
    is_repeated=st.booleans(),
    quota=st.sampled_from([0, 45_000]),
    tokens=st.integers(0, 3_000),
)
def test_what_is_claimed_was_paid_for_and_brought_no_picture(
    model_key: str,
    http_status: int | None,
    outcome: Outcome,
    charge: Charge,
    is_repeated: bool,
    quota: int,
    tokens: int,
) -> None:
    row = Row(quota=quota, completion_tokens=tokens)
    call = Call(
        model_key=model_key,
        http_status=http_status,
        outcome=outcome,
        charge=charge,
        at=COVERED.at,
        is_repeated=is_repeated,
        row=row,
    )
    if why_not(call) is None:
        assert (model_key, http_status, charge, is_repeated) == ("pro", 200, Charge.CHARGED, False)
        assert outcome in MODERATED - DELIVERED_OUTCOMES
        assert quota > 0
        assert tokens < 1_000


# The first day of the month, and the fifth business day of the next.
CREDITED = [
    (date(2026, 11, 1), date(2026, 12, 7)),  # Tue 1, Wed 2, Thu 3, Fri 4, Mon 7
    (date(2026, 12, 1), date(2027, 1, 7)),  # Fri 1, Mon 4, Tue 5, Wed 6, Thu 7
    (date(2026, 1, 1), date(2026, 2, 6)),  # Sun 1; Mon 2 to Fri 6
    (date(2026, 10, 1), date(2026, 11, 6)),  # Sun 1; Mon 2 to Fri 6
]


@pytest.mark.parametrize(("first", "day"), CREDITED)
def test_a_credit_is_due_on_the_fifth_business_day(first: date, day: date) -> None:
    assert PlanMonth(first).credited_by == day


def test_a_month_runs_from_midnight_to_midnight_at_utc_8() -> None:
    month = PlanMonth(date(2026, 12, 1))
    assert month.since == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert month.until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert not month.is_over(month.until - timedelta(seconds=1))
    assert month.is_over(month.until)


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)))
def test_months_lie_end_to_end(day: date) -> None:
    month = PlanMonth(day.replace(day=1))
    assert month.until == PlanMonth(month.next_first).since
