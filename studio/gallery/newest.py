"""The runs of a page: the newest that are meant, in the order in which they are shown.

The newest are tried first, a bounded number of them (`models/found_first.py` says why). Where they do not fill the
page, what is meant is rare, and is collected by its own index.
"""

from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import DateTimeField, Q
from django.db.models.expressions import RawSQL

from ..models.found_first import SAMPLED, TRIED, tried
from ..models.run import RunQuerySet
from .chosen import Chosen
from .cursor import Cursor
from .scope import Scope, behind

FEW: Final = 2_000
"""Frames that bear a mark, or brought no picture: so many are sorted sooner than the newest are asked about them."""


def newest(chosen: Chosen, scope: Scope, *, after: Cursor | None = None, count: int) -> list[int]:
    """The keys of so many runs, newest first; with `after` of the cursor's own and of those behind it."""
    if chosen.words is not None and connection.vendor == "sqlite":
        # There the index of words has the order of the page.
        return _keys(behind(chosen.runs(scope.by_words), after, is_searched=True), count)
    if not (chosen.may_be_rare or scope.is_several):
        return _keys(behind(chosen.runs(scope.in_order), after), count)
    keys = None if chosen.may_be_rare and chosen.is_few(FEW) else _among_the_newest(chosen, scope, after, count)
    if keys is None:
        begun_with = scope.by_project if chosen.words is None else scope.by_words
        collected = chosen.runs(behind(begun_with, after), is_rare=True)
        keys = _keys(collected.order_by(unindexed().desc(), "-number"), count)
    return keys


def _among_the_newest(chosen: Chosen, scope: Scope, after: Cursor | None, count: int) -> list[int] | None:
    """The same, if so many are among those that are tried, or these are all there are; else None."""
    here = Q()
    if scope.several is not None:
        begin = scope.begin(after)
        if begin is None:
            return []
        here = Q(created_at__lte=begin)
    made = behind(scope.runs, after).filter(here).order_by("-created_at", "-number")

    def edge(number: int) -> datetime | None:
        return next(iter(made.values_list("created_at", flat=True)[number : number + 1]), None)

    def found(edge: datetime | None) -> list[int]:
        these = here if edge is None else here & Q(created_at__gte=edge)
        return _keys(chosen.runs(behind(scope.in_order, after).filter(these), is_rare=False), count)

    return tried(count, edge, found, of=(SAMPLED, TRIED))


def unindexed() -> RawSQL:
    """The order of the page as no index has it: what was asked for comes first then, and not the newest of all."""
    as_it_is = {"sqlite": "+studio_run.created_at", "postgresql": "studio_run.created_at + interval '0'"}
    return RawSQL(as_it_is[connection.vendor], [], output_field=DateTimeField())  # noqa: S611


def _keys(runs: RunQuerySet, count: int) -> list[int]:
    return list(runs.values_list("pk", flat=True)[:count])
