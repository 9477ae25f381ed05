"""One reimbursement sheet: the file that is sent, the mark that it was, and the credit that came of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..forms.reimbursement import CreditForm
from ..jobs import clock
from ..ledger.decisions import AlreadyDecided
from ..models import ReimbursementSheet, SheetLine, User
from ..money import dollars
from ..provider.terms import real_cost
from ..reimbursement.credit import Credited, DoesNotAddUp, close
from ..reimbursement.plan import PlanMonth
from ..reimbursement.sheets import discard, lines_of, logged_micros, rows_of, send
from .pages import page
from .sheet_file import XLSX_TYPE, csv_lines, xlsx_of
from .types import StudioRequest


@dataclass(frozen=True, slots=True)
class PersonShare:
    """Who paid for how many charges of the sheet, and how much; or got it back."""

    person: User
    count: int
    amount_micros: int


@require_safe
@login_required
def sheet(request: StudioRequest, pk: int) -> HttpResponse:
    require_admin(request.user)
    return _page(request, _asked_for(pk))


@require_safe
@login_required
def sheet_csv(request: StudioRequest, pk: int) -> HttpResponseBase:
    """Exactly the rows of the sheet, as they are read."""
    require_admin(request.user)
    found = _asked_for(pk)
    lines = csv_lines(rows_of(found))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=_as_file(found, "csv"))


@require_safe
@login_required
def sheet_xlsx(request: StudioRequest, pk: int) -> HttpResponse:
    """The same. A sheet is short, and an xlsx file is whole or none."""
    require_admin(request.user)
    found = _asked_for(pk)
    return HttpResponse(xlsx_of(rows_of(found)), content_type=XLSX_TYPE, headers=_as_file(found, "xlsx"))


@require_POST
@login_required
@confirmed
def dispatch(request: StudioRequest, pk: int) -> HttpResponse:
    """Mark it as sent."""
    require_admin(request.user)
    found = _asked_for(pk)
    said = _("Marked as sent. Come back when the gateway has answered.")
    return _acted(request, found, said, lambda: send(found, by=request.user, now=clock.now()))


@require_POST
@login_required
@confirmed
def removal(request: StudioRequest, pk: int) -> HttpResponse:
    """Discard a sheet that was not sent."""
    require_admin(request.user)
    found = _asked_for(pk)
    try:
        discard(found, by=request.user)
    except AlreadyDecided:
        return _page(request, _asked_for(pk), status=409)
    messages.success(request, _("Sheet %(number)d is discarded. Its charges are on the list again.") % {"number": pk})
    return redirect(reverse("reimbursement", query={"month": f"{found.month:%Y-%m}"}))


@require_POST
@login_required
@confirmed
def credit(request: StudioRequest, pk: int) -> HttpResponse:
    """Book what the gateway gave back: for which lines, and how much."""
    require_admin(request.user)
    found, form = _asked_for(pk), CreditForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, form)
    facts = form.cleaned_data
    try:
        done = close(found, facts["line"], facts["amount"], by=request.user, now=clock.now())
    except DoesNotAddUp:
        form.add_error("line", _("These are no lines of the list."))
        return _refused(request, found, form)
    except AlreadyDecided:
        return _page(request, _asked_for(pk), status=409)
    messages.success(request, _said(done))
    return redirect(found)


def _said(done: Credited) -> str:
    """`$0.27 given back to 2 people.` And of what was credited without that, why."""
    if not done.posted and not done.left:
        return _("The gateway credited nothing. All charges stand.")
    facts = {"sum": dollars(done.given_back_micros), "count": done.people}
    said = ngettext("%(sum)s given back to %(count)d person.", "%(sum)s given back to %(count)d people.", done.people)
    words = [said % facts]
    if done.left:
        more = ngettext(
            "%(count)d charge had been given back or corrected before: nothing was posted for it.",
            "%(count)d charges had been given back or corrected before: nothing was posted for them.",
            done.left,
        )
        words.append(more % {"count": done.left})
    return " ".join(words)


def _acted(request: StudioRequest, found: ReimbursementSheet, said: str, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except AlreadyDecided:
        return _page(request, _asked_for(found.pk), status=409)
    messages.success(request, said)
    return redirect(found)


def _refused(request: StudioRequest, found: ReimbursementSheet, form: CreditForm) -> HttpResponse:
    errors = [str(error) for errors in form.errors.values() for error in errors]
    ticked = set(request.POST.getlist("line"))
    return _page(request, found, status=422, errors=errors, ticked=ticked, typed=request.POST.get("amount", ""))


def _page(
    request: StudioRequest,
    found: ReimbursementSheet,
    *,
    status: int = 200,
    errors: Iterable[str] = (),
    ticked: set[str] | None = None,
    typed: str = "",
) -> HttpResponse:
    lines = list(lines_of(found))
    total_micros = logged_micros(lines)
    deadline = PlanMonth(found.month).credited_by
    context: dict[str, Any] = {
        "sheet": found,
        "lines": [(line, ticked is None or str(line.pk) in ticked) for line in lines],
        "line_count": len(lines),
        "total_micros": total_micros,
        "expected_micros": real_cost(total_micros, found.bonus_thousandths),
        "bonus_percent": f"{found.bonus_thousandths / 10:g}",
        "shares": _shares(lines),
        "credited_by": deadline,
        "is_overdue": found.is_sent and timezone.localdate() > deadline,
        "amount": typed,
        "errors": list(errors),
        "is_late": status == 409,
    }
    return page(request, "studio/reimbursement/sheet.html", context, status=status)


def _shares(lines: Iterable[SheetLine]) -> list[PersonShare]:
    """By person, the greatest sum first: what they paid, and once the sheet is closed what they got back."""
    sums: dict[User, tuple[int, int]] = {}
    for line in lines:
        attempt = line.row.attempt
        if attempt is None or line.state in (SheetLine.State.LEFT, SheetLine.State.DECLINED):
            continue
        count, amount = sums.get(attempt.generation.person, (0, 0))
        amount += line.entry.amount_micros if line.entry else attempt.cost_micros
        sums[attempt.generation.person] = count + 1, amount
    shares = [PersonShare(person, count, amount) for person, (count, amount) in sums.items()]
    return sorted(shares, key=lambda share: (-share.amount_micros, share.person.display_name))


def _asked_for(pk: int) -> ReimbursementSheet:
    people = ReimbursementSheet.objects.select_related("drawn_by", "sent_by", "closed_by")
    return get_object_or_404(people, pk=pk)


def _as_file(found: ReimbursementSheet, ending: str) -> dict[str, str]:
    name = f"nb-studio-reimbursement-{found.month:%Y-%m}-{found.pk}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
