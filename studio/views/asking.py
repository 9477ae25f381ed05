"""What a member asks those who pay: more money, or why a charge was made. Each is one form, and asked once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import access
from ..ledger.decisions import ask_about, ask_for_more
from ..models import Kind, LedgerEntry, Project
from .pages import swaps
from .refusals import Notice
from .types import StudioRequest

NOTE_MAX = 500


@require_POST
@login_required
def budget_requests(request: StudioRequest) -> HttpResponse:
    """`project` is one of a project's, or empty for the person's own allowance."""
    project = _project(request)
    ask_for_more(request.user, project, note=_note(request), now=timezone.now())
    title = _("Asked for more")
    sentence = _("An admin decides. What you wrote stays in the form.")
    if not request.htmx:
        messages.success(request, title)
        return redirect(project or "usage")
    context: dict[str, Any] = {"composer": {"notice": Notice(title, sentence, is_done=True)}}
    return swaps(request, "studio/workspace/asked.swaps.html", context, otherwise="usage")


@require_POST
@login_required
def charge_questions(request: StudioRequest, sequence: int) -> HttpResponse:
    """About a charge of the person's own, by its place in their ledger."""
    mine = LedgerEntry.objects.filter(account__person=request.user, kind=Kind.CHARGE).select_related("generation")
    entry = get_object_or_404(mine, sequence=sequence)
    assert entry.generation, "a charge is of a frame"
    if note := _note(request):
        ask_about(entry, note=note, now=timezone.now())
        messages.success(request, _("Asked. An admin answers here, and in your statement."))
    else:
        messages.error(request, _("Write what you would like to know."))
    return redirect(f"{entry.generation.get_absolute_url()}#ledger")


def _project(request: StudioRequest) -> Project | None:
    wanted = request.POST.get("project", "")
    if not wanted:
        return None
    try:
        return access.editable_project(request.user, UUID(wanted))
    except ValueError as error:
        raise Http404(_("No such project.")) from error


def _note(request: StudioRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "").strip()[:NOTE_MAX]
