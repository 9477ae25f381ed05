"""Frames to another project of the same person's."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from .. import access
from ..models import Generation, Project
from ..moves import Moved, Why, move
from .back import address_back
from .selection import chosen
from .trash_swaps import moved_away
from .types import StudioRequest


@require_POST
@login_required
def moves(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """`frames=` of this project to `project=`, another one in which this person may make."""
    project = access.editable_project(request.user, public_id)
    to = access.editable_project(request.user, _project_id(request))
    visible = Generation.objects.visible_to(request.user).filter(project=project)
    moved = move(visible.filter(public_id__in=chosen(request.POST)), to=to, by=request.user)
    said = _words(moved, to)
    if request.htmx:
        return moved_away(request, project, moved.frames, said)
    messages.info(request, said)
    return redirect(address_back(request, project.get_absolute_url()))


def _project_id(request: StudioRequest) -> UUID:
    try:
        return UUID(request.POST.get("project", ""))
    except ValueError as error:
        raise BadRequest("project= is no id") from error


def _words(moved: Moved, to: Project) -> str:
    """`Run 402 moved to Winter: its 4 images stay together, and what they cost stays where it was paid.`"""
    said = [_moved(moved, to)] if moved.runs else []
    said += [_REASONS[why]() % {"number": run.number, "person": run.person.display_name} for run, why in moved.refused]
    return " ".join(said) or _("Nothing was chosen, or it is there already.")


def _moved(moved: Moved, to: Project) -> str:
    facts = {"count": len(moved.runs), "number": moved.runs[0].number, "project": to.name, "images": len(moved.frames)}
    return (
        ngettext(
            "Run %(number)d moved to %(project)s as a whole, with %(images)d images. What they cost stays here.",
            "%(count)d runs moved to %(project)s as a whole, with %(images)d images. What they cost stays here.",
            len(moved.runs),
        )
        % facts
    )


_REASONS = {
    Why.RUNNING: lambda: _("Run %(number)d is still running."),
    Why.NOT_YOURS: lambda: _("Run %(number)d is %(person)s’s: only they, or an owner of the project, may move it."),
    Why.CONVERSATION: lambda: _("Run %(number)d is part of a conversation: choose all of its runs, or none."),
}
