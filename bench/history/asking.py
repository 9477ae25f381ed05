"""Somebody who looks through the history: how long each page takes, and how the database finds what is on it."""

import time
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.history import COMMON, DEEP, FIRST, RARE
from bench.history.fill import ADMIN, MEMBER
from studio.gallery.cursor import Cursor
from studio.models import Project, Run, User

_EXPLAIN: Final = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) "}


class Visitor:
    """An admin, and a member of two projects."""

    def __init__(self, depth: int) -> None:
        settings.ALLOWED_HOSTS = ["testserver"]
        self._admin, self._member = Client(), Client()
        self._admin.force_login(User.objects.get(pk=ADMIN))
        self._member.force_login(User.objects.get(pk=MEMBER))
        project = reverse("project-gallery", args=[Project.objects.get(pk=1).public_id])
        everywhere = reverse("gallery")
        far = Run.objects.order_by("-number")[depth]
        after = str(Cursor(far.created_at, far.number, 0))
        days = timezone.localdate(far.created_at)
        self._pages: dict[str, tuple[Client, str]] = {
            FIRST: (self._admin, project),
            "all projects, an admin": (self._admin, everywhere),
            "all projects, a member": (self._member, everywhere),
            DEEP: (self._admin, f"{everywhere}?after={after}"),
            "a project deep down": (self._admin, f"{project}?after={after}"),
            COMMON: (self._admin, f"{everywhere}?q=boat"),
            RARE: (self._admin, f"{everywhere}?q=lighthouse"),
            "two common words": (self._admin, f"{everywhere}?q=boat+tower"),
            "a common word in a project": (self._admin, f"{project}?q=boat"),
            "a common word, a member": (self._member, f"{everywhere}?q=boat"),
            "a common word deep down": (self._admin, f"{everywhere}?q=boat&after={after}"),
            "two Chinese characters": (self._admin, f"{everywhere}?q=红色"),
            "a person's": (self._admin, f"{project}?person=p2"),
            "a seldom model's": (self._admin, f"{project}?model=gen1"),
            "refused ones": (self._admin, f"{project}?status=refused"),
            "starred ones": (self._admin, f"{everywhere}?star=1"),
            "picked ones": (self._admin, f"{project}?picked=1"),
            "a day long ago": (self._admin, f"{project}?since={days}&until={days}"),
        }

    def pages(self) -> dict[str, float]:
        """Seconds by page."""
        return {name: self._took(client, address) for name, (client, address) in self._pages.items()}

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

    def _took(self, client: Client, address: str) -> float:
        began = time.perf_counter()
        response = client.get(address)
        took = time.perf_counter() - began
        assert response.status_code == 200, (address, response.status_code)
        assert b'class="frame' in response.content, address
        return took


def _finds_runs(sql: str) -> bool:
    """Whether it is the question behind the page: the keys of so many runs."""
    return sql.startswith(('SELECT "studio_run"."id" AS "pk" FROM', 'SELECT "studio_run"."id" FROM'))


def _explained(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN[connection.vendor] + sql, params)
        return [str(row[-1]) for row in cursor.fetchall()]
