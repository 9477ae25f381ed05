"""Sums stay true when many write at the same moment, fold at the same moment, or both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from studio.ledger import post
from studio.ledger.folding import fold
from studio.ledger.spent import differences, rebuild
from studio.models import Attempt, Kind, Spent
from studio.provider.outcome import Charge, Outcome
from tests import people
from tests.ledger.by_entries import check_sums
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return people.cast()


@pytest.fixture
def attempts(cast: Cast) -> list[Attempt]:
    """Eight calls of Bob's, under way."""
    run = make_run(cast.bob, cast.project, variations=8)
    return [make_attempt(generation) for generation in run.generations.select_related("person", "project")]


def charge(attempt: Attempt) -> None:
    with transaction.atomic():
        post.charge(attempt, Charge.CHARGED, now=timezone.now())


def end(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.DELIVERED, charge=Charge.PRESUMED)


def presume_not(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.RELEASED)


def overlapping(first: Callable[[Attempt], None], second: Callable[[Attempt], None], attempt: Attempt) -> None:
    """`second` does all it can while the transaction of `first` has written and is not committed."""

    def do_second() -> None:
        try:
            second(attempt)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first(attempt)
            going_on = pool.submit(do_second)
            while not going_on.done() and not somebody_waits():
                pass
        going_on.result()


def somebody_waits() -> bool:
    """For a lock. On SQLite everybody does who wants to write, as long as somebody else does."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(("first", "second"), [(charge, end), (end, charge)], ids=["charge first", "end first"])
def test_a_charge_and_the_end_of_its_call_do_not_miss_each_other(
    attempts: list[Attempt], first: Callable[[Attempt], None], second: Callable[[Attempt], None]
) -> None:
    for attempt in attempts:
        overlapping(first, second, attempt)
    assert list(differences()) == []
    check_sums()


def test_charges_ends_and_folding_at_once(attempts: list[Attempt]) -> None:
    def act(number: int) -> None:
        attempt = attempts[number % 8]
        if number < 16:
            fold(few=0)
        (charge if number % 2 else end)(attempt)
        (end if number % 2 else presume_not)(attempt)
        fold(few=0)

    assert together(16, act) == [None] * 16
    assert list(differences()) == []
    check_sums()
    fold(few=0)
    assert list(differences()) == []


def test_many_that_fold_at_once_lose_and_double_nothing(attempts: list[Attempt]) -> None:
    for attempt in attempts:
        charge(attempt)
        end(attempt)
    assert together(8, lambda _number: fold(few=0)).count(0) < 8
    assert not Spent.objects.filter(moment__isnull=False).exists()
    assert list(differences()) == []
    presume_not(attempts[0])  # whatever two have made twice, the next note makes one of
    fold(few=0)
    check_sums()


def test_what_is_read_meanwhile_is_true(attempts: list[Attempt]) -> None:
    """Each statement sees all of a transaction or nothing, and so does each comparison."""

    def act(number: int) -> int:
        if number < 8:
            charge(attempts[number])
            end(attempts[number])
        elif number < 10:
            fold(few=0)
        return len(list(differences()))

    assert together(12, act) == [0] * 12


def test_two_mend_at_once_while_others_book(attempts: list[Attempt]) -> None:
    charge(attempts[0])
    Spent.objects.filter(kind=Kind.CHARGE).delete()

    def act(number: int) -> None:
        if number < 2:
            rebuild()
        else:
            charge(attempts[number - 1])
            end(attempts[number - 1])

    assert together(9, act) == [None] * 9
    assert list(differences()) == []
    check_sums()
