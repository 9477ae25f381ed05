"""Workers of their own on PostgreSQL, as processes: killed, told to stop, put to sleep, cut off from the database.

The deadlines of this studio are fiftieths, so a worker counts as dead after a little over a second.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import pg
from tests.jobs.machines import Studio, all_are, assert_the_books_agree
from tests.jobs.storm import Storm
from tests.jobs.studio_process import run, wait_until
from tests.sandbox.process import ROOT, RunningSandbox

pytestmark = [pytest.mark.force, pytest.mark.sqlite]  # with a PostgreSQL of its own, so once is enough

FREEZE_IN_A_CLAIM = """
import os, signal, django
django.setup()
from django.db import transaction
from studio.jobs.gateway import locked_keys
with transaction.atomic():
    assert locked_keys()
    print("locked", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[pg.Server]:
    if reason := pg.missing():
        pytest.skip(reason)
    with pg.server() as started:
        yield started


@pytest.fixture(scope="module")
def template(server: pg.Server, gateway: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the studio's people and no run. Making one takes longer than many a test here."""
    name = "empty"
    make_database(server, name)
    Studio(tmp_path_factory.mktemp("empty"), server, gateway, name).ask()
    return name


@pytest.fixture
def studio(server: pg.Server, template: str, gateway: RunningSandbox, tmp_path: Path) -> Studio:
    gateway.reset()
    make_database(server, "studio", template=template)
    return Studio(tmp_path, server, gateway, "studio")


def make_database(server: pg.Server, name: str, *, template: str = "template1") -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def test_a_web_process_without_a_worker_sends_nothing_and_loses_nothing(studio: Studio) -> None:
    studio.ask("A boat", "A bridge")
    assert studio.statuses() == ["queued", "queued"]
    assert studio.gateway.requests() == []
    with studio.worker():
        wait_until(all_are(studio, "succeeded"), seconds=20)
    assert_the_books_agree(studio)


def test_two_machines_share_the_queue_and_send_nothing_twice(studio: Studio) -> None:
    studio.ask(*["A boat [sandbox:slow=0.2]"] * 12)
    with studio.worker("one"), studio.worker("two"):
        wait_until(all_are(studio, "succeeded"), seconds=30)
    told = assert_the_books_agree(studio)
    assert len(studio.gateway.requests()) == 12
    assert told["spools"] == 2


def test_F05_a_killed_machine_is_followed_by_another_and_its_calls_are_never_sent_again(studio: Studio) -> None:
    studio.ask(*["A boat [sandbox:slow=3]"] * 2, "A bridge", "A house")
    with studio.worker("one") as first:
        studio.gateway.wait_for_requests(2, ended=False)
        first.kill()
        first.wait()
    run(
        ["manage.py", "adopt", "--keep-queue"], studio.told("two")
    )  # a machine that this studio has not seen, and no other lives
    with studio.worker("two"):
        # What it had sent waits a while for the machine that may hold the answers: ten minutes, here twelve seconds.
        wait_until(all_are(studio, "unknown", "succeeded"), seconds=40)
    assert studio.statuses() == ["unknown", "unknown", "succeeded", "succeeded"]
    assert len(studio.gateway.requests()) == 4
    assert_the_books_agree(studio)


def test_F10_a_worker_told_to_stop_finishes_what_it_has_sent_and_leaves_the_rest(studio: Studio) -> None:
    studio.ask(*["A boat [sandbox:slow=1]"] * 3)
    with studio.worker() as worker:
        studio.gateway.wait_for_requests(2, ended=False)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert studio.statuses() == ["succeeded", "succeeded", "queued"]
    assert_the_books_agree(studio)


def test_F18_a_restart_of_the_database_costs_no_picture(studio: Studio) -> None:
    """The answer waits in the spool until the database takes it; messages are heard again afterwards."""
    studio.ask("A boat [sandbox:slow=2]")
    with studio.worker():
        studio.gateway.wait_for_requests(1, ended=False)
        studio.server.restart()
        wait_until(all_are(studio, "succeeded"), seconds=30)
        studio.ask("A bridge")
        wait_until(lambda: studio.statuses() == ["succeeded", "succeeded"], seconds=20)
    assert_the_books_agree(studio)


def test_F12_a_worker_that_was_stopped_for_a_while_writes_nothing_over_the_other_one(studio: Studio) -> None:
    """SIGSTOP past every deadline; another machine judges; then it wakes, with the answer it was waiting for."""
    # Patient: it must not sleep through its own deadline while the other machine starts.
    studio.ask("--patient", "A boat [sandbox:slow=1.5]")
    with studio.worker("one") as sleeper:
        # Not before it has noted that it sent: whoever falls asleep inside that step keeps its rows locked.
        wait_until(all_are(studio, "answering"), seconds=20)
        sleeper.send_signal(signal.SIGSTOP)
        with studio.worker("two"):
            wait_until(all_are(studio, "unknown"), seconds=40)
            os.kill(sleeper.pid, signal.SIGCONT)
            # The answer came after all, and is paid: it is delivered, and charged once.
            wait_until(all_are(studio, "succeeded"), seconds=40)
    assert len(studio.gateway.requests()) == 1
    assert_the_books_agree(studio)


def test_F12_a_machine_that_froze_inside_a_transaction_does_not_keep_the_others_from_sending(studio: Studio) -> None:
    """It has the keys' rows, as whoever claims has; PostgreSQL takes them back after a minute, here after 1.2 s."""
    with subprocess.Popen(
        [sys.executable, "-c", FREEZE_IN_A_CLAIM], cwd=ROOT, env=studio.told("frozen"), stdout=subprocess.PIPE
    ) as frozen:
        assert frozen.stdout
        try:
            assert frozen.stdout.readline() == b"locked\n"
            studio.ask("A boat")
            with studio.worker():
                wait_until(all_are(studio, "succeeded"), seconds=20)
        finally:
            frozen.kill()
    assert_the_books_agree(studio)


def test_a_short_storm_over_three_machines_loses_doubles_and_hides_nothing(studio: Studio) -> None:
    """kill -9, SIGSTOP and a restart of the database at any moment; `make hammer` goes on for longer."""
    storm = Storm(studio, machines=3, seconds=12, seed=402)
    told = storm.rage()
    assert told.violations == []
    assert told.kills + told.sleeps + told.restarts >= 3
    assert told.calls > 20
