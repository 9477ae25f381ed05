"""The people of a project: who is in it and as what. Everybody in it may look and leave; its owners change it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import access
from ..accounts.sensitive import confirmed
from ..forms.membership import InvitationForm, RoleForm
from ..membership.members import LastOwner, NoMember, hand_over, remove, set_role
from ..models import Membership, Project, Role
from .pages import page, reload, swaps
from .types import StudioRequest


@require_safe
@login_required
def members(request: StudioRequest, public_id: UUID) -> HttpResponse:
    return team_page(request, access.visible_project(request.user, public_id))


@require_POST
@login_required
@confirmed
def member(request: StudioRequest, public_id: UUID, member_id: UUID) -> HttpResponse:
    """Another role for a member."""
    project = access.owned_project(request.user, public_id)
    membership, form = _membership(project, member_id), RoleForm(request.POST)
    if not form.is_valid():
        return _refused(request, project, _("Choose one of the roles."), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        before = set_role(membership, form.chosen, by=request.user)
    except LastOwner:
        return _refused(request, project, _last_owner(membership))
    except NoMember:
        return _refused(request, project, _("They are not in the project any more."))
    name = membership.person.display_name
    said = _("%(name)s is %(role)s from now on") % {"name": name, "role": str(form.chosen.label)}
    return _changed(request, project, said, membership=membership, undo_role=before if before != form.chosen else None)


@require_POST
@login_required
@confirmed
def removal(request: StudioRequest, public_id: UUID, member_id: UUID) -> HttpResponse:
    """A member is taken out. What they made stays."""
    project = access.owned_project(request.user, public_id)
    membership = _membership(project, member_id)
    try:
        remove(membership, by=request.user)
    except LastOwner:
        return _refused(request, project, _last_owner(membership))
    except NoMember:
        pass  # somebody else was faster, and it is as it was wanted
    said = _("%(name)s is no longer in the project. Their work stays.") % {"name": membership.person.display_name}
    return _changed(request, project, said, membership=membership)


@require_POST
@login_required
@confirmed
def ownership(request: StudioRequest, public_id: UUID, member_id: UUID) -> HttpResponse:
    """The project is handed over: the member owns it, and whoever hands it over makes pictures in it."""
    project = access.owned_project(request.user, public_id)
    membership = _membership(project, member_id)
    try:
        hand_over(membership, by=request.user)
    except NoMember:
        return _refused(request, project, _("They are not in the project any more."))
    said = _("%(name)s owns the project from now on") % {"name": membership.person.display_name}
    messages.success(request, said)
    return reload(request, _address(project))


@require_POST
@login_required
def departure(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Leave. An admin of the studio who is no member has nothing to leave."""
    project = access.visible_project(request.user, public_id)
    membership = Membership.objects.select_related("project", "person").filter(project=project, person=request.user)
    try:
        for mine in membership:
            remove(mine, by=request.user)
    except LastOwner:
        return _refused(request, project, _("You are its only owner. Make somebody else an owner first."))
    except NoMember:
        pass  # an owner was faster
    messages.success(request, _("You left %(name)s. Your work stays there.") % {"name": project.name})
    return redirect("projects")


def team_page(request: StudioRequest, project: Project, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page. `said` is what an act adds: `refusal`, `fresh` (a new invitation), `form`."""
    return page(request, "studio/team/team.html", team_context(request, project) | said, status=status)


def team_context(request: StudioRequest, project: Project) -> dict[str, Any]:
    can_manage = access.can_manage(request.user, project)
    by_name = ("person__first_name", "person__username")
    return {
        "project": project,
        "can_manage": can_manage,
        "memberships": project.memberships.select_related("person").order_by(*by_name),
        "roles": Role.choices,
        "form": InvitationForm(by=request.user),
        "invitations": project.invitations.open(timezone.now()).select_related("invited_by") if can_manage else (),
        "now": timezone.now(),
    }


def _membership(project: Project, member_id: UUID) -> Membership:
    found = Membership.objects.select_related("project", "person").filter(project=project, public_id=member_id).first()
    if found is None:
        raise Http404(_("They are not in the project."))
    return found


def _changed(
    request: StudioRequest, project: Project, said: str, *, membership: Membership, undo_role: Role | None = None
) -> HttpResponse:
    """The list anew with a toast and the way back. Whoever changed their own role gets the page they may see now."""
    if membership.person_id == request.user.pk or not request.htmx:
        messages.success(request, said)
        still_in = Project.objects.visible_to(request.user).filter(pk=project.pk).exists()
        return reload(request, _address(project) if still_in else reverse("projects"))
    context = team_context(request, project) | {"said": said, "membership": membership, "undo_role": undo_role}
    return swaps(request, "studio/team/changed.swaps.html", context, otherwise=_address(project))


def _refused(
    request: StudioRequest, project: Project, refusal: str, status: HTTPStatus = HTTPStatus.CONFLICT
) -> HttpResponse:
    if not request.htmx:
        return team_page(request, project, status=status, refusal=refusal)
    context = team_context(request, project) | {"refusal": refusal}
    return swaps(request, "studio/team/changed.swaps.html", context, otherwise=_address(project), status=status)


def _last_owner(membership: Membership) -> str:
    facts = {"name": membership.person.display_name}
    return _("%(name)s is the only owner. Make somebody else an owner first.") % facts


def _address(project: Project) -> str:
    return reverse("members", args=[project.public_id])
