"""The review inbox: what people ask for, with what an admin needs to decide, and two buttons that name the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..forms.decisions import AnswerForm, GrantForm
from ..ledger import decisions
from ..ledger.balance import month_of, months_of_people
from ..ledger.decisions import AlreadyDecided
from ..ledger.presumed import settle_presumed
from ..ledger.project_budget import project_summaries
from ..ledger.review import unsettled
from ..models import BudgetRequest, ChargeQuestion, Kind, LedgerEntry
from ..money import MICROS_PER_DOLLAR, dollars
from .pages import page
from .types import StudioRequest

SHOWN: Final = 50
"""Of either kind, the oldest: the others come into sight as these are decided."""
_STEP_MICROS: Final = 10 * MICROS_PER_DOLLAR


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request beside the budget it is about. `suggested_micros` is a fifth more, in whole tens of dollars."""

    request: BudgetRequest
    budget_micros: int
    used_micros: int

    @property
    def suggested_dollars(self) -> str:
        """As it stands in the field."""
        return dollars(self.suggested_micros).removeprefix("$")

    @property
    def suggested_micros(self) -> int:
        wanted = max(self.budget_micros, self.used_micros) * 6 // 5
        return (wanted // _STEP_MICROS + 1) * _STEP_MICROS


def _request_lines(asked: Sequence[BudgetRequest], now: datetime) -> list[RequestLine]:
    """Their budgets with a fixed number of questions."""
    projects = project_summaries([each.project for each in asked if each.project], now)
    people = months_of_people([each.person for each in asked if not each.project], month_of(now))
    lines = []
    for each in asked:
        if each.project:
            project = projects[each.project.pk]
            lines.append(RequestLine(each, project.budget_micros or 0, project.used_micros))
        else:
            own = people[each.person.pk]
            lines.append(RequestLine(each, own.allowance_micros, own.used_micros))
    return lines


@require_safe
@login_required
def inbox(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _inbox(request)


@require_POST
@login_required
@confirmed
def budget_decision(request: StudioRequest, pk: int) -> HttpResponse:
    """`decision` is `grant`, with the new budget, or `decline`."""
    require_admin(request.user)
    asked = get_object_or_404(BudgetRequest.objects.select_related("person", "project"), pk=pk)
    form = GrantForm(request.POST)
    is_granted = request.POST.get("decision") == "grant"
    if is_granted and not form.is_valid():
        return _inbox(request, status=422, refused=asked, errors=form.errors["budget"])
    try:
        if is_granted:
            decisions.grant(asked, form.cleaned_data["budget"], by=request.user, now=timezone.now())
            facts = {"name": asked.project or asked.person.display_name, "sum": dollars(form.cleaned_data["budget"])}
            said = _("%(name)s: %(sum)s a month from now on") % facts
        else:
            decisions.decline(asked, by=request.user, now=timezone.now())
            said = _("Declined. The budget stays as it is.")
    except AlreadyDecided:
        return _inbox(request, status=409)
    messages.success(request, said)
    return redirect("inbox")


@require_POST
@login_required
@confirmed
def charge_decision(request: StudioRequest, pk: int) -> HttpResponse:
    """`decision` is `give_back` or `let_stand`; both with an answer."""
    require_admin(request.user)
    question = get_object_or_404(ChargeQuestion.objects.select_related("entry__account__person"), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _inbox(request, status=422, refused=question, errors=form.errors["answer"])
    answer = form.cleaned_data["answer"]
    try:
        if request.POST.get("decision") == "give_back":
            entry = decisions.give_back(question, answer=answer, by=request.user, now=timezone.now())
            said = _("%(sum)s given back to %(name)s") % {
                "sum": dollars(entry.amount_micros),
                "name": question.entry.account.person.display_name,
            }
        else:
            decisions.let_stand(question, answer=answer, by=request.user, now=timezone.now())
            said = _("The charge stands. %(name)s reads why.") % {"name": question.entry.account.person.display_name}
    except AlreadyDecided:
        return _inbox(request, status=409)
    messages.success(request, said)
    return redirect("inbox")


@require_POST
@login_required
@confirmed
def presumed_decision(request: StudioRequest, pk: int) -> HttpResponse:
    """`decision` is `was_charged` or `was_not`: what the provider's bill says of a presumed charge."""
    require_admin(request.user)
    charge = get_object_or_404(LedgerEntry.objects.filter(kind=Kind.CHARGE).select_related("account__person"), pk=pk)
    was_charged = request.POST.get("decision") == "was_charged"
    note = _("Looked up in the provider’s bill")
    try:
        settle_presumed(charge, was_charged=was_charged, note=note, by=request.user, now=timezone.now())
    except AlreadyDecided:
        messages.error(request, _("This was decided already. Nothing was booked twice."))
    else:
        facts = {"sum": dollars(-charge.amount_micros), "name": charge.account.person.display_name}
        said = _("%(sum)s stays charged to %(name)s") if was_charged else _("%(sum)s given back to %(name)s")
        messages.success(request, said % facts)
    return redirect(reverse("spend", query={"month": f"{charge.month:%Y-%m}"}) + "#presumed")


def _inbox(request: StudioRequest, *, status: int = 200, refused: Any = None, errors: Any = ()) -> HttpResponse:
    now = timezone.now()
    asked = BudgetRequest.objects.filter(status=BudgetRequest.Status.OPEN).select_related("person", "project")
    questions = ChargeQuestion.objects.filter(status=ChargeQuestion.Status.OPEN).select_related(
        "entry__account__person", "entry__generation__run", "entry__attempt"
    )
    count, total_micros = unsettled()
    context = {
        "requests": _request_lines(list(asked[:SHOWN]), now),
        "questions": questions[:SHOWN],
        "shown": SHOWN,
        "has_more_requests": asked[SHOWN : SHOWN + 1].exists(),
        "has_more_questions": questions[SHOWN : SHOWN + 1].exists(),
        "unsettled_count": count,
        "unsettled_micros": total_micros,
        "is_late": status == 409,
        "refused": refused,
        "errors": errors,
    }
    return page(request, "studio/inbox/inbox.html", context, status=status)
