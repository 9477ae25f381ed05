"""Tokens for programs: made, found, paced and revoked here alone. A token never does more than its person may.

`nbs_` and the checksum at the end make one known for what it is wherever it turns up: `nbs_[0-9A-Za-z]{46}` is enough
for a scanner of leaked secrets, and a mistyped one is refused without a question to the database.
"""

import hashlib
import re
import secrets
import string
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from .audit_log import record
from .models import AccessToken, AuditEntry, User

PREFIX: Final = "nbs_"
LIVE_MAX: Final = 20
"""Of one person: one for each program they could have, few enough to look through."""
PER_MINUTE: Final = 120
"""Requests of one token, in the long run."""
BURST: Final = 60
"""Requests at once, by a token that was quiet."""
DAYS: Final = (30, 90, 365)
"""What is offered as its life; or none, for one that never ends."""
_LETTERS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM: Final = 40  # of 62 letters: 238 bits
_CHECK: Final = 6
_END: Final = 4
_LOOK: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")
_USED: Final = timedelta(minutes=1)
_STEP_MS: Final = 60_000 // PER_MINUTE


class TooMany(Exception):
    """The person has as many live tokens as they may. Revoke one first."""


class NameTaken(Exception):
    """One of theirs that works has this name already. So a form that is sent again makes no second one."""


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was just made, with its secret, which nobody can look up later."""

    token: AccessToken
    secret: str


@transaction.atomic
def make(person: User, name: str, *, scopes: Collection[str], days: int | None, now: datetime) -> Made:
    """Raises `TooMany` or `NameTaken`."""
    # Whoever makes two at once waits for the other: the limits hold.
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    names = list(AccessToken.objects.filter(person=person).live(now).values_list("name", flat=True))
    if name in names:
        raise NameTaken
    if len(names) >= LIVE_MAX:
        raise TooMany
    body = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    secret = f"{PREFIX}{body}{_checksum(body)}"
    token = AccessToken.objects.create(
        person=person,
        name=name,
        token_hash=_hash(secret),
        token_end=secret[-_END:],
        scopes=[scope.value for scope in AccessToken.Scope if scope in scopes],
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    may = {"scopes": ("", ", ".join(token.scopes))}
    record(person, AuditEntry.Action.TOKEN_MADE, token, changes=may)
    return Made(token, secret)


@transaction.atomic
def revoke(token: AccessToken, *, by: User, now: datetime) -> bool:
    """From its next request on it opens nothing. False when it was revoked before."""
    is_first = bool(AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now))
    if is_first:
        record(by, AuditEntry.Action.TOKEN_REVOKED, token)
    return is_first


@transaction.atomic
def revoke_all(person: User, *, by: User, now: datetime) -> None:
    """When an account is closed. Opened again, it has none."""
    for token in AccessToken.objects.filter(person=person).live(now):
        revoke(token, by=by, now=now)


def find(secret: str, *, now: datetime) -> AccessToken | None:
    """The live token with its person, whose account is open; None for anything else."""
    if not _LOOK.fullmatch(secret) or _checksum(secret[len(PREFIX) : -_CHECK]) != secret[-_CHECK:]:
        return None
    live = AccessToken.objects.live(now).filter(token_hash=_hash(secret), person__is_active=True)
    return live.select_related("person").first()


def take_turn(token: AccessToken, *, now: datetime) -> float:
    """Count one request. 0 when it may go on, else the seconds until one may.

    Each request moves a mark in the token's row half a second on, and the mark may be so far ahead of the clock as a
    burst is long. One conditional write, so that all processes of all machines count together.
    """
    now_ms = int(now.timestamp() * 1000)
    furthest_ms = now_ms + (BURST - 1) * _STEP_MS
    mine = AccessToken.objects.filter(pk=token.pk, paced_until_ms__lte=furthest_ms)
    used = {"last_used_at": now} if token.last_used_at is None or now - token.last_used_at >= _USED else {}
    if mine.update(paced_until_ms=Greatest(F("paced_until_ms"), Value(now_ms)) + _STEP_MS, **used):
        return 0
    ahead_ms = AccessToken.objects.values_list("paced_until_ms", flat=True).get(pk=token.pk) - furthest_ms
    return max(ahead_ms, _STEP_MS) / 1000


def _hash(secret: str) -> str:
    """Of 238 random bits: nobody guesses them, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(body: str) -> str:
    """CRC-32 in base 62: against slips, not against anybody."""
    rest, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        rest, digit = divmod(rest, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return letters
