"""Spend review: the studio's month, and what it was paid for. Read only."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from ..access import require_admin
from ..ledger import review
from ..ledger.review import Cell, Tables, Totals
from ..ledger.statement import per_picture
from ..models import Instance
from ..provider.terms import real_cost
from .charts import day_chart
from .months import Month
from .pages import page
from .spend_tables import model_shares, person_rows, project_rows, waste_rows
from .types import StudioRequest

PRESUMED_SHOWN = 20


@require_safe
@login_required
def spend(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    month = Month.asked_for(request)
    tables = review.tables_of(month.first)
    context = {
        "month": month,
        "projects_spent": project_rows(tables.projects),
        "waste": waste_rows(tables.people),
        **_figures(tables, month),
        **_days(tables.days, month),
        **_presumed(month, is_whole=request.GET.get("presumed") == "all"),
    }
    return page(request, "studio/spend/spend.html", context)


def _figures(tables: Tables, month: Month) -> dict[str, Any]:
    totals = Totals.of(tables.people)
    people = person_rows(tables.people, month.first)
    held_count, held_micros = review.held_now(month.first)
    bonus = Instance.current().bonus_thousandths
    return {
        "totals": totals,
        "people_spent": people,
        "real_micros": real_cost(totals.charged_micros, bonus) if bonus else None,
        "bonus_percent": f"{bonus / 10:g}",
        "budgeted_micros": sum(row.allowance_micros for row in people),
        "held_count": held_count,
        "held_micros": held_micros,
        "reimbursed_micros": review.reimbursed(month.first),
        "per_picture_micros": per_picture(totals.spent_micros, totals.pictures),
        "waste_share": _percent(totals.for_nothing_micros, totals.spent_micros),
    }


def _days(cells: Sequence[Cell], month: Month) -> dict[str, Any]:
    shares = model_shares(cells)
    series = [(share.style, share.by_day) for share in shares]
    days = sorted({cell.day for cell in cells if cell.day})
    return {
        "shares": shares,
        "charts": [
            {"chart": day_chart(month, series, width=1200, height=250), "css_class": "not-s"},
            {"chart": day_chart(month, series, width=326, height=190), "css_class": "only-s"},
        ],
        "days_spent": [(day, [share.by_day.get(day, 0) for share in shares]) for day in days],
    }


def _presumed(month: Month, *, is_whole: bool) -> dict[str, Any]:
    shown = review.presumed_charges(month.first, None if is_whole else PRESUMED_SHOWN + 1)
    has_more = not is_whole and len(shown) > PRESUMED_SHOWN
    return {"presumed": shown[:PRESUMED_SHOWN] if has_more else shown, "has_more_presumed": has_more}


def _percent(part: int, whole: int) -> str:
    """`4.0`; the sentence around it has the sign."""
    return f"{round(part * 1000 / whole) / 10:.1f}" if whole else "0.0"
