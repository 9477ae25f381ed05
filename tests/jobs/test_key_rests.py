"""A busy provider: all that would go out with the key rests together, and one tries whether it is over."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from studio.jobs import run as running
from studio.jobs.claim import PREPARING, Withheld, check_still_open, claim, give_back
from studio.jobs.heed import stop
from studio.jobs.line import next_in_line
from studio.jobs.run import run_once
from studio.models import GatewayKey
from studio.models.gateway_key import Stop
from studio.provider.evidence import Evidence
from tests.jobs.asking import ask, draw
from tests.jobs.keys import SCALE, answer, end_rest, free_to_go, rest_long, seconds_until
from tests.jobs.test_outcomes import facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


def test_F41_all_wait_as_long_as_the_provider_says(cast: Cast, sandbox: RunningSandbox, key: GatewayKey) -> None:
    for said, seconds in (("7", 7), ("0", 1), ("-1", 1), ("99999999999", 120), ("date:60", 60)):
        GatewayKey.objects.update(rests=0, rests_until=None)
        draw(cast, f"A boat [sandbox:429] [sandbox:retry_after={said}]")
        key.refresh_from_db()
        assert seconds * SCALE - 1 < seconds_until(key.rests_until) <= seconds * SCALE, said


def test_F41_a_word_that_is_no_time_is_no_time(cast: Cast, sandbox: RunningSandbox, key: GatewayKey) -> None:
    before = timezone.now()
    draw(cast, "A boat [sandbox:429] [sandbox:retry_after=tomorrow]")
    key.refresh_from_db()
    assert key.rests_until is not None
    assert key.rests_until > before + timedelta(seconds=5 * SCALE)


@pytest.mark.parametrize(("status", "planned"), [(429, [5, 15, 45, 45]), (503, [5, 15, 45, 45]), (502, [30, 60, 60])])
def test_each_time_in_a_row_it_rests_longer(cast: Cast, key: GatewayKey, status: int, planned: list[int]) -> None:
    now = timezone.now()
    for rests, seconds in enumerate(planned, start=1):
        generation = ask(cast).generations.get()
        GatewayKey.objects.update(probe=generation)
        answer(generation, status, now=now)
        key.refresh_from_db()
        assert key.rests_until is not None
        wait = (key.rests_until - now).total_seconds()
        assert key.rests == rests
        assert seconds <= wait <= 1.25 * seconds


def test_calls_that_were_turned_away_together_are_one_time(cast: Cast, key: GatewayKey) -> None:
    now = timezone.now()
    for generation in free_to_go(cast, 4):
        answer(generation, 429, now=now)
    key.refresh_from_db()
    assert key.rests == 1
    assert key.rests_until is not None
    assert key.rests_until < now + timedelta(seconds=6.3)


def test_one_of_them_may_name_a_later_time_and_no_earlier_one(cast: Cast, key: GatewayKey) -> None:
    now = timezone.now()
    for generation, said in zip(free_to_go(cast, 3), ("30", "90", "2"), strict=True):
        answer(generation, 429, now=now, **{"retry-after": said})
    key.refresh_from_db()
    assert (key.rests, key.rests_until) == (1, now + timedelta(seconds=90))


def test_a_success_that_was_under_way_before_does_not_end_the_rest(cast: Cast, key: GatewayKey) -> None:
    busy, earlier = free_to_go(cast, 2)
    answer(busy, 429, now=timezone.now())
    answer(earlier, 200, now=timezone.now())
    key.refresh_from_db()
    assert key.rests == 1


def test_what_only_waits_for_its_key_uses_up_no_tries(cast: Cast, sandbox: RunningSandbox, key: GatewayKey) -> None:
    sandbox.script(["429"])
    first, second = free_to_go(cast, 2)
    run_once(first.pk)
    rest_long()
    for _ in range(5):
        run_once(second.pk)
    assert len(sandbox.requests()) == 1
    assert facts(second) == ("queued", "", "held", [], ["hold"])
    assert second.attempts.count() == 0


def test_F42_after_the_rest_one_tries_and_the_others_follow_when_it_went_well(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey
) -> None:
    sandbox.script(["429"])
    waiting = free_to_go(cast, 5)
    run_once(waiting[0].pk)
    rest_long()
    assert next_in_line(timezone.now(), 10) == []
    end_rest()
    assert next_in_line(timezone.now(), 10) == [waiting[0].pk]
    probe = claim(waiting[1].pk, worker_id=uuid.uuid4(), now=timezone.now())
    assert probe is not None
    assert next_in_line(timezone.now(), 10) == []
    assert [claim(each.pk, worker_id=uuid.uuid4(), now=timezone.now()) for each in waiting[2:]] == [None] * 3
    give_back(probe)
    run_once(waiting[1].pk)  # a success
    assert next_in_line(timezone.now(), 10) == [each.pk for each in (waiting[0], *waiting[2:])]
    key.refresh_from_db()
    assert (key.rests, key.rests_until, key.probe) == (0, None, None)


@pytest.mark.parametrize("marker", ["400", "reset", "500"])
def test_a_probe_that_says_nothing_about_the_key_leaves_the_place_to_the_next(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, marker: str
) -> None:
    sandbox.script(["429", marker])
    first, second, third = free_to_go(cast, 3)
    run_once(first.pk)
    end_rest()
    run_once(second.pk)
    key.refresh_from_db()
    assert key.is_on_trial
    assert len(next_in_line(timezone.now(), 10)) == 1
    run_once(third.pk)
    key.refresh_from_db()
    assert not key.is_on_trial


def test_a_probe_whose_worker_died_leaves_the_place_too(cast: Cast, key: GatewayKey) -> None:
    first, second = free_to_go(cast, 2)
    GatewayKey.objects.update(rests=1, rests_until=timezone.now() - timedelta(seconds=1))
    now = timezone.now()
    assert claim(first.pk, worker_id=uuid.uuid4(), now=now) is not None
    assert claim(second.pk, worker_id=uuid.uuid4(), now=now) is None
    assert claim(second.pk, worker_id=uuid.uuid4(), now=now + PREPARING + timedelta(seconds=1)) is not None


def test_a_call_that_was_still_being_prepared_is_withheld(cast: Cast, key: GatewayKey) -> None:
    first, second = free_to_go(cast, 2)
    mine = claim(first.pk, worker_id=uuid.uuid4(), now=timezone.now())
    assert mine is not None
    check_still_open(mine, "main")
    answer(second, 429, now=timezone.now())
    with pytest.raises(Withheld):
        check_still_open(mine, "main")


def test_a_withheld_call_waits_in_line(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is stopped while the call connects."""
    connect = running.gemini.generate

    def stopped_meanwhile(*args: object, **named: object) -> Evidence:
        stop(GatewayKey.objects.get(), Stop.ADMIN, now=timezone.now())
        return connect(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(running.gemini, "generate", stopped_meanwhile)
    generation = draw(cast)
    assert facts(generation) == ("queued", "", "held", [], ["hold"])
    assert (generation.worker_id, generation.lease_expires_at) == (None, None)
    assert sandbox.requests() == []
