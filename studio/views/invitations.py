"""Invitations: written, renewed and revoked by who may invite; opened and accepted by who has the link."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import access
from ..accounts.sensitive import confirmed
from ..forms.membership import InvitationForm
from ..membership import holding, letter
from ..membership.invitations import NotAccepted, accept, invite, renew, revoke, why_not
from ..models import Invitation, Project, User
from .invitation_words import refusal_words
from .pages import page
from .team import team_page
from .types import StudioRequest

type Answer = Callable[..., HttpResponse]
"""The page the form stands on: called with the status and with what there is to say."""


@require_POST
@login_required
@confirmed
def project_invitations(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """A new invitation into a project. Its link is shown now and never again."""
    project = access.owned_project(request.user, public_id)
    form = InvitationForm(request.POST, by=request.user)
    if not form.is_valid():
        return team_page(request, project, status=422, form=form)
    return team_page(request, project, **written(request, form, project))


@require_POST
@login_required
@confirmed
def project_renewal(request: StudioRequest, public_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Another link in place of one that was lost; the old one does not open any more."""
    project = access.owned_project(request.user, public_id)
    return team_page(request, project, **renewed(request, _of(project, invitation_id)))


@require_POST
@login_required
@confirmed
def project_revocation(request: StudioRequest, public_id: UUID, invitation_id: UUID) -> HttpResponse:
    project = access.owned_project(request.user, public_id)
    return team_page(request, project, **revoked(request, _of(project, invitation_id)))


@require_safe
def opened(request: StudioRequest, token: str) -> HttpResponse:
    """What the link leads to. It is remembered and left at once, and nothing is accepted: scanners open links too."""
    if not holding.hold(request, token):
        raise Http404(_("This invitation does not open. Ask for a new one."))
    return redirect("invitation")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: StudioRequest) -> HttpResponse:
    """Into what, as what, by whom; and the button that accepts it."""
    found = holding.held(request)
    if found is None:
        raise Http404(_("This invitation does not open. Ask for a new one."))
    person = _signed_in(request)
    if person is not None and found.accepted_by_id == person.pk:
        return _inside(request, found)  # a sign-up has accepted it, or the link was opened again
    if request.method == "POST" and person is not None:
        return _accept(request, found, person)
    if request.method == "POST":
        return redirect(reverse("account_login", query={"next": reverse("invitation")}))
    return _letter(request, found, why_not(found, person, timezone.now()))


def written(request: StudioRequest, form: InvitationForm, project: Project | None) -> dict[str, Any]:
    """Write the invitation, and send it where that is asked for: what the page has to say then."""
    values = form.cleaned_data
    fresh = invite(
        project,
        form.chosen,
        email=values["email"],
        budget_micros=form.budget_micros,
        by=request.user,
        now=timezone.now(),
    )
    return _said(request, fresh.invitation, fresh.token, language=values["language"])


def renewed(request: StudioRequest, invitation: Invitation) -> dict[str, Any]:
    fresh = renew(invitation, by=request.user, now=timezone.now())
    if fresh is None:
        return {"refusal": _("This invitation was accepted or revoked meanwhile.")}
    return _said(request, fresh.invitation, fresh.token, language="")


def revoked(request: StudioRequest, invitation: Invitation) -> dict[str, Any]:
    if not revoke(invitation, by=request.user, now=timezone.now()):
        return {"refusal": _("This invitation was accepted meanwhile. Remove the person instead.")}
    return {"notice": _("The invitation is revoked. Its link does not open any more.")}


def _said(request: StudioRequest, invitation: Invitation, token: str, *, language: str) -> dict[str, Any]:
    link = request.build_absolute_uri(reverse("invitation-link", args=[token]))
    said: dict[str, Any] = {"fresh": invitation, "fresh_link": link}
    if invitation.email and letter.can_send():
        is_sent = letter.send(invitation, link, language=language or request.LANGUAGE_CODE)
        said["is_sent"], said["was_not_sent"] = is_sent, not is_sent
    return said


def _of(project: Project, invitation_id: UUID) -> Invitation:
    found = project.invitations.filter(public_id=invitation_id).first()
    if found is None:
        raise Http404(_("No such invitation."))
    return found


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _accept(request: StudioRequest, found: Invitation, person: User) -> HttpResponse:
    try:
        accept(found, person)
    except NotAccepted as refusal:
        return _letter(request, found, refusal.reason, status=409)
    return _inside(request, found)


def _inside(request: StudioRequest, found: Invitation) -> HttpResponse:
    holding.let_go(request)
    if found.project is None or not Project.objects.visible_to(request.user).filter(pk=found.project.pk).exists():
        return redirect("home")
    messages.success(request, _("Welcome to %(name)s") % {"name": found.project.name})
    return redirect(found.project)


def _letter(request: StudioRequest, found: Invitation, reason: str, *, status: int = 200) -> HttpResponse:
    """The invitation as a page. What does not hold any more names no project."""
    refusal = refusal_words(reason, request.user) if reason else ""
    context = {"invitation": found, "refusal": refusal, "into": "" if reason else found.project}
    return page(request, "studio/team/invitation.html", context, status=status)
