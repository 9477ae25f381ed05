"""Somebody who looks at pages, in the process of the studio: how long each takes, and how the database finds it.

What is measured are the processors: this process's and those of the database's one process that answers it. The clock
tells as much of what else the machine does.
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client

from bench.meter import precise_cpu_seconds_of
from studio.models import User

_EXPLAIN: Final = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) "}


class Visits:
    """To pages by name, each with who looks at it; `is_explained` chooses questions by their SQL."""

    def __init__(self, pages: Mapping[str, tuple[Client, str]], is_explained: Callable[[str], bool]) -> None:
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        self._pages = pages
        self._is_explained = is_explained
        self._backend = _backend()

    def pages(self) -> dict[str, tuple[float, float]]:
        """By page: seconds of the processors, and seconds on the clock.

        The better of two: before the first somebody else had the processor and its caches.
        """
        return {name: min(self._took(*page), self._took(*page)) for name, page in self._pages.items()}

    def explain(self) -> dict[str, list[str]]:
        """A line for each step of the questions that are chosen."""
        return {name: self._plan(client, address) for name, (client, address) in self._pages.items()}

    def _plan(self, client: Client, address: str) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def listen(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
            asked.append((sql, params))
            return execute(sql, params, *rest)

        with connection.execute_wrapper(listen):
            client.get(address)
        finds = [(sql, params) for sql, params in asked if self._is_explained(sql)]
        return [step for sql, params in finds for step in _explained(sql, params)]

    def _took(self, client: Client, address: str) -> tuple[float, float]:
        began, began_at = self._cpu_seconds(), time.perf_counter()
        response = client.get(address)
        took = self._cpu_seconds() - began, time.perf_counter() - began_at
        assert response.status_code == 200, (address, response.status_code)
        return took

    def _cpu_seconds(self) -> float:
        """So far. What else the machine does meanwhile is not in it."""
        return time.process_time() + (precise_cpu_seconds_of(self._backend) if self._backend else 0)


def _backend() -> int | None:
    """The one process of PostgreSQL that answers this one from now on; None for SQLite, which is no other process."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def signed_in(pk: int) -> Client:
    """As this person, without a second factor."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.NB_SECOND_FACTOR = False
    client = Client()
    client.force_login(User.objects.get(pk=pk))
    return client


def _explained(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN[connection.vendor] + sql, params)
        return [str(row[-1]) for row in cursor.fetchall()]


def filled(*steps: Callable[[], object]) -> float:
    """The seconds that these took to fill the empty database that the environment names."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    began = time.monotonic()
    for step in steps:
        step()
    return time.monotonic() - began


def answer(filled_seconds: float, visits: Visits) -> None:
    """Say how long filling took, and then what each line asks for: `pages` or `explain`."""
    _say(filled_seconds)
    visits.pages()  # templates are read, caches are warm
    for line in sys.stdin:
        _say(getattr(visits, line.strip())())


def _say(what: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()
