"""A studio on PostgreSQL whose workers are machines: processes with a folder, and so a spool, of their own.

The deadlines of this studio are fiftieths, so a worker counts as dead after a little over a second.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests import pg
from tests.jobs.crew_report import REPORT
from tests.jobs.studio_process import environment, run
from tests.sandbox.process import ROOT, RunningSandbox


@dataclass(frozen=True)
class Studio:
    """A studio on PostgreSQL. Each of its workers is a machine: it has a folder, and so a spool, of its own."""

    folder: Path
    server: pg.Server
    gateway: RunningSandbox
    database: str = "postgres"
    store: Mapping[str, str] = field(default_factory=dict)
    """The variables of a bucket. Without one the machines share a folder of pictures, and with it nothing."""

    @property
    def url(self) -> str:
        return self.server.url_of(self.database)

    def told(self, machine: str = "web") -> dict[str, str]:
        folder = self.folder / machine
        pictures = self.store or {"MEDIA_ROOT": str(self.folder / "media")}
        shared = {**pictures, "SECRET_KEY": "the same for all"}
        return environment(folder, self.gateway.url, DATABASE_URL=self.url, NB_WORKER="procrastinate", **shared)

    def unhurried(self, machine: str = "web") -> dict[str, str]:
        """For who migrates, asks and reads: nobody freezes them, and on a busy machine they may well take a second
        between two questions, after which PostgreSQL takes a worker for frozen here.
        """
        options = urlencode({"options": "-c idle_in_transaction_session_timeout=60000"})
        return self.told(machine) | {"DATABASE_URL": f"{self.url}?{options}"}

    def ask(self, *prompts: str, machine: str = "web") -> None:
        run(["-m", "tests.jobs.make_queue", *prompts], self.unhurried(machine))

    def report(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(run(["-c", REPORT], self.unhurried()))
        return told

    def statuses(self) -> list[str]:
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT status FROM studio_generation ORDER BY id").fetchall()
        return [status for (status,) in rows]

    @contextmanager
    def worker(
        self, machine: str = "one", *, command: Sequence[str] = ("manage.py", "worker")
    ) -> Iterator["subprocess.Popen[bytes]"]:
        with (self.folder / f"{machine}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=self.told(machine), stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def all_are(studio: Studio, *statuses: str) -> Callable[[], bool]:
    return lambda: set(studio.statuses()) <= set(statuses)


def assert_the_books_agree(studio: Studio) -> dict[str, Any]:
    told = studio.report()
    theirs = {charge["attempt"]: charge["amount"] * 2 for charge in studio.gateway.charges()}
    ours = {charge["attempt"]: charge["micros"] for charge in told["charges"]}
    assert {attempt: amount for attempt, amount in theirs.items() if ours.get(attempt) != amount} == {}
    assert told["findings"] == []
    return told
