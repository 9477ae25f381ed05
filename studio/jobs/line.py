"""Who is next: in turns, one of each person's, so that nobody waits behind somebody else's hundred.

A generation's turn is its place among those of its person that wait, behind what that person has under way. Whoever has
least under way and waits longest comes first; within one person the order of asking stands.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from django.db.models import Case, Count, F, Q, When, Window
from django.db.models.functions import RowNumber

from ..models import Generation, Status
from ..models.generation import IN_FLIGHT, GenerationQuerySet
from .claim import ready
from .gate import Gate, gates


def next_in_line(now: datetime, count: int, *, but_not: Collection[int] = ()) -> list[int]:
    """The ids of the next `count` generations that may be sent, as `next_by_model` has them."""
    return [pk for pk, _ in next_by_model(now, count, gates(now), but_not=but_not)]


def next_by_model(
    now: datetime, count: int, gates: Mapping[str, Gate], *, but_not: Collection[int] = ()
) -> list[tuple[int, str]]:
    """Id and model of the next `count` that may be sent: of each model no more than its key has room for.

    What only waits for its key is passed over, so that it takes up nobody's slot.
    """
    rooms = {model_key: gate.room for model_key, gate in gates.items() if gate.room}
    rows = _in_turns(ready(now).filter(run__model_key__in=rooms).exclude(pk__in=but_not))
    pairs = rows.values_list("pk", "run__model_key")
    return (
        list(pairs[:count]) if all(room >= count for room in rooms.values()) else as_there_is_room(pairs, gates, count)
    )


def as_there_is_room(rows: Iterable[tuple[int, str]], gates: Mapping[str, Gate], count: int) -> list[tuple[int, str]]:
    """The first `count` of these, in their order, that are not too many for their model."""
    return list(islice(_as_there_is_room(rows, {model_key: gate.room for model_key, gate in gates.items()}), count))


def _as_there_is_room(rows: Iterable[tuple[int, str]], rooms: dict[str, int]) -> Iterator[tuple[int, str]]:
    for pk, model_key in rows:
        if rooms[model_key]:
            rooms[model_key] -= 1
            yield pk, model_key


def whole_line(count: int) -> list[int]:
    """The ids of the first `count` that wait, in the order they will be sent, also of those that may not be yet."""
    return list(_in_turns(Generation.objects.queued()).values_list("pk", flat=True)[:count])


def _in_turns(waiting: GenerationQuerySet) -> GenerationQuerySet:
    # Asked first and put in as values: few people have anything under way, and many rows may wait.
    under_way = (
        Generation.objects.unfinished()
        .filter(Q(status__in=IN_FLIGHT) | Q(status=Status.QUEUED, worker_id__isnull=False))
        .order_by()
    )
    counts = under_way.values_list("person").annotate(count=Count("pk"))
    behind = Case(*(When(person=person, then=count) for person, count in counts), default=0)
    before = Window(RowNumber(), partition_by=[F("person")], order_by=F("pk").asc())
    return waiting.order_by().annotate(turn=behind + before).order_by("turn", "pk")
