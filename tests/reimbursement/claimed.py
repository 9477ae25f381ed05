"""Calls that the gateway's plan covers, as they are once the log was read, and what may differ."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from studio.models import Attempt, GatewayLogRow, ReimbursementSheet, User
from studio.provider.outcome import Charge, Outcome
from studio.reimbursement.calls import eligible
from studio.reimbursement.plan import PlanMonth
from studio.reimbursement.sheets import draw_up, send
from tests.people import Cast
from tests.reconcile.calls import made, run
from tests.reconcile.rows import NOON, row

MONTH = PlanMonth(date(2026, 11, 1))
AFTER = datetime(2026, 12, 3, 9, tzinfo=timezone.get_default_timezone())
_numbers = count(1)


def declined(
    cast: Cast, *, tokens_out: int = 150, quota: int = 45_000, at: datetime = NOON, **facts: object
) -> Attempt:
    """A Pro call of Bob's that was filtered, presumed charged, and then confirmed by its row at $0.09."""
    attempt = answered(cast, at=at, **facts)
    request_id = attempt.request_id
    logged = row(request_id, quota=quota, completion_tokens=tokens_out, billing_type="by_count", logged_at=at)
    run(logged, now=at + timedelta(hours=1), is_whole=False, days=1)
    attempt.refresh_from_db()
    return attempt


def answered(
    cast: Cast, outcome: Outcome = Outcome.REFUSED_OUTPUT, *, at: datetime = NOON, status: int = 200, **facts: Any
) -> Attempt:
    """The same before its row was read."""
    number = next(_numbers)
    known = {"prompt": f"Question {number}"} | facts
    attempt = made(cast, Charge.PRESUMED, ids=(f"req-{number}",), at=at, **known)
    Attempt.objects.filter(pk=attempt.pk).update(
        outcome=outcome, http_status=status, finish_reason="IMAGE_SAFETY", finished_at=at
    )
    attempt.refresh_from_db()
    return attempt


def many_declined(cast: Cast, count: int, *, first: datetime = NOON) -> list[Attempt]:
    """So many of them, a minute apart, their rows read together."""
    attempts = [answered(cast, at=first + timedelta(minutes=number)) for number in range(count)]
    rows = [
        row(each.request_id, completion_tokens=150, billing_type="by_count", logged_at=each.started_at)
        for each in attempts
    ]
    run(*rows, now=first + timedelta(minutes=count, hours=1), is_whole=False, days=1)
    return list(Attempt.objects.filter(pk__in=[each.pk for each in attempts]).order_by("started_at"))


def row_of(attempt: Attempt) -> GatewayLogRow:
    return GatewayLogRow.objects.get(attempt=attempt)


def drawn(by: User, month: PlanMonth = MONTH) -> ReimbursementSheet:
    """A sheet of all that is eligible."""
    return draw_up(month, [attempt.log_row.pk for attempt in eligible(month)], by=by, now=AFTER)


def sent(by: User) -> ReimbursementSheet:
    sheet = drawn(by)
    send(sheet, by=by, now=AFTER)
    sheet.refresh_from_db()
    return sheet
