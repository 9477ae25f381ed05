"""What a member asks those who pay: more money, or why a charge was made. Each is one form, and asked once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import access
from ..ledger.decisions import ask_about, ask_for_more
from ..models import Kind, LedgerEntry, Project
from .pages import swaps
from .refusals import Notice
from .types import StudioRequest

NOTE_MAX = 500
CHARGES_MAX = 8
"""As many as a run has frames: a line of the statement folds no more."""


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
def charge_questions(request: StudioRequest) -> HttpResponse:
    """About charges of the person's own, by their places in their ledger: the same words for each of them.

    `next` is the page it was asked from, which shows the question in its place.
    """
    charges, note = _own_charges(request), _note(request)
    if not charges:
        messages.error(request, _("Tick a charge to ask about."))
    elif not note:
        messages.error(request, _("Write what you would like to know."))
    else:
        for charge in charges:
            ask_about(charge, note=note, now=timezone.now())
        messages.success(request, _("Asked. An admin answers here, and in your statement."))
    return redirect(_asked_from(request))


def _project(request: StudioRequest) -> Project | None:
    wanted = request.POST.get("project", "")
    if not wanted:
        return None
    try:
        return access.editable_project(request.user, UUID(wanted))
    except ValueError as error:
        raise Http404(_("No such project.")) from error


def _own_charges(request: StudioRequest) -> list[LedgerEntry]:
    """The ticked ones. Raises Http404 when any is no charge of theirs."""
    mine = LedgerEntry.objects.filter(account__person=request.user, kind=Kind.CHARGE)
    ticked = dict.fromkeys(request.POST.getlist("charge")[:CHARGES_MAX])
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in ticked):
        raise Http404(_("No such line."))
    return [get_object_or_404(mine, sequence=int(text)) for text in ticked]


def _asked_from(request: StudioRequest) -> str:
    """A page of this studio; anything else is My usage."""
    page = request.POST.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else reverse("usage")


def _note(request: StudioRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "").strip()[:NOTE_MAX]
