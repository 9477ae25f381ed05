"""Budgets of people and projects, on one page: what each may spend a month, and what is used of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..forms.decisions import BudgetForm
from ..ledger.balance import month_of, months_of_people
from ..ledger.decisions import set_budget, set_threshold
from ..ledger.project_budget import project_summaries
from ..models import Instance, Project, User
from ..money import dollars
from .pages import page
from .types import StudioRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One budget with its form. `budget_micros` None: no limit."""

    key: str
    name: str
    initials: str
    budget_micros: int | None
    used_micros: int
    typed: str | None = None
    error: str = ""

    @property
    def value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.budget_micros is None else dollars(self.budget_micros).removeprefix("$")

    @property
    def is_low(self) -> bool:
        budget = self.budget_micros
        return budget is not None and (budget - self.used_micros) * 10 < budget


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed
def budgets(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    if request.method == "POST":
        return _set(request)
    return page(request, "studio/budgets/budgets.html", _tables())


def _set(request: StudioRequest) -> HttpResponse:
    kind, _space, key = request.POST.get("of", "").partition(" ")
    owner = Instance.current() if kind == "threshold" else _owner(kind, key)
    form = BudgetForm(request.POST)
    if not form.is_valid():
        typed = (request.POST.get("of", ""), request.POST.get("budget", ""), str(form.errors["budget"][0]))
        return page(request, "studio/budgets/budgets.html", _tables(*typed), status=422)
    amount = form.cleaned_data["budget"]
    if isinstance(owner, Instance):
        return _set_threshold(request, owner, amount)
    set_budget(owner, amount, by=request.user, now=timezone.now())
    name = owner.name if isinstance(owner, Project) else owner.display_name
    if isinstance(owner, User):
        amount = amount or 0
    if amount is None:
        said = _("%(name)s: no limit from now on") % {"name": name}
    else:
        said = _("%(name)s: %(sum)s a month from now on") % {"name": name, "sum": dollars(amount)}
    messages.success(request, said)
    return redirect("budgets")


def _set_threshold(request: StudioRequest, instance: Instance, amount_micros: int | None) -> HttpResponse:
    set_threshold(instance, amount_micros, by=request.user)
    if amount_micros is None:
        messages.success(request, _("No run is asked about once more."))
    else:
        facts = {"sum": dollars(amount_micros)}
        messages.success(request, _("A run that costs more than %(sum)s is asked about once more.") % facts)
    return redirect("budgets")


def _owner(kind: str, key: str) -> Project | User:
    """Raises Http404 for whoever is not here."""
    try:
        if kind == "project":
            return Project.objects.get(public_id=UUID(key))
        if kind == "person":
            return User.objects.get(pk=int(key))
    except (ValueError, OverflowError, Project.DoesNotExist, User.DoesNotExist) as error:
        raise Http404(_("No such budget.")) from error
    raise Http404(_("No such budget."))


def _tables(of: str = "", typed: str | None = None, error: str = "") -> dict[str, Any]:
    def row(key: str, name: str, initials: str, budget_micros: int | None, used_micros: int) -> Row:
        said = (typed, error) if key == of else (None, "")
        return Row(key, name, initials, budget_micros, used_micros, *said)

    now = timezone.now()
    people = list(User.objects.filter(is_active=True).order_by("first_name", "username"))
    months = months_of_people(people, month_of(now))
    projects = list(Project.objects.order_by("name", "pk"))
    of_projects = project_summaries(projects, now)
    return {
        "threshold": row("threshold", "", "", Instance.current().confirm_above_micros, 0),
        "people": [
            row(
                f"person {each.pk}",
                each.display_name,
                each.initials,
                months[each.pk].allowance_micros,
                months[each.pk].used_micros,
            )
            for each in people
        ],
        "projects": [
            row(
                f"project {each.public_id}",
                each.name,
                "",
                of_projects[each.pk].budget_micros,
                of_projects[each.pk].used_micros,
            )
            for each in projects
        ],
    }
