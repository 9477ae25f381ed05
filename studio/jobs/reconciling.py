"""When the gateway's log is read, how far back, and by whom: once a day, by one worker of all machines.

The day is a row (`Instance.reconcile_at`), and whoever moves it on has the run. Reading costs nothing and may be done
again, so a run that is broken off is simply due again.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Min

from ..models import Attempt, Instance, Reconciliation, User
from ..provider.outcome import Charge
from ..reconcile.account import Account
from ..reconcile.run import CLOCKS_APART, Period, reconcile, rehearse

logger = logging.getLogger(__name__)

EVERY: Final = timedelta(days=1)
AGAIN_AFTER: Final = timedelta(hours=1)
"""After a run that could not read the log."""
OVERLAP: Final = timedelta(days=2)
"""How late a row may come and still be read."""
KEPT: Final = timedelta(days=30)
"""How far back the log can be counted on; gateway's pages, read 2026-11-22 (it promises two months, rolling)."""

type Pause = Callable[[float], None]


def is_possible() -> bool:
    """Whether the studio was given what it needs to read the log."""
    return bool(settings.NB_SYSTEM_TOKEN)


def account(pause: Pause = time.sleep) -> Account:
    return Account(settings.NB_GATEWAY_URL, settings.NB_SYSTEM_TOKEN, sleep=pause)


def ask_for_a_run(*, now: datetime) -> None:
    """Have a worker read the log at its next look."""
    Instance.current()
    Instance.objects.filter(pk=1).update(reconcile_at=now)


def reconcile_when_due(*, now: datetime, pause: Pause = time.sleep) -> Reconciliation | None:
    """The daily run, if it is due and nobody else has it. A new studio has nothing to compare before its first day."""
    if not is_possible():
        return None
    Instance.current()
    if Instance.objects.filter(pk=1, reconcile_at=None).update(reconcile_at=now + EVERY):
        return None
    if not Instance.objects.filter(pk=1, reconcile_at__lte=now).update(reconcile_at=now + EVERY):
        return None
    done = reconcile_account(period_to_read(now), now=now, pause=pause)
    if done.error:
        Instance.objects.filter(pk=1).update(reconcile_at=now + AGAIN_AFTER)
    return done


def reconcile_account(
    period: Period, *, now: datetime, by: User | None = None, pause: Pause = time.sleep, is_rehearsal: bool = False
) -> Reconciliation:
    """Read the log of that time from the gateway, and settle by it; a rehearsal only tells what it would do."""
    rows = account(pause).rows(period.since, period.until)
    source = Reconciliation.Source.API
    if is_rehearsal:
        return rehearse(rows, period, source=source, is_whole=True, now=now)
    return reconcile(rows, period, source=source, is_whole=True, now=now, by=by)


def period_to_read(now: datetime) -> Period:
    """From the last whole reading on, with an overlap for late rows, and back to the oldest charge that is presumed."""
    since = now - KEPT
    last = Reconciliation.objects.filter(source=Reconciliation.Source.API, error="").order_by("-until").first()
    if last:
        since = max(since, last.until - OVERLAP)
        presumed = Attempt.objects.filter(charge=Charge.PRESUMED, started_at__gte=now - KEPT + CLOCKS_APART * 2)
        if oldest := presumed.aggregate(oldest=Min("started_at"))["oldest"]:
            since = min(since, oldest - CLOCKS_APART * 2)
    return Period(since.replace(microsecond=0), now.replace(microsecond=0))
