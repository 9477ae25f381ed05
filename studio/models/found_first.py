"""Rows by their words, in the forms that stay quick in a long history or library (docs/scale.md).

A table that can be searched has the column `search_text`, and an index of words that is named after it.

Of what most rows have, one goes through the newest until the page is full; of what few have, one begins with those few
and sorts them. Which of the two it is no planner can know: of a word or a phrase PostgreSQL has a guess, and after a
wrong one it reads the history to its end. So PostgreSQL is told, and `tried` finds out what: the newest first, a
bounded number of them, a sample and then more if that promises to fill the page. Where they do not, what is meant is
rare.

SQLite has to be told where to begin: with its word index, from the newest id down, so that a page of a frequent word
ends early. `id IN (what was found)` looks the same and reads all that was found first: 500 times slower for a word in a
tenth of the rows.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.db.models.sql.datastructures import BaseTable

from ..tokens import Words

TRIED: Final = 10_000
"""Of the newest: what more than one in two hundred of them has fills a page. PostgreSQL reads them in 10 to 30 ms."""
SAMPLED: Final = 2_500
"""Of these first. With less than half of what would fill a page among `TRIED`, those are not looked at."""

SOUGHT_PROJECTS_MAX: Final = 8
_RUNS_BY_PROJECT: Final = "studio_run_project_id_648ddd29"
"""The index of the foreign key, named by its migration: of all that begin with the project it alone has the id next."""

_MATCHES: Final = {
    "sqlite": "{table}_search MATCH %s",
    "postgresql": "{table}.search @@ %s::tsquery",
}
# No index knows the second form.
_COMPARES: Final = "({table}.search @@ %s::tsquery) IS TRUE"


class _FoundFirst(BaseTable):
    """A table behind SQLite's index of its words. CROSS JOIN is how one tells SQLite the order of two tables."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        rows, params = super().as_sql(compiler, connection)
        found = f"{self.table_name}_search"
        return f"{found} CROSS JOIN {rows} ON {compiler.quote_name(self.table_alias)}.id = {found}.rowid", params


def found_first[Rows: models.QuerySet[Any]](
    rows: Rows, words: Words, *, order: Sequence[str], is_read_through: bool = False
) -> Rows:
    """Of these rows, those with all of the words, in an order that on SQLite is that of their ids, newest first.

    The base table must not be aliased.
    """
    vendor = connections[rows.db].vendor
    text = words.fts5() if vendor == "sqlite" else words.tsquery()
    matches = _COMPARES if is_read_through and vendor == "postgresql" else _MATCHES[vendor]
    table = rows.model._meta.db_table
    found = rows.filter(RawSQL(matches.format(table=table), [text], output_field=models.BooleanField()))  # noqa: S611
    if vendor != "sqlite":
        return found.order_by(*order)
    base = found.query.get_initial_alias()
    found.query.alias_map[base] = _FoundFirst(table, base)
    return found.order_by(_rowid(table).desc())


def in_projects[Rows: models.QuerySet[Any]](rows: Rows, projects: Collection[int]) -> Rows:
    """Those of these projects, by PostgreSQL's index of words. As a bitmap of its own, a project would take as long."""
    known = f"ARRAY[{rows.model._meta.db_table}.project_id] && %s::bigint[]"
    return rows.filter(RawSQL(known, [list(projects)], output_field=models.BooleanField()))  # noqa: S611


def passing_over_others[Runs: models.QuerySet[Any]](runs: Runs, projects: Collection[int]) -> Runs:
    """Runs that SQLite's index of words leads to, asked for their project before they are read.

    A word that is frequent in the studio and absent in a project leads to all that have it. Their rows lie far apart;
    what belongs to a project stands in an index side by side. It is a seek for each project, so of many none is made.

    From 3.51 on SQLite makes a join of a bare EXISTS, and joins it last: behind the row.
    """
    if not 0 < len(projects) <= SOUGHT_PROJECTS_MAX:
        return runs
    among = ", ".join("%s" for _ in projects)
    belongs = (
        f"EXISTS (SELECT 1 FROM studio_run AS own INDEXED BY {_RUNS_BY_PROJECT}"  # noqa: S608
        f" WHERE own.project_id IN ({among}) AND own.id = studio_run_search.rowid) IS TRUE"
    )
    return runs.filter(RawSQL(belongs, list(projects), output_field=models.BooleanField()))  # noqa: S611


def tried[Edge](
    count: int, edge: Callable[[int], Edge | None], found: Callable[[Edge | None], list[int]], *, of: tuple[int, int]
) -> list[int] | None:
    """A page of `count` keys from the newest rows alone, or all there are; None if those that are meant are rare.

    `edge` says where so many of the newest end, and None if there are no more; `found` looks for keys this side of it.
    `of` is how many are looked at first, and how many at most.
    """
    for number in of:
        last = edge(number)
        keys = found(last)
        if last is None or len(keys) == count:
            return keys
        if len(keys) * of[-1] < count * number / 2:
            break
    return None


def older[Rows: models.QuerySet[Any]](rows: Rows, key: int, *, is_searched: bool) -> Rows:
    """Of rows in the order of their ids, newest first: those behind this one."""
    if is_searched and connections[rows.db].vendor == "sqlite":
        behind = f"{rows.model._meta.db_table}_search.rowid < %s"
        return rows.filter(RawSQL(behind, [key], output_field=models.BooleanField()))  # noqa: S611
    return rows.filter(pk__lt=key)


def not_newer[Rows: models.QuerySet[Any]](runs: Rows, made_at: datetime, number: int, *, is_searched: bool) -> Rows:
    """Of runs in the order they are shown in: this one, if it is among them, and all behind it."""
    if is_searched and connections[runs.db].vendor == "sqlite":
        behind = "studio_run_search.rowid <= (SELECT one.id FROM studio_run AS one WHERE one.number = %s)"
        return runs.filter(RawSQL(behind, [number], output_field=models.BooleanField()))  # noqa: S611
    # Not as `earlier or at that moment and ...`, which looks the same and reads all that is newer first.
    return runs.filter(~models.Q(created_at=made_at, number__gt=number), created_at__lte=made_at)


def _rowid(table: str) -> RawSQL:
    return RawSQL(f"{table}_search.rowid", [], output_field=models.BigIntegerField())  # noqa: S611
