"""The only writer of webhooks: made with a secret that is shown once, switched off and on, removed."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from ..audit_log import record
from ..fetch import FetchRefused, public_target_of
from ..models import AuditEntry, Project, User, Webhook, WebhookDelivery
from ..sealing import seal

EACH_MAX: Final = 10
"""Of one person."""
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  (what every secret begins with)
_SECRET_BYTES: Final = 32


class TooMany(Exception):
    """The person has as many webhooks as they may."""


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook that was just made, with the secret its deliveries are signed with."""

    webhook: Webhook
    secret: str


def plain_address(url: str) -> str:
    """The address as it is asked, without what stands behind a `#`. Raises `FetchRefused`; asks nobody."""
    target = public_target_of(url)
    if len(target.url) > _longest():
        raise FetchRefused("too_long", f"longer than any: {target.host}")
    return target.url


@transaction.atomic
def make(person: User, url: str, project: Project | None, *, origin: str, now: datetime) -> Made:
    """Raises `FetchRefused` for what is no address of the open internet, `TooMany`. Who owns `project` was asked."""
    address = plain_address(url)
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    if Webhook.objects.filter(person=person).count() >= EACH_MAX:
        raise TooMany
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    webhook = Webhook.objects.create(
        person=person, project=project, url=address, origin=origin, sealed_secret=seal(secret), created_at=now
    )
    about = {"project": ("", project.name)} if project else None
    record(person, AuditEntry.Action.WEBHOOK_MADE, webhook, changes=about)
    return Made(webhook, secret)


@transaction.atomic
def remove(webhook: Webhook, *, by: User) -> None:
    """What it was not told yet is forgotten with it."""
    record(by, AuditEntry.Action.WEBHOOK_REMOVED, webhook)
    Webhook.objects.filter(pk=webhook.pk).delete()


def switch(webhook: Webhook, *, on: bool, now: datetime) -> None:
    """Off: it is told nothing more, and what happens meanwhile is never told. On: from the next picture on."""
    if on:
        fresh = {"stopped_at": None, "stopped_by": "", "failing_since": None, "failures": 0}
        Webhook.objects.filter(pk=webhook.pk).exclude(stopped_at=None).update(**fresh)
        return
    stop(webhook, Webhook.Stop.PERSON, now=now)


@transaction.atomic
def stop(webhook: Webhook, why: Webhook.Stop, *, now: datetime) -> bool:
    """False when it was off already."""
    is_first = bool(Webhook.objects.awake().filter(pk=webhook.pk).update(stopped_at=now, stopped_by=why))
    WebhookDelivery.objects.filter(webhook=webhook, next_try_at__isnull=False).update(next_try_at=None)
    return is_first


def _longest() -> int:
    return int(Webhook._meta.get_field("url").max_length or 0)
