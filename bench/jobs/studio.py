"""Studios to measure, each a fresh copy with a folder, a database and a provider in processes of their own.

Deadlines are those of life, and PostgreSQL brings every commit to the disk.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests import pg
from tests.jobs.studio_process import environment
from tests.sandbox.process import ROOT, RunningSandbox, running_sandbox

PATIENCE_SECONDS = 120
CALLS_MAX = 30
"""What an admin may allow a key, for each model."""
MODELS = ("lite", "nb2", "nb21", "gen1", "pro")
"""All of the catalogue: the key's limit is for each of them."""


@dataclass(frozen=True)
class Studio:
    """One studio that nobody else uses. Without `database_url` it has SQLite, and the embedded worker."""

    folder: Path
    gateway: RunningSandbox
    database_url: str = ""

    @property
    def is_scaled(self) -> bool:
        return bool(self.database_url)

    @property
    def name(self) -> str:
        return "scaled" if self.is_scaled else "embedded"

    def told(self, **more: str) -> dict[str, str]:
        """The environment of its processes."""
        kind = {"NB_WORKER": "thread"}
        if self.is_scaled:
            kind = {"NB_WORKER": "procrastinate", "DATABASE_URL": self.database_url}
        return environment(self.folder, self.gateway.url, **{**kind, "NB_TIMEOUT_SCALE": "1", **more})

    @contextmanager
    def process(self, **more: str) -> Iterator["Inside"]:
        """A process that can be told what to do. It sends nothing by itself."""
        with self._log() as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bench.jobs.inside"],
                cwd=ROOT,
                env=self.told(**more),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        try:
            yield Inside(process)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe
                pipe.close()

    @contextmanager
    def at_work(self, slots: int) -> Iterator["tuple[Inside, int]"]:
        """A process to ask with, and the id of the worker's. Embedded, the one is the other."""
        with self.process(NB_WORKER_SLOTS=str(slots)) as inside:
            if not self.is_scaled:
                inside.do("start_worker")
                yield inside, inside.pid
                return
            with self.worker(slots) as worker:
                inside.do("wait_for_worker")
                yield inside, worker.pid

    @contextmanager
    def worker(self, slots: int) -> Iterator["subprocess.Popen[bytes]"]:
        """`manage.py worker`."""
        with self._log() as log:
            command = [sys.executable, "manage.py", "worker", "--slots", str(slots)]
            process = subprocess.Popen(command, cwd=ROOT, env=self.told(), stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _log(self) -> Any:
        return (self.folder / "log").open("ab")


class Inside:
    """A process of `inside.py`, from outside."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def do(self, command: str, **arguments: Any) -> Any:
        """What it said. Raises RuntimeError when it ended instead; why stands in the studio's log."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([command, arguments]).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{command} failed")
        return json.loads(line)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()


class Lab:
    """Makes studios. The provider is one for all of them, with empty books for each."""

    def __init__(self, directory: Path, gateway: RunningSandbox, server: pg.Server) -> None:
        self._directory = directory
        self._gateway = gateway
        self._server = server
        self._numbers = count()
        self._made: dict[bool, Studio] = {}

    def both(self) -> Iterator[Studio]:
        yield self.studio(scaled=False)
        yield self.studio(scaled=True)

    def studio(self, *, scaled: bool) -> Studio:
        """A fresh one: its people are there, and its key takes what an admin may allow it at most."""
        if scaled not in self._made:
            self._made[scaled] = self._first(scaled)
        self._gateway.reset()
        first, number = self._made[scaled], next(self._numbers)
        folder = self._directory / f"studio-{number}"
        shutil.copytree(first.folder, folder)
        if not scaled:
            return Studio(folder, self._gateway)
        with psycopg.connect(self._server.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE studio_{number} TEMPLATE studio".encode())
        return Studio(folder, self._gateway, self._server.url_of(f"studio_{number}"))

    def _first(self, scaled: bool) -> Studio:
        folder = self._directory / f"first-{scaled}"
        folder.mkdir()
        if scaled:
            with psycopg.connect(self._server.url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE studio")
        studio = Studio(folder, self._gateway, self._server.url_of("studio") if scaled else "")
        with studio.process() as inside:
            inside.do("make", calls_max=CALLS_MAX)
        return studio


@contextmanager
def open_lab(directory: Path) -> Iterator[Lab]:
    """With a PostgreSQL and a sandbox. `directory` is left as it is at the end, to be looked at."""
    with ExitStack() as stack:
        server = stack.enter_context(pg.server(pg.DURABLE))
        gateway = stack.enter_context(running_sandbox(options=["--plain"]))
        yield Lab(directory, gateway, server)


def wait_for(holds: Callable[[], bool], *, every: float = 0.02) -> None:
    """Look again and again. Raises TimeoutError when it never holds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("waited for it in vain")
        time.sleep(every)


def free_port() -> str:
    """For a server that is told its port by the environment."""
    with socket.create_server(("127.0.0.1", 0)) as plug:
        return str(plug.getsockname()[1])


def seconds(moment: str) -> float:
    """A moment of the provider's books, in seconds since 1970. They are cut to whole milliseconds."""
    return datetime.fromisoformat(moment).timestamp()
