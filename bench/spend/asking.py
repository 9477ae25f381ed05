"""An admin who looks at the spend review: how long a page takes, and how the database finds what it asks for."""

import time
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.spend import REVIEW
from studio.models import Project, User
from tests import people

_EXPLAIN: Final = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) "}
_LONG: Final = ("studio_ledgerentry", "studio_attempt", "studio_generation", "studio_run")


class Admin:
    def __init__(self) -> None:
        settings.ALLOWED_HOSTS = ["testserver"]
        self._client = Client()
        admin = User.objects.get(pk=1)
        people.give_app(admin)
        people.come_in(self._client, admin)
        project = Project.objects.get(pk=1)
        choices = {
            "all charges": {},
            "a day's charges": {"day": timezone.localdate().replace(day=1).isoformat()},
            "a person's pictures": {"person": "2", "became": "picture"},
            "a person's for nothing": {"person": "2", "became": "nothing"},
            "a project's presumed charges": {"project": str(project.public_id), "certainty": "presumed"},
            "a model's charges": {"model": "lite"},
            "lost answers": {"became": "lost"},
            "other waste": {"became": "other"},
            "above the hold": {"certainty": "over_hold"},
        }
        self._review = {REVIEW: reverse("spend")}
        self._lists = {name: reverse("charges", query=query) for name, query in choices.items()}

    def review(self) -> dict[str, float]:
        return self._seconds(self._review)

    def lists(self) -> dict[str, float]:
        return self._seconds(self._lists)

    def explain(self) -> dict[str, list[str]]:
        """A line for each step of each question that looks into one of the tables that grow."""
        return {name: self._plans(address) for name, address in (self._review | self._lists).items()}

    def _plans(self, address: str) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def listen(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
            asked.append((sql, params))
            return execute(sql, params, *rest)

        with connection.execute_wrapper(listen):
            self._client.get(address)
        return [step for sql, params in asked if _is_long(sql) for step in _explained(sql, params)]

    def _seconds(self, pages: Mapping[str, str]) -> dict[str, float]:
        """The better of two: before the first somebody else had the processor and its caches."""
        return {name: min(self._took(address), self._took(address)) for name, address in pages.items()}

    def _took(self, address: str) -> float:
        began = time.perf_counter()
        response = self._client.get(address)
        took = time.perf_counter() - began
        assert response.status_code == 200, (address, response.status_code)
        return took


def _is_long(sql: str) -> bool:
    return sql.startswith("SELECT") and any(table in sql for table in _LONG)


def _explained(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN[connection.vendor] + sql, params)
        return [str(row[-1]) for row in cursor.fetchall()]
