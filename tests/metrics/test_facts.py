"""The numbers of the page for machines: what they say of a studio at rest, at work, and in trouble."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import REGISTRY

from studio.jobs import clock
from studio.jobs.submit import OverBudget
from studio.metrics.facts import facts
from studio.models import GatewayKey, Generation, Verification, Worker
from studio.models.gateway_key import Stop
from tests.jobs.asking import ask, draw
from tests.jobs.conftest import *  # noqa: F403  (the sandbox and its studio)
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox

LITE_MICROS = 25_000

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def numbers() -> dict[str, float]:
    """Every number by its name and labels, as the page shows it."""
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for metric in facts()
        for sample in metric.samples
    }


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"{name}_total", labels) or 0.0


def ask_until_it_is_too_much(cast: Cast) -> None:
    for _ in range(MONEY_MICROS // LITE_MICROS):
        ask(cast, variations=8)


def test_a_studio_at_rest_has_nothing_to_say(sandbox: RunningSandbox) -> None:
    said = numbers()
    assert said["nb_queue_depth"] == said["nb_queue_age_seconds"] == said["nb_holds_open"] == 0
    assert said["nb_unknown_open"] == said["nb_assumed_charge_micro"] == 0
    assert said["nb_worker_heartbeat_age_seconds"] == -1
    assert said["nb_verify_last_ok_timestamp"] == 0


def test_what_waits_shows_its_number_its_age_and_its_holds(sandbox: RunningSandbox, cast: Cast) -> None:
    ask(cast, variations=3)
    Generation.objects.update(created_at=clock.now() - timedelta(minutes=11))
    said = numbers()
    assert (said["nb_queue_depth"], said["nb_jobs queued"], said["nb_holds_open"]) == (3, 3, 3)
    assert 660 <= said["nb_queue_age_seconds"] < 700
    assert 660 <= said["nb_hold_age_seconds_max"] < 700


def test_a_call_that_ended_is_counted_with_its_outcome_its_time_and_its_money(
    sandbox: RunningSandbox, cast: Cast
) -> None:
    before = counted("nb_attempts", outcome="delivered", status="200"), counted("nb_ledger_charge_micro")
    draw(cast)
    assert counted("nb_attempts", outcome="delivered", status="200") == before[0] + 1
    assert counted("nb_ledger_charge_micro") == before[1] + LITE_MICROS
    assert REGISTRY.get_sample_value("nb_attempt_seconds_count", {"model": "lite", "size": "1K"})
    assert REGISTRY.get_sample_value("nb_store_seconds_count", {"backend": "DiskStorage"})


def test_a_call_without_an_answer_is_open_until_somebody_decides(sandbox: RunningSandbox, cast: Cast) -> None:
    draw(cast, "[sandbox:reset]")
    said = numbers()
    assert said["nb_unknown_open"] == 1
    assert said["nb_assumed_charge_micro"] == LITE_MICROS


def test_a_run_that_does_not_fit_is_counted(sandbox: RunningSandbox, cast: Cast) -> None:
    before = counted("nb_budget_denied")
    with pytest.raises(OverBudget):
        ask_until_it_is_too_much(cast)
    assert counted("nb_budget_denied") == before + 1


def test_a_key_that_is_stopped_or_rests_is_shut(sandbox: RunningSandbox, key: GatewayKey) -> None:
    assert numbers()["nb_circuit_open main"] == 0
    GatewayKey.objects.update(rests_until=clock.now() + timedelta(seconds=30))
    assert numbers()["nb_circuit_open main"] == 1
    GatewayKey.objects.update(rests_until=None, stopped_reason=Stop.REFUSED)
    assert numbers()["nb_circuit_open main"] == 1


def test_the_last_worker_heard_of_and_the_last_clean_look_are_told(sandbox: RunningSandbox) -> None:
    now = timezone.now()
    for silent in (30, 90):
        heard = now - timedelta(seconds=silent)
        Worker.objects.create(lock_name=str(silent), started_at=heard, heartbeat_at=heard)
    for hours, findings in ((30, 0), (2, 3)):
        Verification.objects.create(
            asked_at=now, finished_at=now - timedelta(hours=hours), findings_count=findings, checks=13
        )
    said = numbers()
    assert 30 <= said["nb_worker_heartbeat_age_seconds"] < 60
    assert said["nb_verify_findings"] == 3
    assert said["nb_verify_last_ok_timestamp"] == pytest.approx((now - timedelta(hours=30)).timestamp(), abs=1)


def test_the_questions_are_as_many_however_much_has_happened(sandbox: RunningSandbox, cast: Cast) -> None:
    numbers()  # which makes the key's row
    with CaptureQueriesContext(connection) as few:
        numbers()
    draw(cast)
    ask(cast, variations=4)
    with CaptureQueriesContext(connection) as many:
        numbers()
    assert len(many) == len(few) <= 9
