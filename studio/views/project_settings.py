"""A project's settings, for its owners: name, description, what the composer begins with, budget, archive."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import access
from ..accounts.sensitive import confirmed
from ..forms.decisions import BudgetForm
from ..forms.project import ProjectSettingsForm
from ..ledger.decisions import set_budget
from ..ledger.project_budget import project_summary
from ..membership.projects import archive, describe, unarchive
from ..models import Project
from ..money import dollars
from .pages import page
from .types import StudioRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_settings(request: StudioRequest, public_id: UUID) -> HttpResponse:
    project = access.owned_project(request.user, public_id)
    if request.method != "POST":
        return _page(request, project)
    form = ProjectSettingsForm(request.POST, project=project)
    if not form.is_valid():
        return _page(request, project, form=form, status=422)
    describe(project, form.cleaned_data, by=request.user)
    messages.success(request, _("Saved"))
    return redirect("project-settings", public_id)


@require_POST
@login_required
@confirmed
def project_budget(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """What the project may cost a month. Empty: no limit of its own."""
    project = access.owned_project(request.user, public_id)
    form = BudgetForm(request.POST)
    if not form.is_valid():
        typed: dict[str, Any] = {
            "budget_typed": request.POST.get("budget", ""),
            "budget_error": form.errors["budget"][0],
        }
        return _page(request, project, status=422, **typed)
    set_budget(project, form.cleaned_data["budget"], by=request.user, now=timezone.now())
    messages.success(request, _("Saved"))
    return redirect("project-settings", public_id)


@require_POST
@login_required
def project_archive(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Into the archive, or out of it with `restore`."""
    project = access.owned_project(request.user, public_id)
    if "restore" in request.POST:
        unarchive(project, by=request.user)
        messages.success(request, _("The project is in use again"))
    else:
        archive(project, by=request.user, now=timezone.now())
        messages.success(request, _("The project is archived. It can be looked at, and nothing in it is lost."))
    return redirect("project-settings", public_id)


def _page(
    request: StudioRequest, project: Project, *, form: ProjectSettingsForm | None = None, status: int = 200, **said: Any
) -> HttpResponse:
    budget = project.monthly_budget_micros
    context = {
        "project": project,
        "can_manage": True,
        "form": form or ProjectSettingsForm(project=project),
        "budget_typed": "" if budget is None else dollars(budget).removeprefix("$"),
        "month": project_summary(project, timezone.now()),
    }
    return page(request, "studio/team/settings.html", context | said, status=status)
