"""What a key of the gateway may do right now: what each answer teaches, who waits for it, and who goes on when.

Delays are 50 times shorter than in life: `conftest.sandbox` scales them.
"""

import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from studio.jobs import run as running
from studio.jobs.claim import PREPARING, Claim, Withheld, check_still_open, claim, give_back, take_over
from studio.jobs.gate import Bar, gates
from studio.jobs.heed import resume, stop
from studio.jobs.line import next_in_line
from studio.jobs.run import run_once
from studio.jobs.settle import conclude, record_answer
from studio.models import Attempt, GatewayKey, Generation, ModelSwitch, Status
from studio.models.gateway_key import Caution, Stop
from studio.provider.evidence import Evidence, Stage
from tests import people
from tests.jobs.asking import ask, draw, draw_queued
from tests.jobs.test_outcomes import FREE, PAID, PRESUMED, facts
from tests.people import Cast
from tests.provider.peer import Peer, Talk, self_signed, server_context
from tests.runs import make_attempt
from tests.sandbox.process import RunningSandbox
from tests.together import together

pytestmark = pytest.mark.django_db

SCALE = 0.02


@pytest.fixture
def key(db: None) -> GatewayKey:
    return GatewayKey.objects.named("main")


def end_rest() -> None:
    """The provider's time is over, and the first generation may try."""
    GatewayKey.objects.update(rests_until=timezone.now())
    Generation.objects.update(not_before=None)


def rest_long() -> None:
    """Or the rest is over before a busy machine has looked."""
    GatewayKey.objects.update(rests_until=timezone.now() + timedelta(hours=1))


def seconds_until(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - timezone.now()).total_seconds()


def free_to_go(cast: Cast, count: int) -> list[Generation]:
    """So many generations in line, oldest first."""
    return [ask(cast).generations.get() for _ in range(count)]


# ── What an answer teaches ─────────────────────────────────────────────────────────────────────────

TAUGHT = [
    # row of the decision table, fault, marker, the key then rests, is stopped, has a caution, the model is switched off
    (1, "", "delivered", 0, "", "", False),
    (4, "", "text_refusal", 0, "", "", False),
    (16, "", "cut", 0, "", "", False),
    (17, "", "reset", 0, "", "", False),
    (21, "F37", "400", 0, "", "", False),
    (23, "F38", "401", 0, "refused", "", False),
    (23, "F38", "403", 0, "refused", "", False),
    (23, "F39", "404", 0, "", "", True),
    (24, "", "quota", 0, "balance", "", False),
    (24, "", "quota:429", 0, "balance", "", False),
    (25, "F40", "413", 0, "", "", False),
    (26, "F42", "429", 1, "", "", False),
    (26, "F44", "503", 1, "", "", False),
    (27, "", "lookalike_429", 0, "", "", False),
    (28, "", "write_response_body_failed", 0, "", "", False),
    (29, "F43", "500", 0, "", "", False),
    (30, "F43", "502", 1, "", "", False),
    (31, "F45", "504", 0, "", "", False),
    (31, "F45", "524", 0, "", "host", False),
    (31, "F49", "redirect", 0, "", "redirect", False),
]


@pytest.mark.parametrize("row", TAUGHT, ids=lambda row: row[2])
def test_an_answer_teaches_this_of_its_key(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, row: tuple[int, str, str, int, str, str, bool]
) -> None:
    _row, _fault, marker, *expected = row
    draw(cast, f"A boat [sandbox:{marker}]")
    key.refresh_from_db()
    is_off = ModelSwitch.objects.filter(model_key="lite", is_enabled=False).exists()
    assert [key.rests, key.stopped_reason, key.caution, is_off] == expected
    assert (key.stopped_at is not None) == key.is_stopped
    assert (key.rests_until is not None) == key.is_on_trial


def test_F35_a_provider_that_is_not_there_rests_the_key(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, settings: Settings
) -> None:
    """Or else everything in line would use up its tries while the line is down."""
    settings.NB_GATEWAY_URL = "http://127.0.0.1:1"
    first, second = free_to_go(cast, 2)
    run_once(first.pk)
    rest_long()
    run_once(second.pk)
    key.refresh_from_db()
    assert key.rests == 1
    assert (first.attempts.count(), second.attempts.count()) == (1, 0)


def test_F36_an_address_that_cannot_prove_its_name_stops_the_key(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, settings: Settings, tmp_path: Path
) -> None:
    first, second = free_to_go(cast, 2)

    def never_asked(talk: Talk) -> None:
        talk.read_request()

    with Peer(never_asked, tls=server_context(self_signed(tmp_path))) as peer:
        settings.NB_GATEWAY_URL = peer.base_url
        for generation in (first, second):
            run_once(generation.pk)
        assert peer.received == []
    key.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert key.stopped_reason == Stop.CERTIFICATE
    assert facts(first) == ("failed", "failed_network", "none", [], FREE)
    assert facts(second) == ("queued", "", "held", [], ["hold"])


# ── A rest, shared by all that would go out with the key ───────────────────────────────────────────


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


def answer(generation: Generation, status: int, *, now: datetime, **headers: str) -> Attempt:
    """The provider answers a call of this generation that is under way."""
    attempt = make_attempt(generation)
    evidence = Evidence(stage=Stage.COMPLETE, http_status=status, headers=headers)
    record_answer(Claim(generation.pk, uuid.uuid4(), generation.fence), attempt, evidence, now=now)
    return attempt


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
    GatewayKey.objects.update(rests=1, rests_until=timezone.now())
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


# ── The circuit ────────────────────────────────────────────────────────────────────────────────────


def test_F38_a_refused_key_sends_nothing_more_until_an_admin_says_so(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey
) -> None:
    sandbox.script(["401"])
    refused = draw(cast)
    waiting = free_to_go(cast, 10)
    for generation in waiting:
        run_once(generation.pk)
    assert len(sandbox.requests()) == 1
    assert facts(refused) == ("failed", "failed_config", "none", [], FREE)
    for generation in waiting:
        generation.refresh_from_db()
        assert facts(generation) == ("queued", "", "held", [], ["hold"])
    key.refresh_from_db()
    resume(key, now=timezone.now())
    for generation in waiting:
        assert draw_queued(generation.run).status == Status.SUCCEEDED
    assert len(sandbox.requests()) == 11


def test_a_key_that_is_refused_again_costs_one_more_request(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey
) -> None:
    sandbox.script(["401", "401"])
    draw(cast)
    waiting = free_to_go(cast, 5)
    key.refresh_from_db()
    resume(key, now=timezone.now())
    for generation in waiting:
        run_once(generation.pk)
    assert len(sandbox.requests()) == 2


def test_what_stopped_it_first_stays_the_reason(key: GatewayKey) -> None:
    stop(key, Stop.BALANCE, now=timezone.now())
    stop(key, Stop.REFUSED, now=timezone.now())
    key.refresh_from_db()
    assert key.stopped_reason == Stop.BALANCE


def test_an_answer_that_comes_after_the_stop_is_charged_and_stored(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_it = running.gemini.generate

    def stopped_after(*args: object, **named: object) -> Evidence:
        evidence = ask_it(*args, **named)  # type: ignore[arg-type]
        stop(GatewayKey.objects.get(), Stop.REFUSED, now=timezone.now())
        return evidence

    monkeypatch.setattr(running.gemini, "generate", stopped_after)
    assert facts(draw(cast)) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    key.refresh_from_db()
    assert key.stopped_reason == Stop.REFUSED


def test_the_answer_of_a_worker_that_lost_its_claim_is_charged_and_heeded(cast: Cast, key: GatewayKey) -> None:
    generation = ask(cast).generations.get()
    mine = claim(generation.pk, worker_id=uuid.uuid4(), now=timezone.now())
    assert mine is not None
    attempt = make_attempt(generation)
    generation.refresh_from_db()
    assert take_over(generation, worker_id=uuid.uuid4(), now=timezone.now()) is not None
    record_answer(mine, attempt, Evidence(stage=Stage.COMPLETE, http_status=401), now=timezone.now())
    conclude(mine, attempt, now=timezone.now())
    key.refresh_from_db()
    assert key.stopped_reason == Stop.REFUSED


def test_an_answer_that_is_recorded_twice_is_heeded_once(cast: Cast, key: GatewayKey) -> None:
    generation = ask(cast).generations.get()
    attempt = answer(generation, 429, now=timezone.now())
    key.refresh_from_db()
    resume(key, now=timezone.now())
    record_answer(
        Claim(generation.pk, uuid.uuid4(), 0),
        attempt,
        Evidence(stage=Stage.COMPLETE, http_status=401),
        now=timezone.now(),
    )
    key.refresh_from_db()
    assert not key.is_stopped


def test_F39_a_model_that_is_gone_is_switched_off_and_the_others_go_on(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey
) -> None:
    gone = draw(cast, "A boat [sandbox:404]")
    waiting = ask(cast).generations.get()
    assert facts(gone) == ("failed", "failed_config", "none", [], FREE)
    assert draw_queued(waiting.run).status == Status.QUEUED
    assert draw(cast, model_key="nb2", size="1K").status == Status.SUCCEEDED
    ModelSwitch.objects.update(is_enabled=True)
    assert draw_queued(waiting.run).status == Status.SUCCEEDED


def test_a_model_an_admin_switched_off_keeps_no_other_reason(cast: Cast, key: GatewayKey) -> None:
    generation = ask(cast).generations.get()
    ModelSwitch.objects.create(model_key="lite", is_enabled=False)
    answer(generation, 404, now=timezone.now())
    assert ModelSwitch.objects.get().reason == ""


def test_F45_a_host_that_gives_up_too_soon_is_told_to_the_admin_and_goes_on(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey
) -> None:
    assert facts(draw(cast, "A boat [sandbox:524]")) == ("unknown", "outcome_unknown", "presumed", [], PRESUMED)
    key.refresh_from_db()
    assert key.caution == Caution.HOST
    assert draw(cast).status == Status.SUCCEEDED


# ── Caps, and what the scan passes over ────────────────────────────────────────────────────────────


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
    assert counts[0] == counts[1] <= 4


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
        GatewayKey.objects.create(name="main", rests=2, rests_until=timezone.now())
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
