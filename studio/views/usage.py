"""My usage: what is left of the month, what each day cost, and every line of the ledger."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..ledger.balance import MonthSummary, month_summary
from ..ledger.decisions import open_request
from ..ledger.statement import newest, per_picture, pictures_paid_for, spend_by_day, with_all_left
from ..ledger.statement import statement as statement_entries
from ..models import LedgerEntry, Project, User
from .charts import budget_parts, day_chart
from .lines import by_day, day_of, lines
from .months import Month
from .pages import page
from .statement_csv import rows_of_csv
from .types import StudioRequest

PAGE_LINES = 50


@require_safe
@login_required
def usage(request: StudioRequest) -> HttpResponse:
    month = Month.asked_for(request)
    with_holds = request.GET.get("all") == "1"
    before = _cursor(request)
    context = _statement(request, month, with_holds=with_holds, before=before)
    if before is None or not request.htmx:
        context |= _overview(request.user, month)
    return page(request, "studio/usage/usage.html", context, part="lines" if before is not None else None)


@require_safe
@login_required
def statement(request: StudioRequest) -> StreamingHttpResponse:
    """The month as a file, one ledger entry a line, filtered as on the page."""
    month = Month.asked_for(request)
    with_holds = request.GET.get("all") == "1"
    entries = statement_entries(request.user, month.first, with_holds=with_holds)
    rows = rows_of_csv(entries if with_holds else with_all_left(entries))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    name = f"nb-studio-{request.user.username}-{month.key}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _overview(user: User, month: Month) -> dict[str, Any]:
    summary = month_summary(user, month.first)
    days = spend_by_day(user, month.first)
    series = [
        ("c1", {day: spend.delivered_micros for day, spend in days.items()}),
        ("c3", {day: spend.for_nothing_micros for day, spend in days.items()}),
        ("c-pre", {day: spend.presumed_micros for day, spend in days.items()}),
    ]
    pictures = pictures_paid_for(user, month.first)
    return {
        "summary": summary,
        "budget_parts": budget_parts(summary),
        "pace": _pace(summary, month),
        "asked": open_request(user),
        "charts": [
            {"chart": day_chart(month, series, width=760, height=180), "css_class": "not-s"},
            {"chart": day_chart(month, series, width=326, height=150), "css_class": "only-s"},
        ],
        "days_spent": sorted(days.items()),
        "pictures": pictures,
        "average_micros": per_picture(summary.charged_micros + summary.presumed_micros, pictures),
    }


def _pace(summary: MonthSummary, month: Month) -> date | None:
    """The day this month's budget runs out at this month's pace; None when it lasts."""
    spent = summary.charged_micros + summary.presumed_micros
    if not month.is_current or spent <= 0 or summary.left_micros <= 0:
        return None
    days_left = summary.left_micros * month.today.day // spent
    runs_out = month.today + timedelta(days=days_left)
    return runs_out if runs_out <= month.last else None


def _statement(request: StudioRequest, month: Month, *, with_holds: bool, before: int | None) -> dict[str, Any]:
    entries = newest(request.user, month.first, PAGE_LINES + 1, with_holds=with_holds, before=before)
    shown = entries[:PAGE_LINES]
    visible = set(Project.objects.visible_to(request.user).values_list("pk", flat=True))
    more = shown[-1].sequence if len(entries) > PAGE_LINES else None
    return {
        "month": month,
        "with_holds": with_holds,
        "days": by_day(
            lines(shown, is_exact=with_holds, visible_projects=visible),
            continues=_day_before(request.user, before) if before is not None and request.htmx else None,
        ),
        "here": _address("usage", month, with_holds=with_holds, before=before),
        "is_continuation": before is not None,
        "is_loaded_after": before is not None and bool(request.htmx),
        "more_address": _address("usage", month, with_holds=with_holds, before=more) if more else "",
        "page_lines": PAGE_LINES,
        "export_address": _address("usage-csv", month, with_holds=with_holds),
    }


def _cursor(request: StudioRequest) -> int | None:
    """The sequence number the page continues below. Raises Http404 when it is none."""
    text = request.GET.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404(_("No such line."))
    return int(text)


def _day_before(user: User, sequence: int) -> date | None:
    entry = LedgerEntry.objects.filter(account__person=user, sequence=sequence).first()
    return day_of(entry.effective_at) if entry else None


def _address(page: str, month: Month, *, with_holds: bool, before: int | None = None) -> str:
    query = {"month": month.key, "all": "1" if with_holds else "", "before": str(before or "")}
    return reverse(page, query={name: value for name, value in query.items() if value})
