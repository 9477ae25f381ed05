"""Once a day one worker of all machines looks through books, pictures and answers, and keeps what it came to.

The row of the day is the request, made once because its day is unique; the worker's name in it is the claim, made
by one conditional update. So it does not matter how many workers live, nor what their own clocks say. What a worker
that died had begun is taken up by another.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import Q
from django.utils import timezone

from ..ledger.audit import Finding, Interrupted, Scope
from ..models import Verification, Worker
from ..verify.checks import Check
from ..verify.run import Report, verify
from . import clock
from .identity import worker_id
from .recover import SILENT

logger = logging.getLogger(__name__)

KEPT: Final = 20
"""How many findings are kept for the System page; all of them are counted, and the command names them all."""


def ask_for_today(now: datetime) -> None:
    """Make the row of the studio's day, once its hour has come. Any number of workers may do so."""
    local = timezone.localtime(now)
    if settings.NB_VERIFY_AT is None or local.time() < settings.NB_VERIFY_AT:
        return
    if not Verification.objects.filter(day=local.date()).exists():
        Verification.objects.get_or_create(day=local.date(), defaults={"asked_at": now})


def ask(now: datetime) -> None:
    """An admin wants to know now. Asked twice before anybody began, it is done once."""
    if not Verification.objects.filter(finished_at=None, started_at=None).exists():
        Verification.objects.create(asked_at=now)


def look_through(is_unwanted: Callable[[], bool]) -> bool:
    """Do what is asked for and nobody does; False when there is nothing. `is_unwanted` says that it has to stop."""
    ask_for_today(clock.now())
    mine = _claim(clock.now())
    if mine is None:
        return False
    kept = _Kept()
    # A bucket looks after its bytes itself, and reading all of them every night costs money.
    fast = not isinstance(default_storage, FileSystemStorage)
    try:
        report = verify(Scope(now=clock.now(), fast=fast, is_unwanted=is_unwanted), found=kept.add)
    except Interrupted:
        Verification.objects.filter(pk=mine.pk, worker_id=worker_id()).update(worker_id=None, started_at=None)
        return False
    _conclude(mine, report, kept)
    return True


def _claim(now: datetime) -> Verification | None:
    """The first that nobody has, or a dead worker had. What this very worker has, it gave up, or it would not ask."""
    silent = now - SILENT * settings.NB_TIMEOUT_SCALE
    alive = Worker.objects.filter(heartbeat_at__gte=silent, stopped_at=None).exclude(pk=worker_id())
    is_free = Q(worker_id=None) | ~Q(worker_id__in=alive.values("pk"))
    for asked in Verification.objects.filter(is_free, finished_at=None).order_by("pk"):
        if take(asked, now):
            return asked
    return None


def take(asked: Verification, now: datetime) -> bool:
    """Write this worker's name into the row, if it still stands there as it was read. One of many gets it."""
    same = Verification.objects.filter(pk=asked.pk, worker_id=asked.worker_id, started_at=asked.started_at)
    return same.filter(finished_at=None).update(worker_id=worker_id(), started_at=now) == 1


class _Kept:
    """The first findings, as the row keeps them."""

    def __init__(self) -> None:
        self.findings: list[dict[str, object]] = []
        self.is_grave = False
        self.missing_count = 0

    def add(self, check: Check, finding: Finding) -> None:
        self.is_grave = self.is_grave or check.is_grave
        self.missing_count += finding.kind == "picture-missing"
        if len(self.findings) < KEPT:
            logger.error("verify: check %s, %s: %s: %s", check.number, finding.kind, finding.row, finding.words)
            facts = {"template": finding.template, "facts": dict(finding.facts)}
            self.findings.append({"number": check.number, "kind": finding.kind, "row": finding.row, **facts})


def _conclude(mine: Verification, report: Report, kept: _Kept) -> None:
    """Only if it is still ours: a worker that was taken for dead has nothing to say."""
    errors = [{"number": result.check.number, "error": result.error} for result in report.failed]
    Verification.objects.filter(pk=mine.pk, worker_id=worker_id(), finished_at=None).update(
        finished_at=clock.now(),
        seconds=report.seconds,
        checks=len(report.results),
        findings_count=report.findings,
        missing_count=kept.missing_count,
        is_grave=kept.is_grave,
        findings=kept.findings,
        errors=errors,
    )
