"""The only writer of share links, and the one place where a token is read."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from ..models import Generation, Output, ShareLink, User

DAYS: Final = (1, 7, 30)
OPEN_MAX: Final = 20
"""Of one frame: enough for everybody, few enough to look through."""
_TOKEN_BYTES: Final = 32


class TooMany(Exception):
    """The frame has as many open links as it may. Revoke one first."""


def share(generation: Generation, *, days: int, person: User, now: datetime) -> tuple[ShareLink, str]:
    """The link and its token, which nobody can look up later. Raises `TooMany`."""
    if ShareLink.objects.open(now).filter(generation=generation).count() >= OPEN_MAX:
        raise TooMany
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = ShareLink.objects.create(
        generation=generation,
        person=person,
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return link, token


def revoke(link: ShareLink, *, by: User, now: datetime) -> None:
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, revoked_by=by)


def shown_by(token: str, *, now: datetime) -> Output | None:
    """The picture behind an address; None if there is no such link, not any more, or its frame is in the trash."""
    link = ShareLink.objects.open(now).filter(token_hash=_hash(token)).first()
    if link is None:
        return None
    pictures = Output.objects.living().filter(generation=link.generation_id, role=Output.Role.PRIMARY)
    return pictures.select_related("generation__run", "generation__project").first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
