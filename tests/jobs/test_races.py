"""Many at once, through the whole submit: what fits is admitted to the cent, and one form makes one run."""

import uuid
from collections import Counter

import pytest
from django.utils import timezone

from studio.jobs.cancel import cancel
from studio.jobs.claim import claim
from studio.ledger import audit
from studio.ledger.balance import month_of, month_summary
from studio.models import Generation, Kind, LedgerEntry, Run, Status
from tests import people
from tests.jobs.asking import ask
from tests.together import crowd, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

LITE_MICROS = 25_000
ROUNDS = 20


def test_F70_of_50_submits_at_once_exactly_the_10_that_fit_are_admitted() -> None:
    """Twenty times, of one person whose allowance has room for ten more each time."""
    cast = people.cast()
    with crowd(50) as at_once:
        for rounds in range(1, ROUNDS + 1):
            people.allow(cast.bob, rounds * 10 * LITE_MICROS)
            results = at_once(lambda number: ask(cast, f"Boat {number}"))
            assert Counter(type(result).__name__ for result in results) == {"Run": 10, "OverBudget": 40}, rounds
            assert month_summary(cast.bob, month_of(timezone.now())).left_micros == 0
    assert Run.objects.count() == Generation.objects.count() == ROUNDS * 10
    assert LedgerEntry.objects.filter(kind=Kind.HOLD).count() == ROUNDS * 10
    assert sorted(Run.objects.values_list("number", flat=True)) == list(range(1, ROUNDS * 10 + 1))
    assert list(audit.findings()) == []


def test_F65_of_50_posts_of_one_form_one_makes_a_run_and_all_are_shown_it() -> None:
    cast = people.cast()
    with crowd(50) as at_once:
        for rounds in range(1, 6):
            token = uuid.uuid4()
            results = at_once(lambda _number, token=token: ask(cast, "A boat", form_token=token))
            assert set(map(repr, results)) == {repr(Run.objects.get(form_token=token))}
            assert LedgerEntry.objects.filter(kind=Kind.HOLD).count() == rounds


def test_F13_of_20_workers_one_claims() -> None:
    generation = ask(people.cast()).generations.get()
    claims = together(20, lambda _number: claim(generation.pk, worker_id=uuid.uuid4(), now=timezone.now()))
    assert sum(each is not None for each in claims) == 1


def test_F66_of_20_cancellations_one_gives_the_money_back() -> None:
    cast = people.cast()
    generation = ask(cast).generations.get()
    results = together(20, lambda _number: cancel(generation, person=cast.bob, now=timezone.now()))
    assert Counter(results) == {True: 1, False: 19}
    assert LedgerEntry.objects.filter(kind=Kind.RELEASE).count() == 1
    assert Generation.objects.get().status == Status.CANCELLED
