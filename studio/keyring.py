"""The gateway's keys as an admin sets them: the secret, how each is asked, whether it is used. Each in the audit log.

A secret goes in and never comes out: it is sealed in its row, and people see its last four characters.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from .audit_log import record
from .jobs.heed import resume, stop
from .models import AuditEntry, GatewayKey, User
from .models.gateway_key import Stop
from .sealing import seal

END_CHARACTERS: Final = 4
_HIDDEN: Final = "•••"
WAYS: Final = ("mode", "system_prompt_mode", "stable_ids", "bucket_addresses", "calls_max")


@transaction.atomic
def set_secret(name: str, secret: str, *, by: User, now: datetime) -> None:
    """Use this secret from the next call on, in place of the environment's or of the one before."""
    key = GatewayKey.objects.locked(name)
    before = key.secret_end
    key.sealed_secret, key.secret_end = seal(secret), secret[-END_CHARACTERS:]
    key.secret_set_at, key.secret_set_by = now, by
    key.save(update_fields=["sealed_secret", "secret_end", "secret_set_at", "secret_set_by"])
    changes = {"secret": (f"{_HIDDEN}{before}" if before else "", f"{_HIDDEN}{key.secret_end}")}
    record(by, AuditEntry.Action.KEY_SET, key, changes=changes)


@transaction.atomic
def forget_secret(name: str, *, by: User) -> None:
    """Back to the environment's, if it has one."""
    key = GatewayKey.objects.locked(name)
    if not key.sealed_secret:
        return
    before = key.secret_end
    key.sealed_secret, key.secret_end, key.secret_set_at, key.secret_set_by = "", "", None, None
    key.save(update_fields=["sealed_secret", "secret_end", "secret_set_at", "secret_set_by"])
    record(by, AuditEntry.Action.KEY_SET, key, changes={"secret": (f"{_HIDDEN}{before}", "")})


@transaction.atomic
def set_ways(name: str, facts: Mapping[str, Any], *, by: User) -> None:
    """How the key is asked, and how many calls of a model may be under way with it."""
    key = GatewayKey.objects.locked(name)
    changes = {way: (str(getattr(key, way)), str(facts[way])) for way in WAYS if getattr(key, way) != facts[way]}
    if not changes:
        return
    for way in changes:
        setattr(key, way, facts[way])
    key.save(update_fields=list(changes))
    record(by, AuditEntry.Action.CHANGED, key, changes=changes)


@transaction.atomic
def set_sending(name: str, *, sends: bool, by: User, now: datetime) -> None:
    """Stop sending with a key, or go on: then one picture tries it first."""
    key = GatewayKey.objects.locked(name)
    if sends == (not key.is_stopped):
        return
    if sends:
        resume(key, now=now)
    else:
        stop(key, Stop.ADMIN, now=now)
    words = ("stopped", "sends") if sends else ("sends", "stopped")
    record(by, AuditEntry.Action.CHANGED, key, changes={"sending": words})
