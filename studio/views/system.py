"""The system page: in plain sentences, whether pictures are being made, and what an admin has to look at."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..audit_log import record
from ..jobs import belonging, clock
from ..jobs.condition import Condition, condition
from ..models import AuditEntry, Instance, Reconciliation, Worker
from ..reconcile.decide import open_count
from .alerts import REFUSALS, alerts
from .log_words import failure_words
from .pages import page
from .types import StudioRequest
from .verification import OLD, verdict

WAITING_LONG_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence about the studio. `look` is "", "warn" or "bad"; `address` is where it is put right."""

    title: str
    words: str
    look: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class WorkerLine:
    worker: Worker
    is_alive: bool
    words: str


@require_safe
@login_required
def system(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    found = condition(clock.now())
    context = {
        "condition": found,
        "lines": lines(found),
        "workers": [WorkerLine(worker, found.is_alive(worker), _of_worker(found, worker)) for worker in found.workers],
        "can_adopt": can_adopt(found),
        "verdict": verdict(),
        "backed_up_at": Instance.current().backed_up_at,
    }
    return page(request, "studio/system/system.html", context)


@require_POST
@login_required
@confirmed
def adoption(request: StudioRequest) -> HttpResponse:
    """Let the worker of this very process send for this database, after somebody has looked."""
    require_admin(request.user)
    if can_adopt(condition(clock.now())):
        cancelled = belonging.adopt()
        with transaction.atomic():
            record(request.user, AuditEntry.Action.ADOPTED, Instance.current())
        messages.success(
            request,
            ngettext(
                "Sending again. %(count)d that waited was cancelled.",
                "Sending again. %(count)d that waited were cancelled.",
                cancelled,
            )
            % {"count": cancelled},
        )
    return redirect("system")


def can_adopt(found: Condition) -> bool:
    """Whether the worker that refuses is this process's own: elsewhere its machine has to be asked, in a shell."""
    return settings.NB_WORKER == "thread" and any(worker.refusal and found.is_alive(worker) for worker in found.workers)


def lines(found: Condition) -> list[Line]:
    """What there is to say, the worst first. One line that all is well when nothing else is."""
    said = [*_of_sending(found), *_of_waiting(found), *_of_unknowns(found), *_of_reconciliation(), *_of_backup(found)]
    return sorted(said, key=lambda line: ["bad", "warn", ""].index(line.look)) or [
        Line(_("Everything is as it should be"), _("Pictures are made as they are asked for."))
    ]


def _of_sending(found: Condition) -> list[Line]:
    said = []
    if found.paused_reason:
        said.append(Line(_("Sending is stopped"), found.paused_reason, "bad"))
    said.extend(Line(alert.title, alert.words, alert.look, alert.address) for alert in alerts())
    if not any(found.is_alive(worker) for worker in found.workers):
        words = _("No worker is alive. What is asked for waits, and nothing is lost.")
        said.append(Line(_("Nobody sends"), words, "bad"))
    return said


def _of_waiting(found: Condition) -> list[Line]:
    if found.oldest_waiting_at is None:
        return []
    minutes = round((found.now - found.oldest_waiting_at).total_seconds() / 60)
    is_long = minutes * 60 >= WAITING_LONG_SECONDS
    title = ngettext("%(count)d picture waits", "%(count)d pictures wait", found.waiting) % {"count": found.waiting}
    words = ngettext(
        "The first of them since %(count)d minute.", "The first of them since %(count)d minutes.", minutes
    ) % {"count": minutes}
    return [Line(title, words, "warn" if is_long else "")]


def _of_unknowns(found: Condition) -> list[Line]:
    if not found.unknown:
        return []
    title = ngettext("%(count)d call ended without an answer", "%(count)d calls ended without an answer", found.unknown)
    words = _("They count as charged until the provider’s log says otherwise.")
    return [Line(title % {"count": found.unknown}, words, "warn")]


def _of_reconciliation() -> list[Line]:
    said, address = [], reverse("reconciliation")
    last = Reconciliation.objects.first()
    if last and last.error:
        said.append(Line(_("The gateway’s log could not be read"), failure_words(last.error), "bad", address))
    if count := open_count():
        title = ngettext(
            "%(count)d line of the reconciliation is open", "%(count)d lines of the reconciliation are open", count
        )
        words = _("The gateway’s log and the ledger differ there, and somebody has to decide.")
        said.append(Line(title % {"count": count}, words, "warn", address))
    return said


def _of_backup(found: Condition) -> list[Line]:
    """Nobody misses a practice studio. Of any other there should be one of last night."""
    last = Instance.current().backed_up_at
    if settings.NB_PRACTICE or (last and found.now - last < OLD):
        return []
    words = _("Run manage.py backup every night, into a folder on another disk. docs/backup.md says how.")
    return [Line(_("The last backup is older than a day") if last else _("There is no backup"), words, "warn")]


def _of_worker(found: Condition, worker: Worker) -> str:
    if worker.stopped_at:
        return _("Stopped in good order.")
    if not found.is_alive(worker):
        return _("Silent. What it had not sent goes back in line.")
    return str(REFUSALS.get(worker.refusal, "")) or _("Sends.")
