"""The gateway's reimbursement plan, a month at a time: how far to its threshold, what it covers, and a new sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..access import require_admin
from ..forms.reimbursement import DrawUpForm
from ..jobs import clock
from ..models import ReimbursementSheet
from ..provider.terms import real_cost
from ..reimbursement.calls import Candidate, by_reason, candidates
from ..reimbursement.month import spend_of
from ..reimbursement.plan import THRESHOLD_MICROS, PlanMonth, WhyNot
from ..reimbursement.sheets import LINES_MAX, ListChanged, draw_up
from .charts import filled
from .months import Month
from .pages import page
from .reimbursement_words import WHY_NOT
from .types import StudioRequest

METER_WIDTH: Final = 760
OTHERS_SHOWN: Final = 100
SHEETS_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of those that are not on the list: its word in an address, what it says, and how many there are."""

    key: str
    title: str | Promise
    explanation: str | Promise
    count: int
    logged_micros: int
    is_chosen: bool


@require_safe
@login_required
def reimbursement(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheets(request: StudioRequest) -> HttpResponse:
    """Draw up a sheet of the ticked rows, in the month of the address. Links of a refused form lead here as well."""
    require_admin(request.user)
    if request.method != "POST":
        return redirect(reverse("reimbursement", query=request.GET))
    form = DrawUpForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, error=str(form.errors["row"][0]))
    month = PlanMonth(Month.asked_for(request).first)
    rows = form.cleaned_data["row"]
    if len(rows) > LINES_MAX:
        return _page(request, status=422, error=_("A sheet has at most %(count)d charges.") % {"count": LINES_MAX})
    try:
        sheet = draw_up(month, rows, by=request.user, now=clock.now())
    except ListChanged:
        return _page(request, status=409)
    said = _("Sheet %(number)d is drawn up. Export it, send it, and mark it as sent.")
    messages.success(request, said % {"number": sheet.pk})
    return redirect(sheet)


def _page(request: StudioRequest, *, status: int = 200, error: str = "") -> HttpResponse:
    month = Month.asked_for(request)
    plan_month = PlanMonth(month.first)
    found = candidates(plan_month)
    listed = [each for each in found if each.why_not is None]
    spend = spend_of(plan_month)
    context: dict[str, Any] = {
        "month": month,
        "plan_month": plan_month,
        "is_over": plan_month.is_over(clock.now()),
        "spend": spend,
        "threshold_micros": THRESHOLD_MICROS,
        "meter_width": METER_WIDTH,
        "meter_filled": filled(spend.logged_micros, THRESHOLD_MICROS, METER_WIDTH),
        "bonus_percent": f"{spend.bonus_thousandths / 10:g}",
        "sheets": ReimbursementSheet.objects.all()[:SHEETS_SHOWN],
        "is_late": status == 409,
        "error": error,
        **_listed(listed, spend.bonus_thousandths),
        **_others(request, [each for each in found if each.why_not]),
    }
    return page(request, "studio/reimbursement/reimbursement.html", context, status=status)


def _listed(listed: Sequence[Candidate], bonus_thousandths: int) -> dict[str, Any]:
    """The list for the gateway, with what it comes to."""
    logged_micros = sum(each.logged_micros for each in listed)
    return {
        "listed": listed[:LINES_MAX],
        "listed_count": len(listed),
        "logged_micros": logged_micros,
        "expected_micros": real_cost(logged_micros, bonus_thousandths),
    }


def _others(request: StudioRequest, others: Sequence[Candidate]) -> dict[str, Any]:
    """What is not on the list: all of it, or for the reason that the address names."""
    chosen = request.GET.get("why", "")
    if chosen and chosen not in set(WhyNot):
        raise Http404(_("No such charges."))
    shown = [each for each in others if not chosen or each.why_not == chosen]
    return {
        "reasons": [_reason(why, those, chosen) for why, those in by_reason(others)],
        "why": chosen,
        "others": [(each, WHY_NOT[each.why_not][0]) for each in shown[:OTHERS_SHOWN] if each.why_not],
        "others_count": len(shown),
    }


def _reason(why: WhyNot, those: Sequence[Candidate], chosen: str) -> Reason:
    title, explanation = WHY_NOT[why]
    logged_micros = sum(each.logged_micros for each in those)
    return Reason(why.value, title, explanation, len(those), logged_micros, why == chosen)
