"""How many calls of one model are under way at a time, and what the scan passes over."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.claim import Claim, claim
from studio.jobs.gate import Bar, gates
from studio.jobs.heed import stop
from studio.jobs.line import next_in_line
from studio.models import GatewayKey, Generation, Status
from studio.models.gateway_key import Stop
from tests import people
from tests.jobs.asking import ask
from tests.jobs.keys import answer, free_to_go
from tests.people import Cast
from tests.together import together

pytestmark = pytest.mark.django_db


def test_of_one_model_no_more_calls_are_under_way_than_the_key_allows(cast: Cast, key: GatewayKey) -> None:
    GatewayKey.objects.update(calls_max=2)
    lite = free_to_go(cast, 4)
    pro = ask(cast, model_key="pro", size="1K").generations.get()
    now = timezone.now()
    assert next_in_line(now, 10) == [lite[0].pk, lite[1].pk, pro.pk]
    claims = [claim(each.pk, worker_id=uuid.uuid4(), now=now) for each in (*lite, pro)]
    assert [mine is not None for mine in claims] == [True, True, False, False, True]
    assert gates(now)["lite"].bar is Bar.FULL
    assert next_in_line(now, 10) == []


def test_a_call_whose_answer_is_here_makes_room_for_the_next(cast: Cast, key: GatewayKey) -> None:
    GatewayKey.objects.update(calls_max=1)
    first, second = free_to_go(cast, 2)
    for status in (Status.SENDING, Status.ANSWERING):
        Generation.objects.filter(pk=first.pk).update(status=status)
        assert next_in_line(timezone.now(), 10) == []
    for status in (Status.SAVING, Status.SUCCEEDED, Status.UNKNOWN):
        Generation.objects.filter(pk=first.pk).update(status=status)
        assert next_in_line(timezone.now(), 10) == [second.pk]


def test_what_waits_for_its_key_takes_up_no_slot(cast: Cast, key: GatewayKey, settings: Settings) -> None:
    """Twenty in line for a stopped key, and behind them one of the other key: it is taken at once."""
    settings.NB_OSS_API_KEY = "sk-oss-test"
    for _ in range(20):
        ask(cast, model_key="pro", size="1K")
    lite = ask(cast).generations.get()
    stop(GatewayKey.objects.named("links"), Stop.BALANCE, now=timezone.now())
    assert next_in_line(timezone.now(), 4) == [lite.pk]
    assert [gates(timezone.now())[model].bar for model in ("pro", "lite")] == [Bar.STOPPED, None]


def test_a_scan_asks_as_often_for_200_as_for_one(cast: Cast, key: GatewayKey) -> None:
    people.allow(cast.bob, 100_000_000)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            next_in_line(timezone.now(), 4)
        counts.append(len(queries))
        for _ in range(25):
            ask(cast, variations=8)
    assert counts[0] == counts[1] <= 5


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """Real transactions, a thread and a connection each."""

    def test_of_20_workers_only_as_many_send_as_the_key_allows(self) -> None:
        waiting = free_to_go(people.cast(), 20)
        GatewayKey.objects.create(name="main", calls_max=3)
        for _ in range(3):
            results = together(20, lambda n: claim(waiting[n].pk, worker_id=uuid.uuid4(), now=timezone.now()))
            assert sorted(type(result).__name__ for result in results) == ["Claim"] * 3 + ["NoneType"] * 17
            Generation.objects.update(worker_id=None, lease_expires_at=None)

    def test_of_20_workers_one_sends_the_probe(self) -> None:
        waiting = free_to_go(people.cast(), 20)
        GatewayKey.objects.create(name="main", rests=2, rests_until=timezone.now() - timedelta(seconds=1))
        results = together(20, lambda n: claim(waiting[n].pk, worker_id=uuid.uuid4(), now=timezone.now()))
        assert sorted(type(result).__name__ for result in results) == ["Claim"] + ["NoneType"] * 19
        (won,) = (result for result in results if isinstance(result, Claim))
        assert GatewayKey.objects.get().probe_id == won.generation_id

    def test_answers_and_claims_at_once_do_not_wait_for_each_other(self) -> None:
        """Ten answers of a busy provider against ten claims: all end, and the busy moment counts once."""
        waiting = free_to_go(people.cast(), 20)

        def act(number: int) -> object:
            if number % 2:
                return answer(waiting[number], 429, now=timezone.now())
            return claim(waiting[number].pk, worker_id=uuid.uuid4(), now=timezone.now())

        results = together(20, act)
        assert not [result for result in results if isinstance(result, Exception)]
        assert GatewayKey.objects.get().rests == 1
