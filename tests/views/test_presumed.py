"""Presumed charges: two buttons beside each, and the money follows once."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.ledger import audit
from studio.ledger.balance import month_summary
from studio.ledger.decisions import AlreadyDecided, ask_about, give_back
from studio.ledger.presumed import settle_presumed
from studio.models import AuditEntry, Generation, Kind, LedgerEntry, User
from tests.people import MONEY_MICROS, Cast
from tests.runs import PRICE_MICROS
from tests.together import together
from tests.views.test_asking import charge

type SignIn = Callable[[User], Client]


def decide(client: Client, entry: LedgerEntry, decision: str) -> str:
    address = reverse("presumed-decision", args=[entry.pk])
    return client.post(address, {"decision": decision}, follow=True).content.decode()


def test_what_was_charged_stays(cast: Cast, signed_in: SignIn) -> None:
    entry = charge(cast)
    dana = signed_in(cast.dana)
    page = dana.get(reverse("spend")).content.decode()
    assert "Was charged" in page
    assert "$0.09 stays charged to Bob" in decide(dana, entry, "was_charged")
    generation = Generation.objects.get()
    assert (generation.charge, generation.attempts.get().charge) == ("charged", "charged")
    assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS - PRICE_MICROS
    assert list(audit.findings()) == []


def test_what_was_not_goes_back(cast: Cast, signed_in: SignIn) -> None:
    entry = charge(cast)
    assert "$0.09 given back to Bob" in decide(signed_in(cast.dana), entry, "was_not")
    generation = Generation.objects.get()
    assert (generation.charge, generation.attempts.get().charge) == ("released", "released")
    assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS
    line = AuditEntry.objects.get()
    assert (line.action, line.changes) == ("settled", {"charge": ["presumed", "released"]})
    assert list(audit.findings()) == []


@pytest.mark.parametrize("first", ["was_charged", "was_not"])
@pytest.mark.parametrize("second", ["was_charged", "was_not"])
def test_F76_decided_is_decided(cast: Cast, signed_in: SignIn, first: str, second: str) -> None:
    entry = charge(cast)
    dana = signed_in(cast.dana)
    decide(dana, entry, first)
    before = LedgerEntry.objects.count()
    assert "This was decided already" in decide(dana, entry, second)
    assert LedgerEntry.objects.count() == before


def test_a_hold_cannot_be_decided_on(cast: Cast, signed_in: SignIn) -> None:
    hold = charge(cast).account.entries.get(kind=Kind.HOLD)
    address = reverse("presumed-decision", args=[hold.pk])
    assert signed_in(cast.dana).post(address, {"decision": "was_not"}).status_code == 404


def test_only_admins_decide(cast: Cast, signed_in: SignIn) -> None:
    address = reverse("presumed-decision", args=[charge(cast).pk])
    assert signed_in(cast.bob).post(address, {"decision": "was_not"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_F76_of_ten_at_once_one_decides(cast: Cast) -> None:
    entry = charge(cast)

    def settle(number: int) -> None:
        settle_presumed(entry, was_charged=number % 2 == 0, note="", by=cast.dana, now=timezone.now())

    results = together(10, settle)
    assert [type(result) for result in results if result is not None] == [AlreadyDecided] * 9
    assert LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT).count() <= 1
    assert list(audit.findings()) == []


def test_what_an_admin_gave_back_before_is_not_given_back_again(cast: Cast) -> None:
    entry, now = charge(cast), timezone.now()
    give_back(ask_about(entry, note="Why?", now=now), answer="Sorry", by=cast.dana, now=now)
    settle_presumed(entry, was_charged=False, note="not in the log", by=cast.dana, now=now)
    assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS
    assert list(audit.findings()) == []
