"""Who is next: in turns, one of each person's, so that nobody waits behind somebody else's hundred.

A generation's turn is its place among those of its person that wait, behind what that person has under way. Whoever has
least under way and waits longest comes first; within one person the order of asking stands.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from ..models import Generation, Status
from ..models.generation import IN_FLIGHT, GenerationQuerySet
from .claim import ready


def next_in_line(now: datetime, count: int, *, but_not: Collection[int] = ()) -> list[int]:
    """The ids of the next `count` generations that may be sent."""
    return list(_in_turns(ready(now).exclude(pk__in=but_not)).values_list("pk", flat=True)[:count])


def whole_line(count: int) -> list[int]:
    """The ids of the first `count` that wait, in the order they will be sent, also of those that may not be yet."""
    return list(_in_turns(Generation.objects.filter(status=Status.QUEUED)).values_list("pk", flat=True)[:count])


def _in_turns(waiting: GenerationQuerySet) -> GenerationQuerySet:
    under_way = (
        Generation.objects.filter(person=OuterRef("person"))
        .filter(Q(status__in=IN_FLIGHT) | Q(status=Status.QUEUED, worker_id__isnull=False))
        .order_by()
        .values("person")
        .annotate(count=Count("pk"))
        .values("count")
    )
    before = Window(RowNumber(), partition_by=[F("person")], order_by=F("pk").asc())
    turn = Coalesce(Subquery(under_way, output_field=IntegerField()), 0) + before
    return waiting.order_by().annotate(turn=turn).order_by("turn", "pk")
