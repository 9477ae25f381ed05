"""F33 and F34: a restored or copied database never sends by itself."""

import shutil
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.belonging import ANOTHER, NEW_HERE, RESTORED, WENT_BACK, adopt, remember, why_not
from studio.jobs.crew import Crew
from studio.models import Generation, Instance, Worker
from tests.jobs.asking import ask, draw
from tests.jobs.test_outcomes import FREE, facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: Cast, sandbox: RunningSandbox) -> Generation:
    """A studio that has sent before, and this machine knows it."""
    generation = draw(cast, "A boat")
    long_ago = timezone.now() - timedelta(days=1)
    Worker.objects.create(spool_name="here", started_at=long_ago, heartbeat_at=long_ago)
    remember()
    return generation


def lose_what_came_after_the_backup(cast: Cast) -> None:
    """A restore, as the rows see it: a run was asked for, this machine saw its entry, and then it never was."""
    backup = transaction.savepoint_create()
    ask(cast, "Asked for after the backup")
    remember()
    transaction.savepoint_rollback(backup)


def test_a_fresh_studio_just_sends(cast: Cast, sandbox: RunningSandbox) -> None:
    ask(cast)
    assert why_not() == ""


def test_the_machine_that_sent_before_goes_on(sent: Generation, cast: Cast) -> None:
    ask(cast)
    assert why_not() == ""


def test_F34_a_machine_that_was_never_seen_is_no_part_of_a_studio_where_nobody_lives(
    sent: Generation, settings: Settings
) -> None:
    """The copy of a database on another machine, the live key in its settings."""
    shutil.rmtree(settings.NB_SPOOL_DIR)
    assert why_not() == NEW_HERE
    Worker.objects.create(spool_name="a living one", started_at=timezone.now(), heartbeat_at=timezone.now())
    assert why_not() == ""


def test_F33_a_refusing_machine_does_not_vouch_for_the_next_one(sent: Generation, settings: Settings) -> None:
    shutil.rmtree(settings.NB_SPOOL_DIR)
    Worker.objects.create(
        spool_name="refuses too", started_at=timezone.now(), heartbeat_at=timezone.now(), refusal=NEW_HERE
    )
    assert why_not() == NEW_HERE


def test_F33_a_restored_studio_that_nobody_had_sent_for_is_suspect_as_well(cast: Cast, settings: Settings) -> None:
    shutil.rmtree(settings.NB_SPOOL_DIR, ignore_errors=True)
    assert why_not() == ""
    Instance.objects.update(restore_epoch=1)
    assert why_not() == NEW_HERE


def test_F33_a_database_that_went_back_in_time_is_noticed(sent: Generation, cast: Cast) -> None:
    """The ledger does not know what this machine has seen in it."""
    lose_what_came_after_the_backup(cast)
    assert why_not() == WENT_BACK


def test_it_is_noticed_too_when_others_have_written_meanwhile(sent: Generation, cast: Cast) -> None:
    lose_what_came_after_the_backup(cast)
    for _ in range(3):
        ask(cast, "Something else")
    assert why_not() == WENT_BACK


def test_F34_another_studio_s_database_and_a_restored_one_are_told_apart(sent: Generation) -> None:
    Instance.objects.update(restore_epoch=1)
    assert why_not() == RESTORED
    Instance.objects.update(instance_id="0f4cfa5c-2d3f-4f7e-9a0c-3c1f6f3f2a11")
    assert why_not() == ANOTHER


def test_F33_nothing_is_handed_out_until_somebody_has_looked(
    sent: Generation, cast: Cast, sandbox: RunningSandbox
) -> None:
    Instance.objects.update(restore_epoch=1)
    waiting = ask(cast, "Asked for before the backup").generations.get()
    crew = Crew(slots=2)
    crew._look_where_we_are()
    crew._hand_out()
    crew._pool.shutdown()
    waiting.refresh_from_db()
    assert waiting.status == "queued"
    assert len(sandbox.requests()) == 1


def test_F33_what_waited_in_a_restored_database_is_cancelled_and_costs_nothing(
    sent: Generation, cast: Cast, sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    Instance.objects.update(restore_epoch=1)
    waiting = ask(cast, "Asked for before the backup").generations.get()
    call_command("adopt")
    waiting.refresh_from_db()
    assert facts(waiting) == ("cancelled", "cancelled", "none", [], FREE)
    assert "Cancelled and not paid: 1" in capsys.readouterr().out
    assert why_not() == ""
    assert len(sandbox.requests()) == 1


def test_F33_a_backup_brought_to_a_new_machine_sends_nothing_that_waited_in_it(
    sent: Generation, cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    """The old machine and its spool are gone, and what was sent after the backup is known to nobody."""
    waiting = ask(cast, "Asked for before the backup").generations.get()
    shutil.rmtree(settings.NB_SPOOL_DIR)
    assert why_not() == NEW_HERE
    assert adopt() == 1
    waiting.refresh_from_db()
    assert facts(waiting) == ("cancelled", "cancelled", "none", [], FREE)
    assert why_not() == ""
    assert len(sandbox.requests()) == 1


def test_the_queue_may_be_kept_by_somebody_who_knows(sent: Generation, cast: Cast, sandbox: RunningSandbox) -> None:
    Instance.objects.update(restore_epoch=1)
    waiting = ask(cast).generations.get()
    assert adopt(keep_queue=True) == 0
    waiting.refresh_from_db()
    assert (waiting.status, why_not()) == ("queued", "")
