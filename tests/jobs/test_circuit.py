"""What stops a key or a model until an admin says so, and what goes on all the same."""

import uuid

import pytest
from django.utils import timezone

from studio.forms.choices import enabled_models
from studio.jobs import clock
from studio.jobs import run as running
from studio.jobs.claim import Claim, claim, take_over
from studio.jobs.heed import resume, stop
from studio.jobs.run import run_once
from studio.jobs.settle import conclude, record_answer
from studio.models import GatewayKey, ModelSwitch, Status
from studio.models.gateway_key import Caution, Stop
from studio.provider.evidence import Evidence, Stage
from tests.jobs.asking import ask, draw, draw_queued
from tests.jobs.keys import answer, free_to_go
from tests.jobs.test_outcomes import FREE, PAID, PRESUMED, facts
from tests.people import Cast
from tests.runs import make_attempt
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


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
    resume(key, now=clock.now())
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
    resume(key, now=clock.now())
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


def test_F20_an_answer_that_is_recorded_twice_is_heeded_once(cast: Cast, key: GatewayKey) -> None:
    generation = ask(cast).generations.get()
    attempt = answer(generation, 429, now=timezone.now())
    key.refresh_from_db()
    resume(key, now=clock.now())
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
    assert "lite" not in {model.key for model in enabled_models()}
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
