"""The people of the studio, for admins: role, budget, account, invitations. Each change is saved as it is made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..forms.decisions import BudgetForm
from ..forms.membership import StudioInvitationForm, StudioRoleForm
from ..ledger.balance import MonthSummary, month_of, months_of_people
from ..ledger.decisions import set_budget
from ..membership.people import LastAdmin, close_account, reopen_account, set_admin
from ..models import Invitation, User
from ..money import dollars
from .invitations import renewed, revoked, written
from .pages import page, reload, swaps
from .types import StudioRequest

BAR_WIDTH = 88


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back of a change that was just made: one field of one address."""

    address: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the table. `typed` is a budget that was refused, with why."""

    person: User
    month: MonthSummary
    projects: int
    typed: str = ""
    error: str = ""

    @property
    def budget_value(self) -> str:
        return self.typed or dollars(self.month.allowance_micros).removeprefix("$")

    @property
    def bar_width(self) -> str:
        used, allowance = max(self.month.used_micros, 0), self.month.allowance_micros
        return f"{BAR_WIDTH * min(used / allowance, 1):.1f}" if allowance else "0"


@require_safe
@login_required
def people(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _page(request)


@require_POST
@login_required
@confirmed
def studio_role(request: StudioRequest, pk: int) -> HttpResponse:
    """Admin of the studio, or a member of it like others."""
    require_admin(request.user)
    person, form = get_object_or_404(User, pk=pk), StudioRoleForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Choose one of the roles."), status=422)
    try:
        was_admin = set_admin(person, is_admin=form.is_admin, by=request.user)
    except LastAdmin:
        return _refused(request, _last_admin(person))
    said = _("%(name)s is an admin from now on") if form.is_admin else _("%(name)s is no admin from now on")
    undo = None
    if was_admin != form.is_admin:
        undo = Undo(request.path, "role", "admin" if was_admin else "member")
    return _changed(request, said % {"name": person.display_name}, person, undo)


@require_POST
@login_required
@confirmed
def person_budget(request: StudioRequest, pk: int) -> HttpResponse:
    """What somebody may spend a month, from the running one on."""
    require_admin(request.user)
    person, form = get_object_or_404(User, pk=pk), BudgetForm(request.POST)
    if not form.is_valid():
        refused = (person, request.POST.get("budget", ""), str(form.errors["budget"][0]))
        return _answer(request, status=422, refused=refused)
    before = months_of_people([person], month_of(timezone.now()))[person.pk].allowance_micros
    amount = form.cleaned_data["budget"] or 0
    set_budget(person, amount, by=request.user, now=timezone.now())
    facts = {"name": person.display_name, "sum": dollars(amount)}
    undo = Undo(request.path, "budget", dollars(before)) if before != amount else None
    return _changed(request, _("%(name)s: %(sum)s a month from now on") % facts, person, undo)


@require_POST
@login_required
@confirmed
def account(request: StudioRequest, pk: int) -> HttpResponse:
    """Close somebody's account, or open it again with `reopen`."""
    require_admin(request.user)
    person = get_object_or_404(User, pk=pk)
    try:
        if "reopen" in request.POST:
            reopen_account(person, by=request.user)
            said, undo = _("The account of %(name)s is open again"), None
        else:
            close_account(person, by=request.user)
            said = _("The account of %(name)s is closed. Their work stays.")
            undo = Undo(request.path, "reopen", "1")
    except LastAdmin:
        return _refused(request, _last_admin(person))
    return _changed(request, said % {"name": person.display_name}, person, undo)


@require_POST
@login_required
@confirmed
def studio_invitations(request: StudioRequest) -> HttpResponse:
    """A new invitation into the studio. Its link is shown now and never again."""
    require_admin(request.user)
    form = StudioInvitationForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, status=422, form=form)
    return _page(request, **written(request, form, None))


@require_POST
@login_required
@confirmed
def studio_renewal(request: StudioRequest, invitation_id: UUID) -> HttpResponse:
    require_admin(request.user)
    return _page(request, **renewed(request, _invitation(invitation_id)))


@require_POST
@login_required
@confirmed
def studio_revocation(request: StudioRequest, invitation_id: UUID) -> HttpResponse:
    require_admin(request.user)
    return _page(request, **revoked(request, _invitation(invitation_id)))


def _invitation(invitation_id: UUID) -> Invitation:
    """Any of the studio's or of a project: an admin counts as owner everywhere."""
    found = Invitation.objects.select_related("project").filter(public_id=invitation_id).first()
    if found is None:
        raise Http404(_("No such invitation."))
    return found


def _page(request: StudioRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    return page(request, "studio/people/people.html", _context(request, **said), status=status)


def _context(request: StudioRequest, *, refused: tuple[User, str, str] | None = None, **said: Any) -> dict[str, Any]:
    now = timezone.now()
    everybody = list(
        User.objects.annotate(projects_count=Count("memberships")).order_by("-is_active", "first_name", "username")
    )
    months = months_of_people(everybody, month_of(now))
    invitations = Invitation.objects.open(now).select_related("invited_by", "project")
    return {
        "rows": [_row(each, months[each.pk], refused) for each in everybody],
        "form": StudioInvitationForm(by=request.user),
        "invitations": invitations,
        "now": now,
    } | said


def _row(person: Any, month: MonthSummary, refused: tuple[User, str, str] | None) -> PersonRow:
    typed, error = refused[1:] if refused and refused[0] == person else ("", "")
    return PersonRow(person, month, person.projects_count, typed, error)


def _changed(request: StudioRequest, said: str, person: User, undo: Undo | None) -> HttpResponse:
    """The table anew, with a toast and the way back. Who changed their own rights gets the page they may see now."""
    if request.htmx and person != request.user:
        return _answer(request, said=said, undo=undo)
    messages.success(request, said)
    still_admin = User.objects.get(pk=request.user.pk).is_studio_admin
    return reload(request, reverse("people" if still_admin else "home"))


def _refused(request: StudioRequest, refusal: str, *, status: int = 409) -> HttpResponse:
    return _answer(request, status=status, refusal=refusal)


def _answer(request: StudioRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    if not request.htmx:
        return _page(request, status=status, **said)
    return swaps(
        request, "studio/people/changed.swaps.html", _context(request, **said), otherwise="people", status=status
    )


def _last_admin(person: User) -> str:
    facts = {"name": person.display_name}
    return _("%(name)s is the only admin. Make somebody else an admin first.") % facts
