"""Filters under a name: kept, shared with a project, and removed again by whoever made them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import access
from ..forms.gallery import query_of
from ..forms.saved_view import SavedViewForm
from ..models import Project, SavedView
from .types import StudioRequest


@require_POST
@login_required
def saved_views(request: StudioRequest) -> HttpResponse:
    """`query` is what the address says; of it, only filters are kept. A viewer keeps views, but shares none."""
    project = _project(request)
    form = SavedViewForm(request.POST)
    address = _gallery(project)
    query = query_of(request.POST.get("query", ""))
    back = f"{address}?{query}" if query else address
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(back)
    is_shared = form.cleaned_data["is_shared"] and project is not None
    if is_shared and project:
        project = access.editable_project(request.user, project.public_id)
    if not query:
        messages.error(request, _("Set a filter first: a view keeps filters."))
    elif not _keep(request, project, form.cleaned_data["name"], query, is_shared=is_shared):
        messages.error(request, _("You have a view of that name already."))
    else:
        messages.success(request, _("View “%(name)s” saved") % {"name": form.cleaned_data["name"]})
    return redirect(back)


@require_POST
@login_required
def removal(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Of one's own."""
    view = SavedView.objects.filter(person=request.user, public_id=public_id).select_related("project").first()
    if view is None:
        raise Http404(_("No such view."))
    view.delete()
    messages.info(request, _("View “%(name)s” removed") % {"name": view.name})
    return redirect(_gallery(view.project))


def _keep(request: StudioRequest, project: Project | None, name: str, query: str, *, is_shared: bool) -> bool:
    facts = {"person": request.user, "project": project, "name": name, "query": query, "is_shared": is_shared}
    try:
        with transaction.atomic():
            SavedView.objects.create(**facts)
    except IntegrityError:
        return False
    return True


def _project(request: StudioRequest) -> Project | None:
    text = request.POST.get("project", "")
    if not text:
        return None
    try:
        return access.visible_project(request.user, UUID(text))
    except ValueError as error:
        raise Http404(_("No such project.")) from error


def _gallery(project: Project | None) -> str:
    return reverse("project-gallery", args=[project.public_id]) if project else reverse("gallery")
