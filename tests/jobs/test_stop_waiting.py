"""F67: what becomes of a call that nobody waits for any more."""

import pytest
from django.utils import timezone

from studio.jobs import settle
from studio.jobs.stop_waiting import stop_waiting
from studio.models import Generation
from tests.jobs.test_outcomes import FREE, PAID, facts
from tests.jobs.test_recover import Dead, take_up
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


def test_F67_its_picture_is_kept_and_charged_once(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    dead.charge()
    assert stop_waiting(dead.generation, now=timezone.now())
    assert take_up() == 1
    dead.generation.refresh_from_db()
    assert facts(dead.generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)


def test_a_busy_provider_is_not_asked_again(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast, "A boat [sandbox:429]")
    attempt, evidence = dead.call()
    assert stop_waiting(dead.generation, now=timezone.now())
    settle.record_answer(dead.mine, attempt, evidence, now=timezone.now())
    settle.conclude(dead.mine, attempt, now=timezone.now())
    generation = Generation.objects.get()
    assert facts(generation) == ("failed", "failed_busy", "none", [], FREE)
    assert len(sandbox.requests()) == 1
