"""Several machines over one queue, each with a spool of its own: who judges what, and when."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from studio.jobs.claim import LostClaim
from studio.ledger import post
from studio.models import Attempt, Generation, Kind, Worker
from studio.provider.outcome import Charge
from tests.jobs.test_outcomes import PRESUMED
from tests.jobs.test_recover import Dead, after, take_up
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


def on_another_machine(dead: Dead, *, heartbeat_seconds_ago: int) -> None:
    """The dead worker's answers lie in a spool that is not here."""
    then = timezone.now() - timedelta(seconds=heartbeat_seconds_ago)
    Worker.objects.filter(pk=dead.worker.pk).update(spool_name="elsewhere", lock_name="", heartbeat_at=then)


def test_a_silent_worker_of_another_machine_loses_what_it_had_not_sent(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    on_another_machine(dead, heartbeat_seconds_ago=2)
    assert take_up() == 1
    assert after(dead.generation) == ("queued", "", "held", [], ["hold"])


def test_one_that_was_only_slow_does_not_send_what_it_lost(cast: Cast, sandbox: RunningSandbox) -> None:
    """Else the call would have nobody: if that worker dies, its answer would wait for the end of a lease."""
    dead = Dead.at(cast)
    on_another_machine(dead, heartbeat_seconds_ago=2)
    take_up()
    with pytest.raises(LostClaim):
        dead.mark()


def test_what_it_had_sent_waits_for_the_machine_that_may_hold_the_answer(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    dead.mark()
    on_another_machine(dead, heartbeat_seconds_ago=2)
    assert take_up() == 0
    on_another_machine(dead, heartbeat_seconds_ago=13)
    assert take_up() == 1
    assert after(dead.generation) == ("unknown", "outcome_unknown", "presumed", [], PRESUMED)


def test_it_waits_as_long_as_that_machine_has_another_living_worker(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    dead.mark()
    on_another_machine(dead, heartbeat_seconds_ago=3600)
    Generation.objects.update(lease_expires_at=timezone.now() - timedelta(hours=1))
    now = timezone.now()
    Worker.objects.create(lock_name="", spool_name="elsewhere", started_at=now, heartbeat_at=now)
    assert take_up() == 0


def test_a_late_answer_is_delivered_and_what_was_given_back_meanwhile_stays_so(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    dead = Dead.at(cast)
    attempt, _ = dead.call()
    folder = Path(settings.NB_SPOOL_DIR)
    folder.rename(folder.with_name("unplugged"))
    take_up()
    with transaction.atomic():
        post.reimburse(attempt.entries.get(kind=Kind.CHARGE), note="not billed", recorded_by=None, now=timezone.now())
        Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.RELEASED)
    shutil.rmtree(folder)
    folder.with_name("unplugged").rename(folder)
    assert take_up() == 1
    assert after(dead.generation) == ("succeeded", "delivered", "released", ["primary"], [*PRESUMED, "reimbursement"])
    attempt.refresh_from_db()
    assert attempt.charge == Charge.RELEASED  # and `sandbox` asks whether the books agree


def test_an_answer_that_comes_to_light_later_is_delivered_and_not_charged_again(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    """The machine was away so long that the call was given up; then it came back with the answer in its spool."""
    dead = Dead.at(cast)
    dead.call()
    folder = Path(settings.NB_SPOOL_DIR)
    folder.rename(folder.with_name("unplugged"))
    assert take_up() == 1
    assert after(dead.generation)[:3] == ("unknown", "outcome_unknown", "presumed")
    shutil.rmtree(folder)
    folder.with_name("unplugged").rename(folder)
    assert take_up() == 1
    assert after(dead.generation) == ("succeeded", "delivered", "charged", ["primary"], PRESUMED)
    assert len(sandbox.requests()) == 1
    assert take_up() == 0
