"""The gateway's reimbursement plan, a month at a time: how far to its threshold, what it covers, and a new sheet."""

from collections.abc import Mapping
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
from ..accounts.sensitive import confirmed
from ..forms.reimbursement import DrawUpForm
from ..jobs import clock
from ..ledger.decisions import AlreadyDecided
from ..models import ReimbursementSheet
from ..provider.terms import real_cost
from ..reimbursement.calls import ELIGIBLE, Sums, by_reason, eligible, for_nothing, read
from ..reimbursement.month import spend_of
from ..reimbursement.plan import THRESHOLD_MICROS, PlanMonth, WhyNot
from ..reimbursement.sheets import LINES_MAX, ListChanged, TooMany, add_to, draw_up
from .charts import filled
from .months import Month
from .pages import page
from .reimbursement_words import WHY_NOT
from .types import StudioRequest

METER_WIDTH: Final = 760
LISTED: Final = 100
"""Of a page: as many as somebody looks through before they tick."""
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
@confirmed
def sheets(request: StudioRequest) -> HttpResponse:
    """Put the ticked rows on a sheet, in the month of the address: on a new one, or on the one that `sheet` names.

    Links of a refused form lead here as well.
    """
    require_admin(request.user)
    if request.method != "POST":
        return redirect(reverse("reimbursement", query=request.GET))
    form = DrawUpForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, error=str(next(iter(form.errors.values()))[0]))
    month, rows = PlanMonth(Month.asked_for(request).first), form.cleaned_data["row"]
    sheet = form.cleaned_data["sheet"]
    try:
        if sheet:
            add_to(sheet, rows, by=request.user)
            said = _("Sheet %(number)d has more charges now.")
        else:
            sheet = draw_up(month, rows, by=request.user, now=clock.now())
            said = _("Sheet %(number)d is drawn up. Export it, send it, and mark it as sent.")
    except TooMany:
        return _page(request, status=422, error=_("A sheet has at most %(count)d charges.") % {"count": LINES_MAX})
    except (ListChanged, AlreadyDecided):
        return _page(request, status=409)
    messages.success(request, said % {"number": sheet.pk})
    return redirect(sheet)


def _page(request: StudioRequest, *, status: int = 200, error: str = "") -> HttpResponse:
    month = Month.asked_for(request)
    plan_month = PlanMonth(month.first)
    spend, sums = spend_of(plan_month), by_reason(plan_month)
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
        **_listed(request, plan_month, sums.get(ELIGIBLE, Sums()), spend.bonus_thousandths),
        **_others(request, plan_month, {why: of_why for why, of_why in sums.items() if why != ELIGIBLE}),
    }
    return page(request, "studio/reimbursement/reimbursement.html", context, status=status)


def _listed(request: StudioRequest, month: PlanMonth, sums: Sums, bonus_thousandths: int) -> dict[str, Any]:
    """The list for the gateway, a page of it, with what all of it comes to; and the sheets that it may be put on."""
    shown, pages = _page_number(request), max(1, -(-sums.count // LISTED))
    if shown > pages:
        shown = pages  # its last ones were put on a sheet
    first = (shown - 1) * LISTED
    return {
        "listed": read(eligible(month)[first : first + LISTED]) if sums.count else [],
        "listed_count": sums.count,
        "listed_first": first + 1,
        "listed_last": min(first + LISTED, sums.count),
        "earlier": shown - 1,
        "later": shown + 1 if shown < pages else 0,
        "logged_micros": sums.logged_micros,
        "expected_micros": real_cost(sums.logged_micros, bonus_thousandths),
        "drawn": ReimbursementSheet.objects.filter(month=month.first, state=ReimbursementSheet.State.DRAWN),
    }


def _page_number(request: StudioRequest) -> int:
    """Raises Http404 for what is none."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text)):
        raise Http404(_("No such page."))
    return int(text)


def _others(request: StudioRequest, month: PlanMonth, sums: Mapping[str, Sums]) -> dict[str, Any]:
    """What is not on the list: the oldest of all of it, or for the reason that the address names."""
    chosen = request.GET.get("why", "")
    if chosen and chosen not in set(WhyNot):
        raise Http404(_("No such charges."))
    found = for_nothing(month).filter(why=chosen) if chosen else for_nothing(month).exclude(why=ELIGIBLE)
    counted = [sums.get(chosen, Sums())] if chosen else sums.values()
    return {
        "reasons": [_reason(WhyNot(why), of_why, chosen) for why, of_why in sums.items()],
        "why": chosen,
        "others": [(each, WHY_NOT[each.why_not][0]) for each in read(found[:OTHERS_SHOWN]) if each.why_not],
        "others_count": sum(each.count for each in counted),
    }


def _reason(why: WhyNot, sums: Sums, chosen: str) -> Reason:
    title, explanation = WHY_NOT[why]
    return Reason(why.value, title, explanation, sums.count, sums.logged_micros, why == chosen)
