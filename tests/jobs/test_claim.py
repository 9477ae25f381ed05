"""S1 and S3: one worker has a generation, and whoever lost it does not send."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from studio.jobs.call import call_of
from studio.jobs.cancel import cancel
from studio.jobs.claim import PREPARING, Claim, LostClaim, claim, give_back, ready, take_over
from studio.jobs.mark import mark
from studio.jobs.run import run_once
from studio.models import Attempt, Generation, Instance, Kind, Status
from tests import people
from tests.jobs.asking import ask
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox
from tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(cast: Cast) -> Generation:
    return ask(cast).generations.get()


def take(generation: Generation) -> Claim:
    mine = claim(generation.pk, worker_id=uuid.uuid4(), now=timezone.now())
    assert mine is not None
    return mine


def marked(mine: Claim, generation: Generation) -> Attempt:
    return mark(mine, call_of(generation), now=timezone.now())


def test_F13_a_claim_is_won_once(queued: Generation) -> None:
    take(queued)
    assert claim(queued.pk, worker_id=uuid.uuid4(), now=timezone.now()) is None


def test_a_claim_that_nobody_used_ends(queued: Generation) -> None:
    mine = take(queued)
    later = timezone.now() + PREPARING + timedelta(seconds=1)
    other = claim(queued.pk, worker_id=uuid.uuid4(), now=later)
    assert other is not None
    assert other.fence == mine.fence + 1


def test_a_claim_given_back_can_be_had_at_once_or_when_it_is_time(queued: Generation) -> None:
    give_back(take(queued))
    tomorrow = timezone.now() + timedelta(days=1)
    give_back(take(queued), not_before=tomorrow)
    assert claim(queued.pk, worker_id=uuid.uuid4(), now=timezone.now()) is None
    assert claim(queued.pk, worker_id=uuid.uuid4(), now=tomorrow) is not None


@pytest.mark.parametrize("status", [status for status in Status if status != Status.QUEUED])
def test_only_what_is_queued_can_be_claimed(queued: Generation, status: Status) -> None:
    Generation.objects.filter(pk=queued.pk).update(status=status)
    assert claim(queued.pk, worker_id=uuid.uuid4(), now=timezone.now()) is None


def test_the_oldest_comes_first(cast: Cast) -> None:
    first, second = ask(cast).generations.get(), ask(cast).generations.get()
    assert list(ready(timezone.now())) == [first, second]


def test_a_worker_whose_claim_was_taken_does_not_send(queued: Generation) -> None:
    mine = take(queued)
    assert claim(queued.pk, worker_id=uuid.uuid4(), now=timezone.now() + 2 * PREPARING) is not None
    with pytest.raises(LostClaim):
        marked(mine, queued)
    assert not Attempt.objects.exists()


def test_F66_a_cancel_between_claim_and_mark_wins(cast: Cast, queued: Generation) -> None:
    mine = take(queued)
    assert cancel(queued, person=cast.bob, now=timezone.now())
    with pytest.raises(LostClaim):
        marked(mine, queued)
    assert left(cast.bob) == MONEY_MICROS


def test_F67_a_cancel_after_the_mark_is_too_late(cast: Cast, queued: Generation) -> None:
    marked(take(queued), queued)
    assert not cancel(queued, person=cast.bob, now=timezone.now())
    queued.refresh_from_db()
    assert queued.status == Status.SENDING


def test_a_second_cancel_changes_nothing(cast: Cast, queued: Generation) -> None:
    assert cancel(queued, person=cast.bob, now=timezone.now())
    assert not cancel(queued, person=cast.bob, now=timezone.now())
    assert queued.entries.filter(kind=Kind.RELEASE).count() == 1


def test_a_cancelled_generation_says_who_stopped_it(cast: Cast, queued: Generation) -> None:
    cancel(queued, person=cast.alice, now=timezone.now())
    queued.refresh_from_db()
    assert (queued.status, queued.outcome, queued.charge) == ("cancelled", "cancelled", "none")
    assert "Alice" in queued.detail
    assert queued.is_final


def test_F12_a_taken_over_generation_no_longer_obeys_its_old_worker(queued: Generation) -> None:
    mine = take(queued)
    marked(mine, queued)
    queued.refresh_from_db()
    assert take_over(queued, worker_id=uuid.uuid4(), now=timezone.now()) is not None
    assert mine.rows.update(status=Status.SUCCEEDED) == 0


def test_nothing_is_sent_while_the_studio_is_paused(queued: Generation, sandbox: RunningSandbox) -> None:
    Instance.objects.update(paused_reason="restored from backup")
    run_once(queued.pk)
    assert sandbox.requests() == []


def test_what_is_final_is_not_sent_again(queued: Generation, sandbox: RunningSandbox) -> None:
    for _ in range(3):
        run_once(queued.pk)
    assert len(sandbox.requests()) == 1


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """Real transactions, a thread and a connection each."""

    def test_F13_of_20_workers_one_gets_the_claim(self) -> None:
        generation = ask(people.cast()).generations.get()
        results = together(20, lambda _: claim(generation.pk, worker_id=uuid.uuid4(), now=timezone.now()))
        assert Counter(type(result).__name__ for result in results) == {"Claim": 1, "NoneType": 19}

    def test_F13_of_20_who_run_a_generation_one_sends_it(self, sandbox: RunningSandbox) -> None:
        generation = ask(people.cast()).generations.get()
        assert together(20, lambda _: run_once(generation.pk)) == [None] * 20
        assert len(sandbox.requests()) == 1
        generation.refresh_from_db()
        assert generation.status == Status.SUCCEEDED

    def test_F66_a_cancel_and_a_worker_never_both_win(self, sandbox: RunningSandbox) -> None:
        cast = people.cast()
        generations = [ask(cast).generations.get() for _ in range(8)]

        def race(number: int) -> bool | None:
            generation = generations[number // 2]
            if number % 2:
                return cancel(generation, person=cast.bob, now=timezone.now())
            run_once(generation.pk)
            return None

        cancelled = [result for result in together(16, race) if isinstance(result, bool)]
        assert len(cancelled) == 8
        assert len(sandbox.requests()) == cancelled.count(False)
        assert Generation.objects.filter(status=Status.CANCELLED).count() == cancelled.count(True)
        assert left(cast.bob) == MONEY_MICROS - 25_000 * cancelled.count(False)

    def test_F66_two_cancels_give_the_hold_back_once(self) -> None:
        cast = people.cast()
        generation = ask(cast).generations.get()
        results = together(10, lambda _: cancel(generation, person=cast.bob, now=timezone.now()))
        assert Counter(results) == {True: 1, False: 9}
        assert left(cast.bob) == MONEY_MICROS
