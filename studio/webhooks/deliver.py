"""Telling: what is due is claimed, sent through the fetch door, and put down with its answer, or for another try.

A claim is one conditional update that moves the next try past the deadline of this one: of several workers one tells,
and what a worker that died had claimed is told by another. So a message may come twice, and bears the same id then.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from django.db import connections
from django.db.models import F

from ..access import can_manage
from ..fetch import FetchFailed, FetchRefused, notify
from ..models import User, Webhook, WebhookDelivery
from ..notices import occasions
from ..sealing import CannotOpen, unseal
from .keep import stop
from .message import body_of, headers_of

logger = logging.getLogger(__name__)

DEADLINE_SECONDS: Final = 15
"""For all of a try: its name, the connection, the answer's head."""
WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600))
"""Between a try that failed and the next. After the last of them it is given up: eight tries within a day."""
PATIENCE: Final = timedelta(hours=24)
FAILURES_MIN: Final = 10
"""A webhook that has failed for that long, and so often in a row, is switched off, and its person is told."""
KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 20
_SIDE_BY_SIDE: Final = 4
_GONE: Final = 410
_LEASE: Final = timedelta(seconds=4 * DEADLINE_SECONDS)
_FORGOTTEN_AT_ONCE: Final = 1000

type Notify = Callable[..., int]
"""`studio.fetch.notify`, or what a test puts in its place."""
type Clock = Callable[[], datetime]


def deliver_due(clock: Clock, *, send: Notify = notify) -> int:
    """Tell what is due, a few at a time, so that one that does not answer keeps the others waiting little; how many."""
    mine = [each for each in _due(clock()) if _claim(each, clock())]
    if len(mine) < 2:
        for each in mine:
            _deliver(each, clock, send)
        return len(mine)
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="webhook") as pool:
        list(pool.map(lambda each: _in_thread(each, clock, send), mine))
    return len(mine)


def forget(*, now: datetime) -> int:
    """Remove what was told, or given up, long ago; how many. Harmless to repeat."""
    gone = 0
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT, next_try_at=None)
    while keys := list(old.order_by().values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]):
        gone += WebhookDelivery.objects.filter(pk__in=keys).delete()[0]
    return gone


def _due(now: datetime) -> Sequence[WebhookDelivery]:
    wanted = ("webhook__person", "webhook__project", "generation__run", "generation__project", "generation__person")
    return list(WebhookDelivery.objects.due(now).select_related(*wanted).order_by("next_try_at", "pk")[:_AT_ONCE])


def _claim(delivery: WebhookDelivery, now: datetime) -> bool:
    same = WebhookDelivery.objects.filter(pk=delivery.pk, next_try_at=delivery.next_try_at)
    return bool(same.update(next_try_at=now + _LEASE, tries=F("tries") + 1))


def _in_thread(delivery: WebhookDelivery, clock: Clock, send: Notify) -> None:
    try:
        _deliver(delivery, clock, send)
    finally:
        connections.close_all()


def _deliver(delivery: WebhookDelivery, clock: Clock, send: Notify) -> None:
    webhook = delivery.webhook
    if not _may_hear(webhook):
        _put_down(delivery, error="not_allowed", next_try_at=None, tried_at=clock())
        return
    status, error = _tell(delivery, send, clock())
    now = clock()
    if status is not None and 200 <= status < 300:
        _put_down(delivery, status=status, error="", next_try_at=None, tried_at=now, delivered_at=now)
        Webhook.objects.filter(pk=webhook.pk, failures__gt=0).update(failures=0, failing_since=None)
        return
    tries = delivery.tries + 1
    # A test is for somebody who is looking at it: they try again themselves.
    again = now + WAITS[tries - 1] if tries <= len(WAITS) and not delivery.is_test else None
    _put_down(delivery, status=status, error=error, next_try_at=again, tried_at=now)
    if not delivery.is_test:
        _count_failure(webhook, status, now)


def _may_hear(webhook: Webhook) -> bool:
    """Asked at every try: an account is closed, or an owner becomes a member, without a thought of webhooks."""
    person: User = webhook.person
    return person.is_active and (webhook.project is None or can_manage(person, webhook.project))


def _tell(delivery: WebhookDelivery, send: Notify, now: datetime) -> tuple[int | None, str]:
    """The status that came back; or None, and a word for what came instead."""
    webhook = delivery.webhook
    try:
        body = body_of(delivery)
        headers = headers_of(delivery, body, secret=unseal(webhook.sealed_secret), now=now)
        return send(webhook.url, body, headers=headers, deadline_seconds=DEADLINE_SECONDS), ""
    except (FetchRefused, FetchFailed) as error:
        logger.info("webhook %s was not told: %s", webhook.pk, error.reason)
        return None, error.reason[:40]
    except CannotOpen:
        logger.error("webhook %s: its secret cannot be opened any more", webhook.pk)
        return None, "secret_lost"


def _put_down(delivery: WebhookDelivery, **facts: object) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**facts)


def _count_failure(webhook: Webhook, status: int | None, now: datetime) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1)
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    there = Webhook.objects.filter(pk=webhook.pk).first()
    if there is None or there.failing_since is None:
        return
    if status == _GONE:
        _switch_off(there, Webhook.Stop.GONE, now)
    elif now - there.failing_since >= PATIENCE and there.failures >= FAILURES_MIN:
        _switch_off(there, Webhook.Stop.FAILING, now)


def _switch_off(webhook: Webhook, why: Webhook.Stop, now: datetime) -> None:
    if stop(webhook, why, now=now):
        occasions.webhook_stopped(webhook, now=now)
