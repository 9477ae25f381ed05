"""What of a project's trash ends when: said on its page before it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from ..models import Generation, Input, Instance, Output, Run
from ..models.generation import GenerationQuerySet


def in_use() -> Q:
    """Whether a picture of a frame was sent along with, or continued by, a frame whose own pictures are still there.

    Such a frame is not purged: what was made from it could not be shown with its source, nor brought back as it was.
    """
    return Q(Exists(_sent_along())) | Q(Exists(_continued()))


def not_in_use() -> Q:
    """The contrary, as two `NOT EXISTS`, which may become anti-joins: a `NOT (… OR …)` cannot."""
    return Q(~Exists(_sent_along())) & Q(~Exists(_continued()))


def _sent_along() -> QuerySet[Input]:
    there = Generation.objects.filter(purged_at__isnull=True, run=OuterRef("run")).values("pk")
    return Input.objects.filter(Exists(there), output__generation=OuterRef("pk"))


def _continued() -> QuerySet[Run]:
    there = Generation.objects.filter(purged_at__isnull=True, run=OuterRef("pk")).values("pk")
    return Run.objects.filter(Exists(there), continues=OuterRef("pk"))


def trash_days() -> int:
    """How many days the trash is kept, as the environment says, or else an admin; 0: for ever."""
    if settings.NB_TRASH_DAYS is not None:
        return int(settings.NB_TRASH_DAYS)
    return Instance.current().trash_days


def ends_at(trashed_at: datetime, days: int) -> datetime | None:
    """When a frame that was trashed then is due. None: never by itself."""
    return trashed_at + timedelta(days=days) if days else None


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends on one day, in the studio's time zone; None as its day: nothing ends by itself."""

    on: date | None
    pictures: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`free` are the frames that end some day, and `kept` those that stay as long as they are in use."""

    endings: Sequence[Ending]
    free: int
    kept: int


def preview_of(trashed: GenerationQuerySet, days: int) -> Preview:
    """Of these frames of the trash, kept so many days, in three questions."""
    ending = _with_sums(trashed.filter(not_in_use())).annotate(day=TruncDate("trashed_at"))
    sums = ending.order_by("day").values("day").annotate(count=Sum("pictures"), size=Sum("size_bytes"))
    kept = timedelta(days=days)
    found = [(row["day"] + kept if days else None, row["count"], row["size"]) for row in sums if row["count"]]
    if not days and found:
        found = [(None, sum(count for _, count, _ in found), sum(size for *_, size in found))]
    free = trashed.filter(not_in_use()).count()
    return Preview([Ending(*each) for each in found], free, trashed.count() - free)


@dataclass(frozen=True, slots=True)
class Due:
    """What a worker deletes at its next look."""

    pictures: int
    size_bytes: int


def due_with(days: int, *, now: datetime) -> Due:
    """What of all trash would be due at once if it were kept so many days; nothing with 0."""
    trashed = Generation.objects.trashed().filter(not_in_use())
    due = trashed.filter(trashed_at__lte=now - timedelta(days=days)) if days else trashed.none()
    sums = _with_sums(due).aggregate(count=Sum("pictures", default=0), size=Sum("size_bytes", default=0))
    return Due(sums["count"], sums["size"])


def _with_sums(frames: GenerationQuerySet) -> QuerySet[Any]:
    """With the `pictures` of each frame and their `size_bytes`, looked up frame by frame.

    PostgreSQL takes the trash for much more than it is, and would rather join it to all pictures there are.
    """
    own = Output.objects.filter(generation=OuterRef("pk")).order_by().values("generation")
    pictures, size = own.annotate(sum=Count("pk")).values("sum"), own.annotate(sum=Sum("size_bytes")).values("sum")
    return frames.order_by().annotate(
        pictures=Coalesce(Subquery(pictures), 0), size_bytes=Coalesce(Subquery(size), 0, output_field=BigIntegerField())
    )
