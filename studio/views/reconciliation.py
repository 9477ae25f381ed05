"""Reconciliation for admins: the last reading of the gateway's log, and the lines that wait for somebody's decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..forms.decisions import ReasonForm
from ..jobs import clock
from ..jobs.reconciling import ask_for_a_run, is_possible
from ..ledger.decisions import AlreadyDecided
from ..models import Attempt, GatewayLogRow, Instance, MissingLogRow, Reconciliation, User
from ..reconcile import decide
from ..reconcile.exported import FileRefused, rows_of_file
from ..reconcile.run import period_of, reconcile
from ..storage.uploads import LogUploadHandler
from .log_words import failure_words, refusal_words
from .pages import page
from .types import StudioRequest

LINES_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class DifferingLine:
    """A row beside its attempt. `difference_micros` is what following the log would post."""

    row: GatewayLogRow
    attempt: Attempt
    difference_micros: int

    @property
    def booked_micros(self) -> int:
        return self.row.charged_micros + self.difference_micros


@require_safe
@login_required
def reconciliation(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _page(request)


@require_POST
@login_required
def runs(request: StudioRequest) -> HttpResponse:
    """Have a worker read the log at its next look: it takes longer than anybody waits for a page."""
    require_admin(request.user)
    ask_for_a_run(now=clock.now())
    messages.success(request, _("A worker reads the log within a minute. Come back to this page for the result."))
    return redirect("reconciliation")


@csrf_exempt  # asked for below, after it is clear where the file goes to while it arrives
def files(request: StudioRequest) -> HttpResponse:
    """An exported log, which is larger than a picture may be."""
    request.upload_handlers = [LogUploadHandler(request)]
    return _take_file(request)


@csrf_protect
@require_POST
@login_required
def _take_file(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    file = cast("UploadedFile[bytes] | None", request.FILES.get("file"))
    try:
        if file is None:
            raise FileRefused("empty")
        if getattr(file, "was_cut", False):
            raise FileRefused("too_large")
        rows = list(rows_of_file(file.file))  # type: ignore[arg-type]
    except FileRefused as refusal:
        return _page(request, status=422, file_error=refusal_words(refusal))
    now = clock.now()
    source = Reconciliation.Source.FILE
    done = reconcile(rows, period_of(rows, now), source=source, is_whole=False, now=now, by=request.user)
    said = ngettext("%(count)d row read, %(new)d new.", "%(count)d rows read, %(new)d new.", done.rows_read)
    messages.success(request, said % {"count": done.rows_read, "new": done.rows_new})
    return redirect("reconciliation")


@require_POST
@login_required
@confirmed
def row_decision(request: StudioRequest, pk: int) -> HttpResponse:
    """`decision` is `assign` (with a person) or `dismiss` for a row of nobody, `follow` or `leave` where it differs."""
    require_admin(request.user)
    row = get_object_or_404(GatewayLogRow, pk=pk)
    form = ReasonForm(request.POST)
    match request.POST.get("decision"):
        case "assign":
            form.fields["person"].required = True
            return _decided(
                request, row, form, lambda **facts: decide.assign(row, form.cleaned_data["person"], **facts)
            )
        case "follow":
            return _decided(request, row, form, lambda **facts: decide.follow_log(row, **facts))
        case "leave":
            return _decided(request, row, form, lambda **facts: decide.leave_as_it_is(row, **facts))
        case _:
            return _decided(request, row, form, lambda **facts: decide.dismiss(row, **facts))


@require_POST
@login_required
@confirmed
def missing_row_decision(request: StudioRequest, pk: int) -> HttpResponse:
    """`decision` is `give_back` or `keep`."""
    require_admin(request.user)
    missing = get_object_or_404(MissingLogRow, pk=pk)
    act = decide.give_back if request.POST.get("decision") == "give_back" else decide.keep
    return _decided(request, missing, ReasonForm(request.POST), lambda **facts: act(missing, **facts))


def _decided(
    request: StudioRequest, line: GatewayLogRow | MissingLogRow, form: ReasonForm, act: Callable[..., object]
) -> HttpResponse:
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _page(request, status=422, refused=line, errors=errors)
    try:
        act(reason=form.cleaned_data["reason"], by=request.user, now=clock.now())
    except AlreadyDecided:
        return _page(request, status=409)
    messages.success(request, _("Decided, and in the audit log."))
    return redirect("reconciliation")


def _page(
    request: StudioRequest,
    *,
    status: int = 200,
    refused: GatewayLogRow | MissingLogRow | None = None,
    errors: Sequence[str] = (),
    file_error: str = "",
) -> HttpResponse:
    studio = Instance.current()
    last = Reconciliation.objects.select_related("started_by").first()
    context: dict[str, Any] = {
        "last": last,
        "last_failure": failure_words(last.error) if last and last.error else "",
        "next_at": studio.reconcile_at if is_possible() else None,
        "balance_micros": studio.balance_micros,
        "balance_seen_at": studio.balance_seen_at,
        "is_possible": is_possible(),
        "theirs": decide.only_theirs()[:LINES_SHOWN],
        "theirs_count": decide.only_theirs().count(),
        "ours": decide.only_ours().select_related(
            "attempt__generation__run", "attempt__generation__person", "attempt__generation__project"
        )[:LINES_SHOWN],
        "ours_count": decide.only_ours().count(),
        "differing": _differing(),
        "differing_count": decide.differing().count(),
        "people": User.objects.filter(is_active=True).order_by("first_name", "username"),
        "is_late": status == 409,
        "refused": refused,
        "errors": errors,
        "file_error": file_error,
    }
    return page(request, "studio/reconciliation/reconciliation.html", context, status=status)


def _differing() -> list[DifferingLine]:
    rows = decide.differing().select_related("attempt__generation__run", "attempt__generation__person")[:LINES_SHOWN]
    return [DifferingLine(row, row.attempt, decide.difference_micros(row, row.attempt)) for row in rows if row.attempt]
