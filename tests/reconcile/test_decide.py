"""What an admin decides about a line that was left: once, with a reason, on record."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from studio.ledger import audit, post
from studio.ledger.balance import month_of, month_summary
from studio.models import AuditEntry, GatewayLogRow, Kind, LedgerEntry, MissingLogRow
from studio.provider.outcome import Charge
from studio.reconcile import decide
from tests.people import MONEY_MICROS, Cast
from tests.reconcile.calls import charge_of, made, net_micros, run
from tests.reconcile.rows import NOON, row

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def theirs(cast: Cast) -> GatewayLogRow:
    run(row("theirs", quota=63_000))
    return GatewayLogRow.objects.get()


@pytest.fixture
def missing(cast: Cast) -> MissingLogRow:
    return MissingLogRow.objects.create(attempt=made(cast, Charge.CHARGED), noticed_at=NOW)


@pytest.fixture
def differing(cast: Cast) -> GatewayLogRow:
    """Dana gave $0.05 back of $0.09, and the log says $0.09."""
    made(cast, Charge.PRESUMED, ids=("req-1",))
    with transaction.atomic():
        post.correct(LedgerEntry.objects.get(kind=Kind.CHARGE), 50_000, note="half", recorded_by=cast.dana, now=NOW)
    run(row())
    return GatewayLogRow.objects.get()


def test_a_call_of_nobody_is_charged_to_whoever_made_it(cast: Cast, theirs: GatewayLogRow) -> None:
    entry = decide.assign(theirs, cast.alice, reason="her script", by=cast.dana, now=NOW)
    assert entry is not None
    assert (entry.kind, entry.amount_micros, entry.recorded_by) == (Kind.CORRECTION, -126_000, cast.dana)
    assert entry.note == "gateway log theirs: $0.126. her script"
    assert month_summary(cast.alice, month_of(NOW)).left_micros == MONEY_MICROS - 126_000
    assert GatewayLogRow.objects.get().entry == entry
    assert decide.open_count() == 0


def test_a_call_of_nobody_that_cost_nothing_moves_nothing(cast: Cast) -> None:
    run(row("theirs", quota=0))
    assert decide.assign(GatewayLogRow.objects.get(), cast.alice, reason="hers", by=cast.dana, now=NOW) is None
    assert decide.open_count() == 0


def test_a_call_that_is_not_ours_is_dismissed_with_a_reason(cast: Cast, theirs: GatewayLogRow) -> None:
    decide.dismiss(theirs, reason=" a test from the console ", by=cast.dana, now=NOW)
    left = GatewayLogRow.objects.get()
    assert (left.state, left.note, left.settled_by) == ("dismissed", "a test from the console", cast.dana)


def test_a_dismissed_row_stays_dismissed_when_it_is_read_again(cast: Cast, theirs: GatewayLogRow) -> None:
    decide.dismiss(theirs, reason="not ours", by=cast.dana, now=NOW)
    made(cast, Charge.PRESUMED)  # even where it would fit now
    run(row("theirs", quota=63_000))
    assert GatewayLogRow.objects.get().state == GatewayLogRow.State.DISMISSED


def test_a_charge_that_the_log_does_not_know_is_given_back(cast: Cast, missing: MissingLogRow) -> None:
    entry = decide.give_back(missing, reason="the gateway gave it away", by=cast.dana, now=NOW)
    assert (entry.kind, entry.amount_micros) == (Kind.REIMBURSEMENT, 90_000)
    assert (charge_of(missing.attempt), net_micros(missing.attempt)) == (Charge.RELEASED, 0)
    assert list(audit.findings()) == []


def test_or_it_stands(cast: Cast, missing: MissingLogRow) -> None:
    decide.keep(missing, reason="the log has a hole", by=cast.dana, now=NOW)
    assert (charge_of(missing.attempt), decide.open_count()) == (Charge.CHARGED, 0)


def test_a_difference_is_posted_as_the_log_has_it(cast: Cast, differing: GatewayLogRow) -> None:
    attempt = differing.attempt
    assert attempt is not None
    assert decide.difference_micros(differing, attempt) == -50_000  # 0.04 booked, 0.09 in the log
    decide.follow_log(differing, reason="it was charged", by=cast.dana, now=NOW)
    assert (net_micros(attempt), charge_of(attempt)) == (90_000, Charge.CHARGED)


def test_or_left_as_a_person_made_it(cast: Cast, differing: GatewayLogRow) -> None:
    attempt = differing.attempt
    assert attempt is not None
    decide.leave_as_it_is(differing, reason="we bear it", by=cast.dana, now=NOW)
    assert (net_micros(attempt), charge_of(attempt)) == (40_000, Charge.CHARGED)
    assert decide.open_count() == 0


type Decide = Callable[..., object]
DECISIONS: dict[str, tuple[str, Decide]] = {
    "assign": ("theirs", lambda row, cast, **facts: decide.assign(row, cast.alice, **facts)),
    "dismiss": ("theirs", lambda row, cast, **facts: decide.dismiss(row, **facts)),
    "give back": ("missing", lambda row, cast, **facts: decide.give_back(row, **facts)),
    "keep": ("missing", lambda row, cast, **facts: decide.keep(row, **facts)),
    "follow": ("differing", lambda row, cast, **facts: decide.follow_log(row, **facts)),
    "leave": ("differing", lambda row, cast, **facts: decide.leave_as_it_is(row, **facts)),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_made_once_and_is_in_the_audit_log(name: str, cast: Cast, request: pytest.FixtureRequest) -> None:
    fixture, act = DECISIONS[name]
    line = request.getfixturevalue(fixture)
    act(line, cast, reason="because", by=cast.dana, now=NOW)
    entries = LedgerEntry.objects.count()
    assert [(entry.by, entry.note) for entry in AuditEntry.objects.all()] == [(cast.dana, "because")]
    for _, again in (pair for pair in DECISIONS.values() if pair[0] == fixture):
        with pytest.raises(decide.AlreadyDecided):
            again(line, cast, reason="again", by=cast.dana, now=NOW)
    assert LedgerEntry.objects.count() == entries
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_without_a_reason_is_none(name: str, cast: Cast, request: pytest.FixtureRequest) -> None:
    fixture, act = DECISIONS[name]
    with pytest.raises(ValueError, match="reason"):
        act(request.getfixturevalue(fixture), cast, reason="  ", by=cast.dana, now=NOW)
    assert decide.open_count() == 1
    assert not AuditEntry.objects.exists()


def test_a_call_of_another_key_of_the_account_is_a_line_too(cast: Cast) -> None:
    made(cast, Charge.CHARGED, ids=("req-1",), at=NOON)
    run(row("req-1", token_name="studio"), row("other", token_name="somebody's tool"))
    assert [left.token_name for left in decide.only_theirs()] == ["somebody's tool"]
