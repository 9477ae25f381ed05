"""Somebody who looks through the history: how long each page takes, and how the database finds what is on it."""

import time
from typing import Any, Final

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.history import COMMON, DEEP, FIRST, RARE
from bench.history.fill import ADMIN, GUEST, MEMBER, NEWCOMER, NO_BOATS
from bench.meter import precise_cpu_seconds_of
from studio.gallery.cursor import Cursor
from studio.models import Project, Run, User

_EXPLAIN: Final = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) "}


class Visitor:
    """An admin, a member of two projects, one of two that were left long ago, and one whose project is empty."""

    def __init__(self, depth: int) -> None:
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.NB_SECOND_FACTOR = False
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        self._backend = _backend()
        admin, member, guest, newcomer = map(_signed_in, (ADMIN, MEMBER, GUEST, NEWCOMER))
        first, boatless = (Project.objects.get(pk=pk).public_id for pk in (1, NO_BOATS))
        project, everywhere = reverse("project-gallery", args=[first]), reverse("gallery")
        far = Run.objects.order_by("-number")[depth]
        after = str(Cursor(far.created_at, far.number, 0))
        days = timezone.localdate(far.created_at)
        self._pages: dict[str, tuple[Client, str]] = {
            FIRST: (admin, project),
            "all projects, an admin": (admin, everywhere),
            "all projects, a member": (member, everywhere),
            "all projects, of idle ones": (guest, everywhere),
            "all projects, of an empty one": (newcomer, everywhere),
            DEEP: (admin, f"{everywhere}?after={after}"),
            "a project deep down": (admin, f"{project}?after={after}"),
            COMMON: (admin, f"{everywhere}?q=boat"),
            RARE: (admin, f"{everywhere}?q=lighthouse"),
            "two common words": (admin, f"{everywhere}?q=boat+tower"),
            "a common word in a project": (admin, f"{project}?q=boat"),
            "a common word, but not there": (admin, f"{reverse('project-gallery', args=[boatless])}?q=boat"),
            "a common word, a member": (member, f"{everywhere}?q=boat"),
            "a common word, of idle ones": (guest, f"{everywhere}?q=boat"),
            "a common word deep down": (admin, f"{everywhere}?q=boat&after={after}"),
            "a word in one of 250": (admin, f"{everywhere}?q=w17"),
            "no such word": (admin, f"{everywhere}?q=zeppelin"),
            "two Chinese characters": (admin, f"{everywhere}?q=红色"),
            "a person's": (admin, f"{project}?person=p2"),
            "a seldom model's": (admin, f"{project}?model=gen1"),
            "refused ones": (admin, f"{project}?status=refused"),
            "what nobody knows": (admin, f"{everywhere}?status=unknown"),
            "what nobody knows, in a project": (admin, f"{project}?outcome=unanswered"),
            "what failed: none": (admin, f"{project}?status=failed"),
            "starred ones": (admin, f"{everywhere}?star=1"),
            "picked ones": (admin, f"{project}?picked=1"),
            "a day long ago": (admin, f"{project}?since={days}&until={days}"),
            "the feed": (admin, reverse("project", args=[first])),
            "the feed deep down": (admin, f"{reverse('project', args=[first])}?before={far.number}"),
            "the list of projects": (admin, reverse("projects")),
            "the trash": (admin, reverse("trash", args=[first])),
            "the system page": (admin, reverse("system")),
        }

    def pages(self) -> dict[str, tuple[float, float]]:
        """By page: seconds of the processors, this process's and the database's, and seconds on the clock.

        The better of two: before the first somebody else had the processor and its caches.
        """
        return {name: min(self._took(*page), self._took(*page)) for name, page in self._pages.items()}

    def explain(self) -> dict[str, list[str]]:
        """A line for each step of the question that finds the runs of a page."""
        return {name: self._plan(client, address) for name, (client, address) in self._pages.items()}

    def _plan(self, client: Client, address: str) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def listen(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
            asked.append((sql, params))
            return execute(sql, params, *rest)

        with connection.execute_wrapper(listen):
            client.get(address)
        finds = [(sql, params) for sql, params in asked if _finds_runs(sql)]
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


def _signed_in(pk: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=pk))
    return client


def _finds_runs(sql: str) -> bool:
    """Whether it is the question behind the page: the keys of so many runs."""
    return sql.startswith(('SELECT "studio_run"."id" AS "pk" FROM', 'SELECT "studio_run"."id" FROM'))


def _explained(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN[connection.vendor] + sql, params)
        return [str(row[-1]) for row in cursor.fetchall()]
