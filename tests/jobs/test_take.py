"""S1 for many at once: as many as there are slots, in turns, within the limits of their key."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from studio.jobs.claim import Claim
from studio.jobs.take import take
from studio.models import GatewayKey, Generation, Instance, Status
from tests import people
from tests.jobs.asking import ask
from tests.jobs.keys import free_to_go
from tests.people import Cast
from tests.together import together

pytestmark = pytest.mark.django_db


def taken(count: int, *, but_not: tuple[int, ...] = ()) -> list[int]:
    return [mine.generation_id for mine in take(count, worker_id=uuid.uuid4(), now=timezone.now(), but_not=but_not)]


def test_what_waits_is_taken_once_and_oldest_first(cast: Cast, key: GatewayKey) -> None:
    waiting = [each.pk for each in free_to_go(cast, 3)]
    assert taken(2) == waiting[:2]
    assert taken(2) == waiting[2:]
    assert taken(2) == []


def test_a_claim_that_was_taken_is_the_row_s_newest(cast: Cast, key: GatewayKey) -> None:
    free_to_go(cast, 2)
    for mine in take(2, worker_id=uuid.uuid4(), now=timezone.now()):
        assert mine.rows.get().worker_id == mine.worker_id


def test_people_take_turns(cast: Cast, key: GatewayKey) -> None:
    for person in (cast.alice, cast.alice, cast.alice, cast.bob):
        ask(cast, person=person)
    taken(2)
    claimed = Generation.objects.exclude(worker_id=None)
    assert {each.person.username for each in claimed} == {"alice", "bob"}


def test_of_one_model_no_more_are_taken_than_the_key_allows(cast: Cast, key: GatewayKey) -> None:
    GatewayKey.objects.update(calls_max=2)
    free_to_go(cast, 4)
    assert len(taken(4)) == 2
    assert taken(4) == []


def test_a_key_on_trial_has_one_probe_whatever_models_wait_for_it(cast: Cast, key: GatewayKey) -> None:
    lite, _pro = ask(cast).generations.get(), ask(cast, model_key="pro").generations.get()
    GatewayKey.objects.update(rests=1, rests_until=timezone.now() - timedelta(seconds=1))
    assert taken(4) == [lite.pk]
    assert GatewayKey.objects.get().probe == lite
    assert taken(4) == []


def test_a_paused_studio_gives_nothing_out(cast: Cast, key: GatewayKey) -> None:
    free_to_go(cast, 1)
    Instance.objects.update(paused_reason="restored from backup")
    assert taken(4) == []


def test_what_is_in_hand_is_left_out(cast: Cast, key: GatewayKey) -> None:
    first, second = free_to_go(cast, 2)
    assert taken(2, but_not=(first.pk,)) == [second.pk]


@pytest.mark.django_db(transaction=True)
def test_of_10_workers_who_take_three_each_nobody_gets_one_too_many() -> None:
    free_to_go(people.cast(), 20)
    GatewayKey.objects.create(name="main", calls_max=5)
    results = together(10, lambda _: take(3, worker_id=uuid.uuid4(), now=timezone.now()))
    claims = [mine for result in results if isinstance(result, list) for mine in result]
    assert all(isinstance(mine, Claim) for mine in claims)
    assert len(claims) == len({mine.generation_id for mine in claims}) == 5
    workers = Counter(Generation.objects.filter(status=Status.QUEUED).values_list("worker_id", flat=True))
    assert workers[None] == 15
