"""One reconciliation, in order: keep the rows, find whose they are, settle, and look for what has no row.

A run may be broken off anywhere and done again. Everything it does is in small transactions, and done twice it is done
once (`book.py`).
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Final, Self

from django.db import transaction
from django.db.models import QuerySet

from ..models import Attempt, GatewayLogRow, Reconciliation, User
from ..models.generation import FINAL
from ..provider.outcome import Charge
from .account import AccountUnread
from .book import Booked, settle_by_absence, settle_by_row
from .log_row import LogRow
from .match import Call, Logged, TokenNames, pairs
from .verdict import ABSENT_AFTER, Step

logger = logging.getLogger(__name__)

STRETCH: Final = timedelta(days=1)
"""How much is matched at once: a day's rows and attempts are in memory together."""
CALL_LONGEST: Final = timedelta(hours=1)
"""A row is written within that after its call began."""
CLOCKS_APART: Final = timedelta(minutes=5)
_KEPT_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`."""

    since: datetime
    until: datetime

    def stretches(self) -> Iterator[Self]:
        start = self.since
        while start < self.until:
            end = min(start + STRETCH, self.until)
            yield type(self)(start, end)
            start = end


def period_of(rows: Sequence[LogRow], now: datetime) -> Period:
    """The time that these rows are of; where there are none, no time at all."""
    moments = [row.logged_at for row in rows] or [now]
    return Period(min(moments), max(moments) + timedelta(seconds=1))


@dataclass(slots=True)
class Tally:
    """What a run did, counted."""

    rows_read: int = 0
    rows_new: int = 0
    rows_without_id: int = 0
    steps: Counter[Step] = field(default_factory=Counter)
    corrected: int = 0
    moved_micros: int = 0

    def add(self, booked: Booked) -> None:
        self.steps[booked.step] += 1
        self.corrected += bool(booked.corrected_micros)
        self.moved_micros += booked.moved_micros

    def facts(self) -> dict[str, int]:
        """By the names of `Reconciliation`."""
        return {
            "rows_read": self.rows_read,
            "rows_new": self.rows_new,
            "rows_without_id": self.rows_without_id,
            "equal": self.steps[Step.EQUAL],
            "confirmed": self.steps[Step.CONFIRM],
            "charged": self.steps[Step.CHARGE],
            "released": self.steps[Step.RELEASE],
            "corrected": self.corrected,
            "moved_micros": self.moved_micros,
        }


def reconcile(
    rows: Iterable[LogRow],
    period: Period,
    *,
    source: Reconciliation.Source,
    is_whole: bool,
    now: datetime,
    by: User | None = None,
) -> Reconciliation:
    """Lay these rows beside the ledger and settle what they settle. The result is on record, also that of a failure.

    `is_whole` says that the rows are all there are of the period, so that what is missing says something as well; a
    file that somebody exported says nothing of the kind. Raises what `rows` raises, but for `AccountUnread`.
    """
    tally, error = Tally(), ""
    try:
        _keep(rows, tally, now)
    except AccountUnread as failure:
        logger.warning("the gateway's log could not be read: %s", failure)
        error = failure.reason
    for stretch in period.stretches():
        _settle_rows(stretch, tally, now)
    if is_whole and not error:
        _settle_absent(period, tally, now)
    return Reconciliation.objects.create(
        source=source,
        since=period.since,
        until=period.until,
        started_at=now,
        started_by=by,
        error=error,
        **tally.facts(),
    )


def rehearse(
    rows: Iterable[LogRow], period: Period, *, source: Reconciliation.Source, is_whole: bool, now: datetime
) -> Reconciliation:
    """What a run would do. The rows are read first; then everything happens, and is taken back."""
    read = list(rows)
    with transaction.atomic():
        done = reconcile(read, period, source=source, is_whole=is_whole, now=now)
        transaction.set_rollback(True)
    return done


def _keep(rows: Iterable[LogRow], tally: Tally, now: datetime) -> None:
    """Store what is new. A row without an id cannot be told from itself read again, so it is counted and left."""
    for batch in batched(rows, _KEPT_AT_ONCE):
        named = {row.request_id: row for row in batch if row.request_id}
        tally.rows_read += len(batch)
        tally.rows_without_id += sum(not row.request_id for row in batch)
        with transaction.atomic():
            before = GatewayLogRow.objects.filter(request_id__in=named).count()
            # In an order that every run has: two that wait for each other's rows would wait for ever.
            new = (GatewayLogRow(**asdict(named[key]), read_at=now) for key in sorted(named))
            GatewayLogRow.objects.bulk_create(new, ignore_conflicts=True)
        tally.rows_new += len(named) - before


def _settle_rows(stretch: Period, tally: Tally, now: datetime) -> None:
    rows = GatewayLogRow.objects.filter(state=GatewayLogRow.State.OPEN, attempt=None)
    found = rows.filter(logged_at__gte=stretch.since, logged_at__lt=stretch.until).order_by("logged_at", "pk")
    logged = [
        Logged(
            pk=row.pk,
            request_id=row.request_id,
            model_name=row.model_name,
            token_name=row.token_name,
            logged_at=row.logged_at,
            seconds=row.seconds,
        )
        for row in found
    ]
    if not logged:
        return
    for pair in pairs(logged, calls_around(stretch), token_names()):
        tally.add(settle_by_row(pair.logged.pk, pair.call.attempt_id, pair.by, now=now))


def calls_around(stretch: Period) -> list[Call]:
    """The attempts whose rows may be written in that time, and that have none yet."""
    attempts = Attempt.objects.filter(
        started_at__gte=stretch.since - CALL_LONGEST,
        started_at__lt=stretch.until + CLOCKS_APART,
        log_row__isnull=True,
    ).select_related("generation__run")
    return [
        Call(
            attempt_id=attempt.pk,
            ids=frozenset({*attempt.evidence.get("request_ids", {}).values(), attempt.request_id, attempt.response_id})
            - {""},
            model_key=attempt.generation.run.model_key,
            key_name=attempt.key_name,
            began_at=attempt.started_at,
            may_be_charged=attempt.charge != Charge.NONE,
        )
        for attempt in attempts.order_by("started_at")
    ]


def _settle_absent(period: Period, tally: Tally, now: datetime) -> None:
    """Only of a log that has known this studio: that of another account would say of everything that it never was."""
    if not GatewayLogRow.objects.filter(matched_by=GatewayLogRow.Match.ID).exists():
        return
    absent = booked_within(period, now).filter(log_row__isnull=True, missing_log_row__isnull=True)
    for attempt_id in list(absent.values_list("pk", flat=True)):
        tally.add(settle_by_absence(attempt_id, now=now))


def booked_within(period: Period, now: datetime) -> QuerySet[Attempt]:
    """The charged calls that a whole log of that time has to know: over, and a day ago, since rows may come late."""
    return Attempt.objects.filter(
        started_at__gte=period.since + CLOCKS_APART,
        started_at__lt=min(period.until - CALL_LONGEST, now - ABSENT_AFTER),
        charge__in=[Charge.PRESUMED, Charge.CHARGED],
        generation__status__in=FINAL,
    )


def token_names() -> TokenNames:
    """What the gateway calls our keys, as the rows show that were found by their id."""
    names: dict[str, frozenset[str]] = {}
    matched = GatewayLogRow.objects.filter(matched_by=GatewayLogRow.Match.ID).order_by()
    for key_name, token_name in matched.values_list("attempt__key_name", "token_name").distinct():
        names[key_name] = names.get(key_name, frozenset()) | {token_name}
    return names
