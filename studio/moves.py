"""Runs to another project: all frames of a run at once, with what they were made from, and never their money.

What a frame cost stays with the project that paid: ledger entries are not changed. So is what it counts in there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q

from .models import Generation, Input, Link, Project, Run, Tag, Tagging, Upload, User
from .models.generation import FINAL, GenerationQuerySet


class Why(StrEnum):
    """Why a run stays where it is."""

    RUNNING = "running"  # a call of it is not over, and counts against this project's budget
    NOT_YOURS = "not_yours"  # of somebody else, in a project of somebody else's
    CONVERSATION = "conversation"  # it goes on from, or is gone on with by, a run that does not come along


@dataclass(frozen=True, slots=True)
class Moved:
    """Whole runs, the number of their frames that are not in the trash, and what stayed and why."""

    runs: Sequence[Run]
    frames: Sequence[Generation]
    refused: Sequence[tuple[Run, Why]]


def move(wanted: GenerationQuerySet, *, to: Project, by: User) -> Moved:
    """Move the runs of these frames, each as a whole; `by` may see the frames and make in `to`.

    Inputs that were brought in are there for the new project as well, as the same person's; what was made in the old
    project stays there, and its name alone is shown.
    """
    with transaction.atomic():
        runs = list(Run.objects.filter(pk__in=wanted.exclude(project=to).values("run")).order_by("number"))
        locked = Generation.objects.filter(run__in=runs).select_for_update(of=("self",)).order_by("pk")
        frames = list(locked.select_related("run"))
        refused = dict(_refused(runs, frames, by))
        moving = _without_the_tied([run for run in runs if run not in refused])
        refused |= {run: Why.CONVERSATION for run in runs if run not in moving and run not in refused}
        _take_inputs_along(moving, to)
        _take_tags_along(moving, to)
        Run.objects.filter(pk__in=[run.pk for run in moving]).update(project=to)
        Generation.objects.filter(run__in=moving).update(project=to, revision=F("revision") + 1)
    moved = {run.pk for run in moving}
    living = [frame for frame in frames if frame.run_id in moved and not frame.is_trashed]
    return Moved(moving, living, [(run, refused[run]) for run in runs if run in refused])


def _refused(runs: Iterable[Run], frames: Sequence[Generation], by: User) -> Iterable[tuple[Run, Why]]:
    keys = [frame.pk for frame in frames]
    in_care = set(Generation.objects.in_care_of(by).filter(pk__in=keys).values_list("run", flat=True))
    running = {frame.run_id for frame in frames if frame.status not in FINAL}
    for run in runs:
        if run.pk not in in_care:
            yield run, Why.NOT_YOURS
        elif run.pk in running:
            yield run, Why.RUNNING


def _without_the_tied(runs: Sequence[Run]) -> list[Run]:
    """Those whose whole conversation comes along. One that stays keeps its neighbours, and they theirs."""
    moving = {run.pk: run for run in runs}
    while tied := {
        key
        for later, earlier in Run.objects.filter(continues__isnull=False)
        .filter(_touches(moving))
        .values_list("pk", "continues__run")
        if (later in moving) != (earlier in moving)
        for key in (later, earlier)
        if key in moving
    }:
        moving = {key: run for key, run in moving.items() if key not in tied}
    return list(moving.values())


def _touches(moving: Iterable[int]) -> Q:
    return Q(pk__in=list(moving)) | Q(continues__run__in=list(moving))


def _take_inputs_along(runs: Sequence[Run], to: Project) -> None:
    """An upload or a link belongs to one project: the new one gets its own, of the same person and the same bytes."""
    inputs = Input.objects.filter(run__in=runs).exclude(upload=None, link=None).select_related("upload", "link")
    for row in inputs:
        if row.upload is not None:
            row.upload = _upload_there(row.upload, to)
        elif row.link is not None:
            row.link = _there(Link, row.link, to, "url")
        row.save(update_fields=["upload", "link"])


def _upload_there(one: Upload, to: Project) -> Upload:
    """A smaller copy stays one: of the picture that is there as well."""
    copy = _there(Upload, one, to, "sha256")
    if one.made_from_upload is not None and copy.made_from_upload == one.made_from_upload:
        copy.made_from_upload = _upload_there(one.made_from_upload, to)
        copy.save(update_fields=["made_from_upload"])
    return copy


def _there[Picture: (Upload, Link)](model: type[Picture], one: Picture, to: Project, same: str) -> Picture:
    found = model.objects.filter(project=to, person=one.person, **{same: getattr(one, same)}).first()
    if found is not None:
        return found
    copy = model.objects.get(pk=one.pk)
    copy.pk, copy.public_id, copy.project = None, uuid4(), to
    copy.save(force_insert=True)
    return copy


def _take_tags_along(runs: Sequence[Run], to: Project) -> None:
    """Tags belong to a project as well: the frames get those of the same words there."""
    left = set()
    for row in Tagging.objects.filter(generation__run__in=runs).select_related("tag"):
        left.add(row.tag_id)
        row.tag, _is_new = Tag.objects.get_or_create(project=to, key=row.tag.key, defaults={"name": row.tag.name})
        row.save(update_fields=["tag"])
    Tag.objects.filter(pk__in=left, taggings=None).delete()
