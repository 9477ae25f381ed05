"""One reconciliation over a real ledger: what is settled, what is left to people, and that twice is once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.ledger import audit, post
from studio.models import (
    Attempt,
    GatewayLogRow,
    Generation,
    Kind,
    LedgerEntry,
    MissingLogRow,
    Reconciliation,
    Status,
)
from studio.provider.outcome import Charge
from studio.reconcile.account import AccountUnread
from studio.reconcile.log_row import LogRow
from studio.reconcile.run import Period, reconcile, rehearse
from studio.verify import gateway_log
from tests.people import Cast
from tests.reconcile.calls import NEXT_DAY, charge_of, made, moved, net_micros, run
from tests.reconcile.rows import NOON, row

pytestmark = pytest.mark.django_db

ONE_CHARGE = [(Kind.CHARGE, -90_000)]


def test_what_both_say_is_silent(cast: Cast) -> None:
    attempt = made(cast, Charge.CHARGED, ids=("req-1",))
    done = run(row())
    assert (done.rows_read, done.rows_new, done.equal, done.corrected) == (1, 1, 1, 0)
    assert moved(attempt) == ONE_CHARGE
    assert GatewayLogRow.objects.get().state == GatewayLogRow.State.SETTLED


def test_a_presumed_charge_is_confirmed_without_moving_money(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    assert run(row()).confirmed == 1
    assert charge_of(attempt) == Generation.objects.get().charge == Charge.CHARGED
    assert moved(attempt) == ONE_CHARGE


def test_a_row_with_quota_0_gives_the_charge_back(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    done = run(row(quota=0, error_code="504"))
    assert (done.released, done.moved_micros) == (1, 90_000)
    assert (charge_of(attempt), net_micros(attempt)) == (Charge.RELEASED, 0)
    assert Generation.objects.get().charge == Charge.RELEASED


def test_a_dearer_group_is_a_correction_that_names_the_row(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    done = run(row("req-9", quota=63_000, token_group="NanoBananaEnterprise", group_ratio_thousandths=1_400))
    assert (done.confirmed, done.corrected, done.moved_micros) == (1, 1, -36_000)
    correction = LedgerEntry.objects.get(kind=Kind.CORRECTION)
    assert correction.note == "gateway log req-9: $0.126, group NanoBananaEnterprise × 1.4"
    assert (correction.recorded_by, correction.closes) == (None, LedgerEntry.objects.get(kind=Kind.CHARGE))
    assert GatewayLogRow.objects.get().entry == correction
    assert net_micros(attempt) == 126_000


def test_what_the_gateway_rounds_in_another_way_posts_nothing(cast: Cast) -> None:
    """Tokens come to $0.0334386: here $0.033439 was booked, there 16,719 units of two micro-dollars."""
    attempt = made(cast, Charge.CHARGED, ids=("req-1",))
    with transaction.atomic():
        post.true_up(attempt, 33_439, note="as counted: 10 tokens in, 1,548 out", now=NOON)
    before = moved(attempt)
    done = run(row(quota=16_719))
    assert (done.equal, done.corrected, done.moved_micros) == (1, 0, 0)
    assert moved(attempt) == before
    assert GatewayLogRow.objects.get().state == GatewayLogRow.State.SETTLED
    assert list(gateway_log.find(audit.Scope())) == []


def test_what_was_thought_free_and_is_charged_is_charged(cast: Cast) -> None:
    attempt = made(cast, Charge.NONE, ids=("req-1",))
    done = run(row())
    assert (done.charged, done.moved_micros, charge_of(attempt)) == (1, -90_000, Charge.CHARGED)
    assert Generation.objects.get().status == Status.REFUSED  # "failed" promises that nothing was charged


def proof(cast: Cast) -> LogRow:
    """A row that shows that the log is this studio's."""
    made(cast, Charge.CHARGED, ids=("proof",), at=NOON - timedelta(minutes=30))
    return row("proof", logged_at=NOON - timedelta(minutes=29))


def test_no_row_after_24_hours_gives_the_charge_back(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    done = run(proof(cast))
    assert (done.released, charge_of(attempt), net_micros(attempt)) == (1, Charge.RELEASED, 0)
    assert LedgerEntry.objects.get(kind=Kind.REIMBURSEMENT).note == "not in the gateway’s log"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"now": NOON + timedelta(hours=24)}, "a row may still come"),
        ({"is_whole": False}, "a file may hold anything"),
        ({"days": 1}, "the log was not read back to the call"),
    ],
)
def test_what_is_not_there_proves_nothing_when(cast: Cast, facts: dict[str, object], why: str) -> None:
    attempt = made(cast, Charge.PRESUMED)
    run(proof(cast), **facts)  # type: ignore[arg-type]
    assert charge_of(attempt) == Charge.PRESUMED, why


def test_the_log_of_another_account_proves_nothing(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    run(row("theirs", model_name="gpt-9"))
    assert charge_of(attempt) == Charge.PRESUMED


def test_a_log_that_could_not_be_read_to_its_end_proves_nothing(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    first = proof(cast)

    def rows() -> Iterator[LogRow]:
        yield first
        raise AccountUnread("timeout")

    period = Period(NEXT_DAY - timedelta(days=3), NEXT_DAY)
    done = reconcile(rows(), period, source=Reconciliation.Source.API, is_whole=True, now=NEXT_DAY)
    assert (done.error, charge_of(attempt)) == ("timeout", Charge.PRESUMED)


def test_a_sure_charge_without_a_row_is_a_question_for_people(cast: Cast) -> None:
    attempt = made(cast, Charge.CHARGED)
    run(proof(cast))
    assert MissingLogRow.objects.get().attempt == attempt
    assert charge_of(attempt) == Charge.CHARGED


def test_a_row_that_comes_later_answers_that_question(cast: Cast) -> None:
    made(cast, Charge.CHARGED, ids=("req-1",))
    run(proof(cast))
    run(row("req-1"), now=NEXT_DAY + timedelta(hours=1))
    assert MissingLogRow.objects.get().state == MissingLogRow.State.FOUND


def test_a_row_that_comes_after_the_charge_was_given_back_charges_it_again(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    run(proof(cast))
    run(row("late"), now=NEXT_DAY + timedelta(hours=1))
    assert moved(attempt) == [(Kind.CHARGE, -90_000), (Kind.REIMBURSEMENT, 90_000), (Kind.CORRECTION, -90_000)]


def test_a_row_of_nobody_is_only_theirs(cast: Cast) -> None:
    run(row("theirs"))
    theirs = GatewayLogRow.objects.get()
    assert (theirs.state, theirs.attempt) == (GatewayLogRow.State.OPEN, None)


def test_what_is_under_way_waits(cast: Cast) -> None:
    attempt = made(cast, Charge.NONE, ids=("req-1",))
    Generation.objects.update(status=Status.QUEUED)  # it is tried again in a minute
    run(row())
    assert GatewayLogRow.objects.get().state == GatewayLogRow.State.OPEN
    assert moved(attempt) == []


def test_what_a_person_gave_back_is_left_to_people(cast: Cast) -> None:
    attempt = made(cast, Charge.CHARGED, ids=("req-1",))
    with transaction.atomic():
        charged = LedgerEntry.objects.get(kind=Kind.CHARGE)
        post.correct(charged, 90_000, note="a kindness", recorded_by=cast.dana, now=timezone.now())
    run(row())
    left = GatewayLogRow.objects.get()
    assert (left.state, left.attempt) == (GatewayLogRow.State.OPEN, attempt)
    assert net_micros(attempt) == 0


def test_rows_without_an_id_are_counted_and_left(cast: Cast) -> None:
    done = run(row(""), row(""))
    assert (done.rows_read, done.rows_new, done.rows_without_id) == (2, 0, 2)


def test_a_rehearsal_counts_and_changes_nothing(cast: Cast) -> None:
    attempt = made(cast, Charge.PRESUMED)
    period = Period(NEXT_DAY - timedelta(days=3), NEXT_DAY)
    done = rehearse([row(quota=0)], period, source=Reconciliation.Source.API, is_whole=True, now=NEXT_DAY)
    assert (done.released, done.moved_micros) == (1, 90_000)
    assert (charge_of(attempt), net_micros(attempt)) == (Charge.PRESUMED, 90_000)
    assert not GatewayLogRow.objects.exists()
    assert not Reconciliation.objects.exists()


CHARGES = st.sampled_from([Charge.CHARGED, Charge.PRESUMED, Charge.NONE])
QUOTAS = st.sampled_from([0, 45_000, 63_000, 36_000])
CALLS = st.lists(st.tuples(CHARGES, st.booleans(), st.none() | QUOTAS), min_size=1, max_size=6)


@pytest.mark.thorough
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS, strays=st.integers(0, 2), cuts=st.lists(st.integers(0, 8), max_size=3))
def test_however_the_log_comes_the_ledger_ends_up_the_same(
    cast: Cast, calls: list[tuple[Charge, bool, int | None]], strays: int, cuts: list[int]
) -> None:
    """In pieces, in any overlap, again and again: afterwards each attempt costs what the log says, and once."""
    with transaction.atomic():
        rows, expected = [proof(cast)], {}
        for number, (charge, has_id, quota) in enumerate(calls):
            # Ten minutes apart, so that time alone tells them apart.
            at = NOON + timedelta(minutes=10 * number)
            has_id = has_id or charge is Charge.NONE
            attempt = made(cast, charge, ids=(f"req-{number}",) if has_id else (), at=at)
            if quota is not None:
                name = f"req-{number}" if has_id else f"late-{number}"
                rows.append(row(name, quota=quota, logged_at=at + timedelta(seconds=20)))
            # Without a row: what is presumed was not charged, and what is sure is left to people.
            unlogged = 90_000 if charge is Charge.CHARGED else 0
            expected[attempt.pk] = unlogged if quota is None else quota * 2
        rows += [row(f"stray-{number}", logged_at=NOON - timedelta(hours=5)) for number in range(strays)]
        now = NEXT_DAY + timedelta(hours=2)
        for cut in cuts:
            run(*rows[:cut], is_whole=False, now=now)
        run(*rows, now=now)
        state = snapshot()
        run(*reversed(rows), now=now + timedelta(hours=1))
        assert snapshot() == state
        costs = {attempt.pk: net_micros(attempt) for attempt in Attempt.objects.all() if attempt.pk in expected}
        assert costs == expected
        assert not Attempt.objects.filter(charge=Charge.PRESUMED).exists()
        assert GatewayLogRow.objects.filter(attempt=None).count() == strays
        assert list(audit.findings()) == []
        transaction.set_rollback(True)


def snapshot() -> tuple[object, ...]:
    return (
        list(LedgerEntry.objects.order_by("pk").values_list("pk", "entry_hash")),
        list(Attempt.objects.order_by("pk").values_list("pk", "charge")),
        list(GatewayLogRow.objects.order_by("pk").values_list("request_id", "state", "attempt", "entry", "settled_at")),
        list(MissingLogRow.objects.order_by("pk").values_list("attempt", "state")),
    )
