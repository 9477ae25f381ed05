"""The credit goes back to those who paid, once and in full, and the books are in order afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from studio.ledger import audit, decisions, post
from studio.ledger.decisions import AlreadyDecided
from studio.models import Attempt, AuditEntry, Kind, LedgerEntry, ReimbursementSheet, SheetLine
from studio.provider.outcome import Charge
from studio.reimbursement.credit import Credited, DoesNotAddUp, close
from tests import people
from tests.people import Cast, allow
from tests.reconcile.calls import charge_of, net_micros
from tests.reconcile.rows import NOON
from tests.reimbursement.claimed import AFTER, declined, drawn, many_declined, sent

pytestmark = pytest.mark.django_db


def lines(sheet: ReimbursementSheet) -> list[int]:
    return list(sheet.lines.values_list("pk", flat=True))


def line_of(attempt: Attempt) -> SheetLine:
    return SheetLine.objects.get(row__attempt=attempt)


def credited(sheet: ReimbursementSheet, cast: Cast) -> Credited:
    """All of it, at what a bonus of 15 % leaves."""
    return close(sheet, lines(sheet), 156_522, by=cast.dana, now=AFTER)


def charge(attempt: Attempt) -> LedgerEntry:
    return LedgerEntry.objects.get(attempt=attempt, kind=Kind.CHARGE)


def test_who_paid_gets_all_of_it_back(cast: Cast) -> None:
    attempts = [declined(cast), declined(cast)]
    sheet = sent(cast.dana)
    done = credited(sheet, cast)
    assert done == Credited(given_back_micros=180_000, people=1, posted=2, left=0, declined=0)
    entry = line_of(attempts[0]).entry
    assert entry is not None
    assert (entry.kind, entry.amount_micros, entry.account.person) == (Kind.REIMBURSEMENT, 90_000, cast.bob)
    assert (entry.note, entry.recorded_by) == (f"reimbursement sheet {sheet.pk}", cast.dana)
    assert [(charge_of(each), net_micros(each)) for each in attempts] == [(Charge.REIMBURSED, 0)] * 2
    assert list(audit.findings()) == []


def test_a_long_sheet_is_credited_with_as_few_questions_as_a_short_one(cast: Cast) -> None:
    allow(cast.bob, 100_000_000)
    many_declined(cast, 2)
    with CaptureQueriesContext(connection) as of_two:
        credited(sent(cast.dana), cast)
    attempts = many_declined(cast, 240, first=NOON + timedelta(hours=3))
    sheet = sent(cast.dana)
    with CaptureQueriesContext(connection) as of_many:
        done = credited(sheet, cast)
    assert done == Credited(given_back_micros=240 * 90_000, people=1, posted=240, left=0, declined=0)
    assert len(of_many) <= len(of_two) + 5, "and what is written in several batches"
    assert {(charge_of(each), net_micros(each)) for each in attempts} == {(Charge.REIMBURSED, 0)}
    assert list(audit.findings()) == []


def test_several_people_each_get_their_own(cast: Cast) -> None:
    mine, late = declined(cast), declined(cast)
    hers = declined(cast, person=cast.alice)
    done = credited(sent(cast.dana), cast)
    assert (done.people, done.posted) == (2, 3)
    paid_back = LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT)
    assert {entry.attempt_id: entry.account.person for entry in paid_back} == {
        mine.pk: cast.bob,
        late.pk: cast.bob,
        hers.pk: cast.alice,
    }
    assert list(audit.findings()) == []


def test_what_a_dearer_group_took_goes_back_as_it_was_corrected(cast: Cast) -> None:
    attempt = declined(cast, quota=63_000)
    assert net_micros(attempt) == 126_000
    assert credited(sent(cast.dana), cast).given_back_micros == 126_000
    assert net_micros(attempt) == 0
    assert list(audit.findings()) == []


def test_what_the_gateway_did_not_credit_stands(cast: Cast) -> None:
    yes, no = declined(cast), declined(cast)
    done = close(sent(cast.dana), [line_of(yes).pk], 90_000, by=cast.dana, now=AFTER)
    assert (done.posted, done.declined) == (1, 1)
    assert [line_of(each).state for each in (yes, no)] == ["credited", "declined"]
    assert (charge_of(no), net_micros(no)) == (Charge.CHARGED, 90_000)


def test_a_sheet_of_which_nothing_was_credited_is_declined(cast: Cast) -> None:
    attempt = declined(cast)
    sheet = sent(cast.dana)
    close(sheet, [], 0, by=cast.dana, now=AFTER)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.credited_micros, net_micros(attempt)) == ("declined", None, 90_000)
    assert AuditEntry.objects.latest("pk").action == AuditEntry.Action.SHEET_DECLINED


def test_a_credit_is_posted_once(cast: Cast) -> None:
    declined(cast)
    sheet = sent(cast.dana)
    credited(sheet, cast)
    entries = LedgerEntry.objects.count()
    with pytest.raises(AlreadyDecided):
        credited(sheet, cast)
    assert LedgerEntry.objects.count() == entries
    assert AuditEntry.objects.filter(action=AuditEntry.Action.SHEET_CREDITED).count() == 1


def test_a_sheet_that_was_not_sent_is_not_credited(cast: Cast) -> None:
    declined(cast)
    sheet = drawn(cast.dana)
    with pytest.raises(AlreadyDecided):
        credited(sheet, cast)


@pytest.mark.parametrize(("keys", "amount"), [("all", 0), ("none", 90_000), ("strange", 90_000)])
def test_what_does_not_add_up_is_refused(cast: Cast, keys: str, amount: int) -> None:
    declined(cast)
    sheet = sent(cast.dana)
    chosen = {"all": lines(sheet), "none": [], "strange": [*lines(sheet), 999_999]}[keys]
    with pytest.raises(DoesNotAddUp):
        close(sheet, chosen, amount, by=cast.dana, now=AFTER)
    sheet.refresh_from_db()
    assert sheet.is_sent


def _answered_by_an_admin(attempt: Attempt, cast: Cast) -> None:
    question = decisions.ask_about(charge(attempt), note="Why?", now=NOON)
    decisions.give_back(question, answer="Our fault", by=cast.dana, now=NOON)


def _reimbursed_otherwise(attempt: Attempt, cast: Cast) -> None:
    with transaction.atomic():
        post.reimburse(charge(attempt), note="by hand", recorded_by=cast.dana, now=NOON)
    Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.REIMBURSED)


def _half_given_back(attempt: Attempt, cast: Cast) -> None:
    with transaction.atomic():
        post.correct(charge(attempt), 45_000, note="half", recorded_by=cast.dana, now=NOON)


@pytest.mark.parametrize("meanwhile", [_answered_by_an_admin, _reimbursed_otherwise, _half_given_back])
def test_a_charge_that_came_back_meanwhile_is_left_as_it_is(
    cast: Cast, meanwhile: Callable[[Attempt, Cast], None]
) -> None:
    returned, paid = declined(cast), declined(cast)
    sheet = sent(cast.dana)
    meanwhile(returned, cast)
    before = net_micros(returned)
    assert credited(sheet, cast) == Credited(given_back_micros=90_000, people=1, posted=1, left=1, declined=0)
    assert (net_micros(returned), net_micros(paid)) == (before, 0)
    assert [line_of(each).state for each in (returned, paid)] == ["left", "credited"]
    assert list(audit.findings()) == []


def test_what_was_credited_is_not_given_back_in_answer_to_a_question(cast: Cast) -> None:
    attempt = declined(cast)
    question = decisions.ask_about(charge(attempt), note="Why?", now=NOON)
    credited(sent(cast.dana), cast)
    with pytest.raises(AlreadyDecided):
        decisions.give_back(question, answer="Our fault", by=cast.dana, now=NOON)
    assert net_micros(attempt) == 0


class AnySheet(TestCase):
    """Whatever is credited, and whatever came back before."""

    @settings(max_examples=10, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4))
    def test_nobody_gets_more_than_they_paid(self, each: list[tuple[bool, bool]]) -> None:
        cast = people.cast()
        attempts = [declined(cast) for _ in each]
        sheet = sent(cast.dana)
        for attempt, (_, is_returned) in zip(attempts, each, strict=True):
            if is_returned:
                _answered_by_an_admin(attempt, cast)
        ticked = [line_of(attempt).pk for attempt, (is_credited, _) in zip(attempts, each, strict=True) if is_credited]
        close(sheet, ticked, 90_000 * len(ticked), by=cast.dana, now=AFTER)
        paid = [0 if is_credited or is_returned else 90_000 for is_credited, is_returned in each]
        assert [net_micros(attempt) for attempt in attempts] == paid
        assert list(audit.findings()) == []
