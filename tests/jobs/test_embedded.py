"""The embedded worker in this very process: what it takes up, how soon, how many at a time, and how it stops."""

import errno
import io
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from studio.jobs import crew, embedded, look_at_storage
from studio.jobs.claim import Claim
from studio.jobs.run import run
from studio.models import Generation, Instance, Notice, Run, Status, StorageTrouble, Worker
from studio.notices.reading import READ_KEPT
from tests import people
from tests.jobs.asking import ask
from tests.jobs.studio_process import wait_until
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db(transaction=True)

SLOTS = 4  # the default


@pytest.fixture
def team(transactional_db: None) -> Cast:
    return people.cast()


@pytest.fixture
def worker(sandbox: RunningSandbox, settings: Settings) -> Iterator[None]:
    settings.NB_WORKER = "thread"
    embedded.start()
    wait_until(Worker.objects.exists, seconds=10)
    yield
    embedded.stop()


def is_taken_up(run: Run) -> bool:
    return not run.generations.filter(status=Status.QUEUED).exists()


def is_finished(run: Run) -> bool:
    return not run.generations.unfinished().exists()


def test_a_commit_wakes_the_worker(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, team: Cast) -> None:
    """It would look by itself only long after the test has given up."""
    monkeypatch.setattr(crew, "SCAN_SECONDS", 300)
    request.getfixturevalue("worker")
    for _ in range(3):
        run = ask(team)
        wait_until(partial(is_finished, run), seconds=20)


def test_a_row_that_nobody_announced_is_found_by_the_scan(worker: None, team: Cast) -> None:
    run = ask(team)
    Generation.objects.update(not_before=timezone.now() + timedelta(seconds=0.3))
    wait_until(lambda: is_finished(run), seconds=10)
    assert run.generations.get().status == Status.SUCCEEDED


def test_no_more_calls_are_under_way_than_there_are_slots(worker: None, team: Cast, sandbox: RunningSandbox) -> None:
    run = ask(team, "A boat [sandbox:slow=0.4]", variations=8)
    most = 0

    def look() -> bool:
        nonlocal most
        most = max(most, sum(not request["ended_at"] for request in sandbox.requests()))
        return is_finished(run)

    wait_until(look, seconds=20)
    assert most == SLOTS
    assert len(sandbox.requests()) == 8


def test_calls_are_prepared_a_few_at_a_time_and_each_lets_the_next_one_in(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, team: Cast, sandbox: RunningSandbox
) -> None:
    """All slots are soon taken, though one call is prepared at a time and nobody looks at the queue by himself."""
    monkeypatch.setattr(crew, "SCAN_SECONDS", 300)
    monkeypatch.setattr(crew, "PREPARING_MAX", 1)
    preparing, most = set[int](), list[int]()

    def watched(mine: Claim, *, on_prepared: Callable[[], None]) -> None:
        preparing.add(mine.generation_id)
        most.append(len(preparing))

        def is_prepared() -> None:
            preparing.discard(mine.generation_id)
            on_prepared()

        run(mine, on_prepared=is_prepared)

    monkeypatch.setattr(crew, "run", watched)
    request.getfixturevalue("worker")
    asked = ask(team, "A boat [sandbox:slow=2]", variations=SLOTS)
    sandbox.wait_for_requests(SLOTS, ended=False)
    assert most == [1] * SLOTS
    wait_until(partial(is_finished, asked), seconds=20)


def test_F42_a_busy_provider_is_asked_by_one_at_a_time_until_it_answers(
    worker: None, team: Cast, sandbox: RunningSandbox
) -> None:
    """Twelve in line and four slots: the calls under way are turned away, then one probe, refused too, then another."""
    busy = {"then": "status", "status": 503, "delay": 0.3}
    sandbox.script([busy] * SLOTS + [{**busy, "delay": 0}, {"then": "delivered", "delay": 0.3}])
    runs = [ask(team, variations=4) for _ in range(3)]
    wait_until(lambda: all(is_finished(run) for run in runs), seconds=30)
    asked = sorted(sandbox.requests(), key=lambda request: str(request["received_at"]))
    first, second, rest = asked[SLOTS], asked[SLOTS + 1], asked[SLOTS + 2 :]
    assert max(request["ended_at"] for request in asked[:SLOTS]) < first["received_at"]
    assert first["ended_at"] < second["received_at"]
    assert second["ended_at"] < min(request["received_at"] for request in rest)
    assert len(asked) == SLOTS + 1 + 12
    assert [generation.status for run in runs for generation in run.generations.all()] == ["succeeded"] * 12


def test_F10_a_stop_finishes_what_is_sent_and_leaves_the_rest_in_line(
    worker: None, team: Cast, sandbox: RunningSandbox
) -> None:
    run = ask(team, "A boat [sandbox:slow=0.5]", variations=8)
    sandbox.wait_for_requests(SLOTS, ended=False)
    embedded.stop()
    told = sorted(generation.status for generation in run.generations.all())
    assert told == ["queued"] * 4 + ["succeeded"] * 4
    assert len(sandbox.requests()) == SLOTS
    assert Worker.objects.get().stopped_at is not None


def test_a_stopped_worker_can_be_followed_by_another(worker: None, team: Cast) -> None:
    embedded.stop()
    run = ask(team)
    embedded.start()
    wait_until(lambda: is_finished(run), seconds=10)


def test_a_paused_studio_sends_nothing_until_it_goes_on(
    sandbox: RunningSandbox, team: Cast, settings: Settings
) -> None:
    settings.NB_WORKER = "thread"
    run = ask(team)
    Instance.objects.update(paused_reason="restored from backup")
    embedded.start()
    wait_until(Worker.objects.exists, seconds=10)  # from here to the end of its turn it looks at the queue
    embedded.stop()
    assert sandbox.requests() == []
    Instance.objects.update(paused_reason="")
    embedded.start()
    wait_until(lambda: is_finished(run), seconds=10)
    embedded.stop()


def test_F29_sending_goes_on_by_itself_once_a_picture_can_be_stored(worker: None, team: Cast) -> None:
    """Nobody tells the worker: it tries the storage with its heartbeat, which keeps what it is given by now."""
    Instance.current()
    Instance.objects.update(storage_trouble=StorageTrouble.REFUSED)
    run = ask(team)
    wait_until(lambda: is_finished(run), seconds=10)
    assert Instance.current().storage_trouble == ""


def test_a_worker_forgets_old_notices_although_nobody_verifies_by_night(worker: None, team: Cast) -> None:
    """It does so with its heartbeat; the tests have NB_VERIFY_AT=never."""
    long_ago = timezone.now() - READ_KEPT - timedelta(days=1)
    facts = {"person": team.bob, "kind": Notice.Kind.JOINED, "told_at": long_ago}
    for about, read_at in (("old", long_ago), ("new", timezone.now())):
        Notice.objects.create(about=about, read_at=read_at, **facts)
    embedded.stop()
    embedded.start()  # whose first heartbeat is at once
    wait_until(lambda: not Notice.objects.filter(about="old").exists(), seconds=10)
    assert Notice.objects.filter(about="new").exists()


def test_a_worker_tries_the_storage_before_it_has_sent_anything(
    sandbox: RunningSandbox, team: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(look_at_storage.objects, "try_out", refuse)
    settings.NB_WORKER = "thread"
    embedded.start()
    wait_until(lambda: Instance.current().storage_trouble == StorageTrouble.REFUSED, seconds=10)
    embedded.stop()
    assert sandbox.requests() == []


def test_what_a_dead_worker_left_is_finished_at_the_start(
    sandbox: RunningSandbox, team: Cast, settings: Settings
) -> None:
    settings.NB_WORKER = "thread"
    embedded.start()
    wait_until(Worker.objects.exists, seconds=10)
    embedded.stop()
    # The same lock, another process: it claimed a generation and is no more.
    now = timezone.now()
    dead = Worker.objects.create(lock_name=Worker.objects.get().lock_name, started_at=now, heartbeat_at=now)
    run = ask(team)
    run.generations.update(worker_id=dead.pk, lease_expires_at=now + timedelta(hours=1), fence=1)
    embedded.start()
    wait_until(lambda: is_finished(run), seconds=10)
    embedded.stop()
    assert run.generations.get().status == Status.SUCCEEDED


def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(
    worker: None, team: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE studio_instance RENAME TO studio_instance_away")
    try:
        wait_until(lambda: "could not reach its rows" in caplog.text, seconds=10)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE studio_instance_away RENAME TO studio_instance")
    run = ask(team)
    wait_until(lambda: is_finished(run), seconds=10)


@pytest.mark.parametrize("setting", ["off", "procrastinate"])
def test_only_the_setting_thread_starts_one(settings: Settings, setting: str) -> None:
    settings.NB_WORKER = setting
    embedded.start()
    assert "embedded-worker" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("command", [("check",), ("migrate",), ("showmigrations",)])
def test_no_command_ever_starts_one(
    settings: Settings, sandbox: RunningSandbox, team: Cast, command: tuple[str, ...]
) -> None:
    settings.NB_WORKER = "thread"
    run = ask(team)
    call_command(*command, verbosity=0, stdout=io.StringIO())
    assert "embedded-worker" not in {thread.name for thread in threading.enumerate()}
    assert run.generations.get().status == Status.QUEUED
    assert sandbox.requests() == []
