"""Into the trash and out again: each frame by one conditional update, so that two people cannot do half of it each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F

from ..models import ChargeQuestion, Generation, User
from ..models.generation import FINAL, GenerationQuerySet


class Why(StrEnum):
    """Why a frame stays where it is."""

    RUNNING = "running"  # its call is not over
    QUESTIONED = "questioned"  # somebody asks about its charge, and whoever decides has to see it
    NOT_YOURS = "not_yours"  # of somebody else, in a project of somebody else's


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, and what was not and why. Of a frame that is there already, or is not there, nothing is said."""

    frames: Sequence[Generation]
    refused: Sequence[tuple[Generation, Why]]


def settled() -> GenerationQuerySet:
    """Those that may lie in the trash and leave it for good: nothing more comes, and nobody asks about them."""
    asked = ChargeQuestion.objects.filter(status=ChargeQuestion.Status.OPEN).values("entry__generation")
    return Generation.objects.filter(status__in=FINAL).exclude(pk__in=asked)


def to_trash(wanted: GenerationQuerySet, *, by: User, now: datetime) -> Moved:
    """Move those that are this person's to move and are over. `wanted` are frames this person may see."""
    frames = list(wanted.living().select_related("run", "person").order_by("run__number", "variation"))
    keys = [frame.pk for frame in frames]
    cared_for = set(Generation.objects.in_care_of(by).filter(pk__in=keys).values_list("pk", flat=True))
    moved: list[Generation] = []
    refused: list[tuple[Generation, Why]] = []
    for frame in frames:
        if frame.pk not in cared_for:
            refused.append((frame, Why.NOT_YOURS))
        elif settled().living().filter(pk=frame.pk).update(trashed_at=now, trashed_by=by, revision=F("revision") + 1):
            moved.append(frame)
        else:
            # As it is now: it may have moved on, or been moved, between the two questions.
            frame.refresh_from_db(fields=["status", "trashed_at"])
            if not frame.is_trashed:
                refused.append((frame, Why.QUESTIONED if frame.is_final else Why.RUNNING))
    return Moved(moved, refused)


def bring_back(wanted: GenerationQuerySet, *, by: User) -> Sequence[Generation]:
    """Undo it: the frames are where they were, with all they had. What was purged meanwhile does not come back."""
    frames = wanted.trashed().in_care_of(by).select_related("run").order_by("run__number", "variation")
    return [
        frame
        for frame in frames
        if Generation.objects.trashed()
        .filter(pk=frame.pk)
        .update(trashed_at=None, trashed_by=None, revision=F("revision") + 1)
    ]
