"""A page of the gallery. It costs the same at the end of a long history as at its beginning, and counts nothing.

Two steps: which runs have anything to show, then which of their generations. A run has eight at most, and every one
that the first step finds adds to the page; so a page of 48 needs no more than fifty runs, found by an index in the
order in which they are shown. Within a run the order is that of the contact sheet, A before B.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from ..models import Generation
from .chosen import Chosen
from .cursor import Cursor
from .newest import newest
from .scope import Scope

PAGE_FRAMES: Final = 48


@dataclass(frozen=True, slots=True)
class Page:
    """Generations with their run, person and project. `after` leads on, where there is more."""

    generations: Sequence[Generation]
    after: Cursor | None


def page_of(chosen: Chosen, scope: Scope, *, after: Cursor | None = None, count: int = PAGE_FRAMES) -> Page:
    """Of these runs. `scope` says what the person may see; nothing here widens it."""
    # One more than would fill it, to know whether there is more; and one whose frames may all stand before the cursor.
    keys = newest(chosen, scope, after=after, count=count + 2)
    rows = chosen.generations(Generation.objects.filter(run__in=keys))
    if after:
        rows = rows.exclude(Q(run__number=after.number, variation__lte=after.variation))
    place = {key: number for number, key in enumerate(keys)}
    order = sorted(rows.order_by().values_list("run_id", "variation", "pk"), key=lambda row: (place[row[0]], row[1]))
    shown = [pk for _run, _variation, pk in order[:count]]
    generations = Generation.objects.select_related("run__person", "run__continues__run", "person", "project")
    there = generations.in_bulk(shown)
    page = [there[pk] for pk in shown if pk in there]
    return Page(page, Cursor.behind(page[-1]) if page and len(order) > count else None)
