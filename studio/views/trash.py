"""The trash of a project: frames go in from anywhere, and come back or end here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from .. import access
from ..accounts.sensitive import confirmed
from ..jobs import clock
from ..models import Generation, Output, Project
from ..models.generation import GenerationQuerySet
from ..trash.move import bring_back, to_trash
from ..trash.purge import doom, erase_soon
from ..trash.retention import ends_at, in_use, preview_of, trash_days
from . import trash_words as words
from .back import address_back
from .pages import page
from .selection import chosen
from .trash_swaps import answered
from .types import StudioRequest

ROWS_PER_PAGE: Final = 48
DELETED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One frame in the trash, as its page shows it."""

    generation: Generation
    is_kept: bool
    days: int

    @property
    def number(self) -> str:
        return self.generation.frame_number

    @property
    def picture(self) -> Output | None:
        return next(iter(self.generation.outputs.all()), None)

    @property
    def ends_at(self) -> datetime | None:
        assert self.generation.trashed_at, "only what is in the trash has a row"
        return ends_at(self.generation.trashed_at, self.days)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def trash(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """What this person may bring back; or `frames=` on their way in."""
    project = access.editable_project(request.user, public_id)
    if request.method == "POST":
        return _move(request, project)
    trashed = _in_care(request, project)
    days = trash_days()
    rows = _rows(request, trashed, days)
    preview = preview_of(trashed, days)
    context = {
        "project": project,
        "rows": rows[:ROWS_PER_PAGE],
        "is_more": len(rows) > ROWS_PER_PAGE,
        "before": rows[ROWS_PER_PAGE - 1].generation.public_id if len(rows) > ROWS_PER_PAGE else "",
        "count": preview.free,
        "preview": preview,
        "may_delete": _may_delete(request, project),
        "can_make": True,
    }
    return page(request, "studio/trash/trash.html", context)


@require_POST
@login_required
def restorations(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """`frames=`, or with `all` everything in this person's care, back to where it was."""
    project = access.editable_project(request.user, public_id)
    back = bring_back(_asked(request, _in_care(request, project)), by=request.user)
    said = words.brought_back(back)
    if request.htmx:
        return answered(request, project, back, said, is_back=True)
    messages.info(request, said)
    return redirect("trash", project.public_id)


@require_POST
@login_required
@confirmed
def deletions(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """An owner does not wait: the files of `frames=`, or of `all`, are removed now."""
    project = access.editable_project(request.user, public_id)
    access.require_owner(request.user, project)
    now = clock.now()
    ended = doom(_asked(request, _in_care(request, project)), now=now, count=DELETED_AT_ONCE)
    erase_soon(ended, now=now)
    messages.info(request, words.deleted(ended))
    return redirect("trash", project.public_id)


def _move(request: StudioRequest, project: Project) -> HttpResponse:
    visible = Generation.objects.visible_to(request.user).filter(project=project)
    moved = to_trash(visible.filter(public_id__in=chosen(request.POST)), by=request.user, now=clock.now())
    said = words.moved(moved)
    if request.htmx:
        return answered(request, project, moved.frames, said)
    messages.info(request, words.with_the_way_to_the_trash(said, project) if moved.frames else said)
    return redirect(address_back(request, project.get_absolute_url()))


def _in_care(request: StudioRequest, project: Project) -> GenerationQuerySet:
    return Generation.objects.trashed().in_care_of(request.user).filter(project=project)


def _asked(request: StudioRequest, trashed: GenerationQuerySet) -> GenerationQuerySet:
    return trashed if "all" in request.POST else trashed.filter(public_id__in=chosen(request.POST))


def _may_delete(request: StudioRequest, project: Project) -> bool:
    return access.can_manage(request.user, project)


def _rows(request: StudioRequest, trashed: GenerationQuerySet, days: int) -> list[Row]:
    """One more than is shown, the newest in the trash first."""
    if (last := _last_seen(request, trashed)) is not None:
        # Both halves, for an index begins at the first.
        moment = last.trashed_at
        trashed = trashed.filter(Q(trashed_at__lt=moment) | Q(pk__lt=last.pk), trashed_at__lte=moment)
    primary = Output.objects.filter(role=Output.Role.PRIMARY)
    with_all = trashed.select_related("run", "person", "trashed_by").prefetch_related(Prefetch("outputs", primary))
    frames = list(with_all.order_by("-trashed_at", "-pk")[: ROWS_PER_PAGE + 1])
    kept = set(Generation.objects.filter(in_use(), pk__in=[frame.pk for frame in frames]).values_list("pk", flat=True))
    return [Row(frame, frame.pk in kept, days) for frame in frames]


def _last_seen(request: StudioRequest, trashed: GenerationQuerySet) -> Generation | None:
    try:
        return trashed.filter(public_id=UUID(request.GET.get("before", ""))).first()
    except ValueError:
        return None
