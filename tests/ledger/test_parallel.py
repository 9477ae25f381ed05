"""A budget cannot be passed by being quick: what fits is admitted, to the cent, and nobody sees an error."""

import uuid
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from studio.ledger import audit, post
from studio.ledger.balance import month_of, month_summary
from studio.models import Generation, Kind, LedgerEntry, Project, User
from studio.provider.outcome import Charge
from tests import people
from tests.runs import PRICE_MICROS, make_attempt, make_run
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


def make_generations(count: int, *, held: bool, allowance_micros: int) -> list[Generation]:
    project = Project.objects.create(name=f"Catalogue {uuid.uuid4()}")
    bob = people.person("bob", allowance_micros=allowance_micros)
    runs = [make_run(bob, project, held=held) for _ in range(count)]
    return [run.generations.select_related("person", "project").get() for run in runs]


@pytest.mark.parametrize("round_", range(2))
def test_F70_of_50_holds_at_once_exactly_the_10_that_fit_are_admitted(round_: int) -> None:
    allowance_micros = 10 * PRICE_MICROS + 1  # 0.900001: the 11th is 0.089999 short
    generations = make_generations(50, held=False, allowance_micros=allowance_micros)

    def hold(number: int) -> None:
        with transaction.atomic():
            post.hold([generations[number]], now=timezone.now())

    counted = Counter(type(result).__name__ for result in together(50, hold))
    assert counted == {"NoneType": 10, "OverBudget": 40}
    assert month_summary(generations[0].person, month_of(timezone.now())).left_micros == 1
    assert [finding for finding in audit.findings() if finding.words != "No money was ever held for it."] == []


def test_of_20_releases_at_once_one_is_written() -> None:
    (generation,) = make_generations(1, held=True, allowance_micros=PRICE_MICROS)

    def release(_number: int) -> LedgerEntry | None:
        with transaction.atomic():
            return post.release(generation, now=timezone.now())

    results = together(20, release)
    assert [type(result) for result in results if result is not None] == [LedgerEntry]
    assert LedgerEntry.objects.filter(kind=Kind.RELEASE).count() == 1


def test_of_20_charges_at_once_one_is_written() -> None:
    (generation,) = make_generations(1, held=True, allowance_micros=PRICE_MICROS)
    attempt = make_attempt(generation)

    def charge(_number: int) -> LedgerEntry | None:
        with transaction.atomic():
            return post.charge(attempt, Charge.CHARGED, now=timezone.now())

    results = together(20, charge)
    assert [type(result) for result in results if result is not None] == [LedgerEntry]
    assert LedgerEntry.objects.filter(kind=Kind.CHARGE).count() == 1


def test_a_month_that_many_open_at_once_begins_once() -> None:
    generations = make_generations(10, held=False, allowance_micros=10 * PRICE_MICROS)
    january = datetime(2027, 1, 1, 12, tzinfo=UTC)

    def hold(number: int) -> None:
        with transaction.atomic():
            post.hold([generations[number]], now=january)

    assert together(10, hold) == [None] * 10
    assert LedgerEntry.objects.filter(kind=Kind.ALLOWANCE, month="2027-01-01").count() == 1
    assert month_summary(generations[0].person, month_of(january)).left_micros == 0


def test_the_first_entries_of_a_person_may_come_together() -> None:
    """Neither account nor month is there yet, and each of them is made once."""
    eve = User.objects.create_user("eve")

    def allow(number: int) -> None:
        with transaction.atomic():
            post.set_allowance(eve, 1_000_000 + number, recorded_by=None, now=timezone.now())

    assert together(10, allow) == [None] * 10
    assert [finding.words for finding in audit.findings()] == []
