"""Runs by the words of their prompt, in the two forms that stay quick in a long history (docs/scale.md).

PostgreSQL compares with a stored column, by its word index or run by run, as it is told: its own choice is by a guess
(`studio/gallery/newest.py` has when to tell it what). SQLite has to
be told where to begin: with its word index, from the newest id down, so that a page of a frequent word ends early.
`id IN (what was found)` looks the same and reads all that was found first: 500 times slower for a word in a tenth of
the rows.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.db.models.sql.datastructures import BaseTable

from ..tokens import Words

_MATCHES: Final = {
    "sqlite": "studio_run_search MATCH %s",
    "postgresql": "studio_run.search @@ %s::tsquery",
}
# No index knows the second form.
_COMPARES: Final = "(studio_run.search @@ %s::tsquery) IS TRUE"
_ROWID: Final = RawSQL("studio_run_search.rowid", [], output_field=models.BigIntegerField())


class _FoundFirst(BaseTable):
    """The table of runs behind SQLite's word index. CROSS JOIN is how one tells SQLite the order of two tables."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        runs, params = super().as_sql(compiler, connection)
        found = f"studio_run_search CROSS JOIN {runs}"
        return f"{found} ON {compiler.quote_name(self.table_alias)}.id = studio_run_search.rowid", params


def found_first[Rows: models.QuerySet[Any]](runs: Rows, words: Words, *, is_read_through: bool = False) -> Rows:
    """Of these runs, those with all of the words, newest first. The base table must not be aliased."""
    vendor = connections[runs.db].vendor
    text = words.fts5() if vendor == "sqlite" else words.tsquery()
    matches = _COMPARES if is_read_through and vendor == "postgresql" else _MATCHES[vendor]
    found = runs.filter(RawSQL(matches, [text], output_field=models.BooleanField()))  # noqa: S611
    if vendor != "sqlite":
        return found.order_by("-created_at", "-number")
    base = found.query.get_initial_alias()
    found.query.alias_map[base] = _FoundFirst(found.model._meta.db_table, base)
    return found.order_by(_ROWID.desc())


def in_projects[Rows: models.QuerySet[Any]](runs: Rows, projects: Collection[int]) -> Rows:
    """Those of these projects, by PostgreSQL's index of words. As a bitmap of its own, a project would take as long."""
    known = RawSQL("ARRAY[studio_run.project_id] && %s::bigint[]", [list(projects)], output_field=models.BooleanField())
    return runs.filter(known)


def not_newer[Rows: models.QuerySet[Any]](runs: Rows, made_at: datetime, number: int, *, is_searched: bool) -> Rows:
    """Of runs in the order they are shown in: this one, if it is among them, and all behind it."""
    if is_searched and connections[runs.db].vendor == "sqlite":
        behind = "studio_run_search.rowid <= (SELECT one.id FROM studio_run AS one WHERE one.number = %s)"
        return runs.filter(RawSQL(behind, [number], output_field=models.BooleanField()))  # noqa: S611
    # Not as `earlier or at that moment and ...`, which looks the same and reads all that is newer first.
    return runs.filter(~models.Q(created_at=made_at, number__gt=number), created_at__lte=made_at)
