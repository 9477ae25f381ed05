"""Trouble around a call that is not the provider's: no room, no database, no input picture."""

import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from studio.jobs import run as running
from studio.jobs.call import call_of
from studio.jobs.claim import claim
from studio.jobs.mark import mark, take_back_mark
from studio.jobs.run import run_once
from studio.models import Attempt, Generation, Kind, LedgerEntry, Status, Upload
from studio.storage.objects import put_bytes
from tests import people
from tests.jobs.asking import ask
from tests.jobs.studio_process import wait_until
from tests.jobs.test_outcomes import FREE, PAID, facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox
from tests.storage import samples

pytestmark = pytest.mark.django_db


def brought_in(cast: Cast, *, stored: bool = True) -> Upload:
    data = samples.picture()
    if stored:
        put_bytes("pictures/cup.png", data)
    return Upload.objects.create(
        project=cast.project,
        person=cast.bob,
        name="cup.png",
        mime_type="image/png",
        size_bytes=len(data),
        width=30,
        height=20,
        sha256="0" * 64,
        key="pictures/cup.png",
        thumbnail_key="t",
    )


def test_an_input_picture_is_sent_as_it_was_stored(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(cast, inputs=[brought_in(cast)]).generations.get()
    run_once(generation.pk)
    (request,) = sandbox.requests()
    assert (request["images"], request["ignored"]) == (1, [])
    assert (
        generation.attempts.get().request_document["contents"][-1]["parts"][1]["inlineData"]["data"].endswith("bytes)")
    )


def test_a_missing_input_picture_ends_it_before_anything_is_sent(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(cast, inputs=[brought_in(cast, stored=False)]).generations.get()
    run_once(generation.pk)
    generation.refresh_from_db()
    assert facts(generation) == ("failed", "failed_input", "none", [], FREE)
    assert "missing" in generation.detail
    assert sandbox.requests() == []


def test_a_choice_the_catalogue_no_longer_knows_ends_it_before_anything_is_sent(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    run = ask(cast)
    type(run).objects.filter(pk=run.pk).update(size="9K")
    run_once(run.generations.get().pk)
    assert facts(run.generations.get()) == ("failed", "failed_input", "none", [], FREE)
    assert sandbox.requests() == []


def test_F24_without_room_for_an_answer_nothing_is_asked_for(
    cast: Cast, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generation waits in line, and its money stays held."""
    monkeypatch.setattr(running, "RESERVED_BYTES", 1 << 60)
    generation = ask(cast).generations.get()
    run_once(generation.pk)
    generation.refresh_from_db()
    assert facts(generation) == ("queued", "", "held", [], ["hold"])
    assert generation.not_before is not None
    assert generation.not_before > timezone.now() + timedelta(seconds=20)
    assert generation.worker_id is None
    assert sandbox.requests() == []


def test_F24_a_spool_that_cannot_be_written_is_waited_for(
    cast: Cast, sandbox: RunningSandbox, settings: Settings, tmp_path: Path
) -> None:
    settings.NB_SPOOL_DIR = tmp_path / "file"
    settings.NB_SPOOL_DIR.write_text("where a folder should be")
    generation = ask(cast).generations.get()
    run_once(generation.pk)
    assert generation.entries.count() == 1
    assert sandbox.requests() == []
    settings.NB_SPOOL_DIR.unlink()
    Generation.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    run_once(generation.pk)
    generation.refresh_from_db()
    assert generation.status == Status.SUCCEEDED


def test_F19_a_mark_whose_commit_was_in_doubt_is_taken_back(cast: Cast, sandbox: RunningSandbox) -> None:
    """The commit came through, its answer did not; but nothing was sent for certain."""
    generation = ask(cast).generations.get()
    mine = claim(generation.pk, worker_id=uuid.uuid4(), now=timezone.now())
    assert mine is not None
    call = call_of(generation)
    mark(mine, call, now=timezone.now() - call.longest - timedelta(seconds=1))
    take_back_mark(mine, call.attempt_id)
    generation.refresh_from_db()
    assert facts(generation) == ("queued", "", "held", [], ["hold"])
    assert not Attempt.objects.exists()
    run_once(generation.pk)
    generation.refresh_from_db()
    assert generation.attempts.get().number == 1
    assert generation.status == Status.SUCCEEDED


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_F18_F20_an_answer_waits_for_a_database_that_is_away(
    sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The ledger cannot be written when the paid answer comes; it is asked again until it can."""
    generation = ask(people.cast(), "A boat [sandbox:slow=0.3]").generations.get()

    def work() -> None:
        run_once(generation.pk)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    sandbox.wait_for_requests(1, ended=False)
    wait_until(lambda: Generation.objects.get().status == Status.ANSWERING, seconds=10)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE studio_ledgerentry RENAME TO ledger_away")
        wait_until(lambda: "does not take an answer" in caplog.text, seconds=10)
        cursor.execute("ALTER TABLE ledger_away RENAME TO studio_ledgerentry")
    worker.join(10)
    generation.refresh_from_db()
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert LedgerEntry.objects.filter(kind=Kind.CHARGE).count() == 1
    assert len(sandbox.requests()) == 1
