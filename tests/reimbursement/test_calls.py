"""Which charges of a month stand on the list, and why others do not."""

from datetime import timedelta

import pytest
from django.db import transaction

from studio.ledger import post
from studio.models import Instance, Kind, LedgerEntry
from studio.provider.outcome import Outcome
from studio.reimbursement.calls import ELIGIBLE, Candidate, Sums, by_reason, eligible, for_nothing, read
from studio.reimbursement.month import spend_of
from studio.reimbursement.plan import WhyNot
from tests.people import Cast
from tests.reconcile.calls import run
from tests.reconcile.rows import NOON, row
from tests.reimbursement.claimed import MONTH, answered, declined, drawn, row_of

pytestmark = pytest.mark.django_db


def candidates() -> list[Candidate]:
    """All of the month; the database and the plan say the same of each."""
    found = read(for_nothing(MONTH))
    assert [each.attempt.why for each in found] == [each.why_not or ELIGIBLE for each in found]  # type: ignore[attr-defined]
    return found


def reasons() -> list[WhyNot | None]:
    return [each.why_not for each in candidates()]


def test_a_filtered_pro_call_that_the_log_confirms_is_on_the_list(cast: Cast) -> None:
    attempt = declined(cast)
    (found,) = read(eligible(MONTH))
    assert (found.attempt, found.row, found.logged_micros) == (attempt, row_of(attempt), 90_000)
    assert not found.is_corrected


def test_before_its_row_was_read_it_waits(cast: Cast) -> None:
    answered(cast)
    assert reasons() == [WhyNot.NOT_CONFIRMED]


def test_what_brought_a_picture_or_cost_nothing_is_no_matter_of_the_plan(cast: Cast) -> None:
    answered(cast, Outcome.DELIVERED)
    declined(cast, quota=0)  # given back by its row
    assert reasons() == []


def test_what_was_declined_and_asked_again_is_left_out(cast: Cast) -> None:
    first, again = declined(cast, prompt="A crown"), declined(cast, prompt="A  crown", at=NOON + timedelta(hours=1))
    assert [(each.attempt, each.why_not) for each in candidates()] == [(first, None), (again, WhyNot.REPEATED)]


def test_what_is_asked_again_after_a_failure_of_another_kind_is_not(cast: Cast) -> None:
    answered(cast, Outcome.NO_IMAGE, prompt="A crown")
    declined(cast, prompt="A crown", at=NOON + timedelta(hours=1))
    assert reasons() == [WhyNot.NOT_MODERATED, None]


def test_a_call_counts_in_the_month_that_its_row_is_of(cast: Cast) -> None:
    declined(cast, at=MONTH.until)
    declined(cast, at=MONTH.since - timedelta(seconds=1))
    assert reasons() == []
    declined(cast, at=MONTH.since)
    declined(cast, at=MONTH.until - timedelta(seconds=1))
    assert reasons() == [None, None]


def test_what_is_on_a_sheet_is_not_on_the_list(cast: Cast) -> None:
    declined(cast)
    drawn(cast.dana)
    assert reasons() == []


def test_what_a_person_corrected_is_claimed_and_said(cast: Cast) -> None:
    attempt = declined(cast)
    with transaction.atomic():
        charged = LedgerEntry.objects.get(attempt=attempt, kind=Kind.CHARGE)
        post.correct(charged, 90_000, note="her question", recorded_by=cast.dana, now=NOON)
    assert [each.is_corrected for each in read(eligible(MONTH))] == [True]


def test_reasons_are_grouped_in_the_order_of_the_plan(cast: Cast) -> None:
    declined(cast, tokens_out=1_200)
    answered(cast, Outcome.NO_IMAGE)
    answered(cast, model_key="nb2", size="1K")
    declined(cast)
    answered(cast)
    assert list(by_reason(MONTH).items()) == [
        (ELIGIBLE, Sums(1, 90_000)),
        (WhyNot.OTHER_MODEL, Sums(1, 90_000)),
        (WhyNot.NOT_MODERATED, Sums(1, 90_000)),
        (WhyNot.NOT_CONFIRMED, Sums(1, 90_000)),  # the log is silent: what was charged
        (WhyNot.MANY_TOKENS, Sums(1, 90_000)),
    ]


def test_the_list_asks_the_database_no_more_for_many_than_for_one(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(5):
        declined(cast)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        names = [(each.attempt.generation.frame_number, each.row) for each in candidates()]
    assert len(names) == 5


def test_the_threshold_counts_the_whole_account_by_its_log(cast: Cast) -> None:
    declined(cast)
    run(row("somebody-else", quota=5_000_000, model_name="another-model"))  # $10
    answered(cast, at=NOON + timedelta(hours=3))
    Instance.objects.update(bonus_thousandths=150)
    spend = spend_of(MONTH)
    assert spend.logged_micros == 10_090_000
    assert (spend.left_micros, spend.percent, spend.is_reached) == (989_910_000, 1, False)
    assert (spend.unlogged_count, spend.unlogged_micros) == (1, 90_000)
    assert spend.real_micros == 8_770_000  # 10.09 / 1.15


def test_the_threshold_is_reached_at_a_thousand_dollars(cast: Cast) -> None:
    run(row("most", quota=499_999_999))
    assert (spend_of(MONTH).is_reached, spend_of(MONTH).percent) == (False, 99)
    run(row("rest", quota=1))
    assert (spend_of(MONTH).is_reached, spend_of(MONTH).percent) == (True, 100)
