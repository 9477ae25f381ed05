"""Workers of their own on PostgreSQL, as processes: killed, told to stop, put to sleep, cut off from the database.

The deadlines of this studio are fiftieths, so a worker counts as dead after a little over a second.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import pg
from tests.jobs.crew_report import REPORT
from tests.jobs.studio_process import environment, run, wait_until
from tests.sandbox.process import ROOT, RunningSandbox

pytestmark = [pytest.mark.force, pytest.mark.sqlite]  # with a PostgreSQL of its own, so once is enough


@dataclass(frozen=True)
class Studio:
    """A studio on PostgreSQL. Each of its workers is a machine: it has a folder, and so a spool, of its own."""

    folder: Path
    server: pg.Server
    gateway: RunningSandbox

    def told(self, machine: str = "web") -> dict[str, str]:
        folder = self.folder / machine
        shared = {"MEDIA_ROOT": str(self.folder / "media"), "SECRET_KEY": "the same for all"}
        return environment(folder, self.gateway.url, DATABASE_URL=self.server.url, NB_WORKER="procrastinate", **shared)

    def ask(self, *prompts: str) -> None:
        run(["-m", "tests.jobs.make_queue", *prompts], self.told())

    def report(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(run(["-c", REPORT], self.told()))
        return told

    def statuses(self) -> list[str]:
        with psycopg.connect(self.server.url) as connection:
            rows = connection.execute("SELECT status FROM studio_generation ORDER BY id").fetchall()
        return [status for (status,) in rows]

    @contextmanager
    def worker(self, machine: str = "one") -> Iterator["subprocess.Popen[bytes]"]:
        with (self.folder / f"{machine}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"], cwd=ROOT, env=self.told(machine), stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[pg.Server]:
    if reason := pg.missing():
        pytest.skip(reason)
    with pg.server() as started:
        yield started


@pytest.fixture
def studio(server: pg.Server, gateway: RunningSandbox, tmp_path: Path) -> Studio:
    gateway.reset()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return Studio(tmp_path, server, gateway)


def all_are(studio: Studio, *statuses: str) -> Callable[[], bool]:
    return lambda: set(studio.statuses()) <= set(statuses)


def assert_the_books_agree(studio: Studio) -> dict[str, Any]:
    told = studio.report()
    theirs = {charge["attempt"]: charge["amount"] * 2 for charge in studio.gateway.charges()}
    ours = {charge["attempt"]: charge["micros"] for charge in told["charges"]}
    assert {attempt: amount for attempt, amount in theirs.items() if ours.get(attempt) != amount} == {}
    assert told["findings"] == []
    return told


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


def test_a_killed_machine_is_followed_by_another_and_its_calls_are_never_sent_again(studio: Studio) -> None:
    studio.ask(*["A boat [sandbox:slow=3]"] * 2, "A bridge", "A house")
    with studio.worker("one") as first:
        studio.gateway.wait_for_requests(2, ended=False)
        first.kill()
        first.wait()
    run(["manage.py", "adopt"], studio.told("two"))  # a machine that this studio has not seen, and no other lives
    with studio.worker("two"):
        # What it had sent waits a while for the machine that may hold the answers: ten minutes, here twelve seconds.
        wait_until(all_are(studio, "unknown", "succeeded"), seconds=40)
    assert studio.statuses() == ["unknown", "unknown", "succeeded", "succeeded"]
    assert len(studio.gateway.requests()) == 4
    assert_the_books_agree(studio)


def test_a_worker_told_to_stop_finishes_what_it_has_sent_and_leaves_the_rest(studio: Studio) -> None:
    studio.ask(*["A boat [sandbox:slow=1]"] * 3)
    with studio.worker() as worker:
        studio.gateway.wait_for_requests(2, ended=False)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert studio.statuses() == ["succeeded", "succeeded", "queued"]
    assert_the_books_agree(studio)


def test_a_restart_of_the_database_costs_no_picture(studio: Studio) -> None:
    """F18: the answer waits in the spool until the database takes it; messages are heard again afterwards."""
    studio.ask("A boat [sandbox:slow=2]")
    with studio.worker():
        studio.gateway.wait_for_requests(1, ended=False)
        studio.server.restart()
        wait_until(all_are(studio, "succeeded"), seconds=30)
        studio.ask("A bridge")
        wait_until(lambda: studio.statuses() == ["succeeded", "succeeded"], seconds=20)
    assert_the_books_agree(studio)


def test_a_worker_that_was_stopped_for_a_while_writes_nothing_over_the_other_one(studio: Studio) -> None:
    """F12: SIGSTOP past every deadline; another machine judges; then it wakes, with the answer it was waiting for."""
    studio.ask("A boat [sandbox:slow=0.5]")
    with studio.worker("one") as sleeper:
        studio.gateway.wait_for_requests(1, ended=False)
        sleeper.send_signal(signal.SIGSTOP)
        with studio.worker("two"):
            wait_until(all_are(studio, "unknown"), seconds=40)
            os.kill(sleeper.pid, signal.SIGCONT)
            # The answer came after all, and is paid: it is delivered, and charged once.
            wait_until(all_are(studio, "succeeded"), seconds=40)
    assert len(studio.gateway.requests()) == 1
    assert_the_books_agree(studio)
