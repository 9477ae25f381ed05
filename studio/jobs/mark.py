"""S3 and S4: the marks a call leaves in the database, before its first byte and after its last."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from ..models import Attempt, Status
from ..provider.body import Body, without_pictures
from ..provider.outcome import Charge
from . import clock
from .call import Call
from .claim import Claim, LostClaim
from .turn import turn

logger = logging.getLogger(__name__)


def mark(mine: Claim, call: Call, *, now: datetime) -> Attempt:
    """S3: commit, before the first byte, that this call may now be charged. Raises `LostClaim`."""
    with turn(), transaction.atomic(durable=True):
        moved = mine.rows.filter(status=Status.QUEUED).update(
            status=Status.SENDING,
            sent_at=now,
            lease_expires_at=now + call.longest,
            revision=F("revision") + 1,
        )
        if not moved:
            raise LostClaim
        return _new_attempt(mine, call, now)


def mark_unsent(mine: Claim, call: Call) -> Attempt:
    """A row for a call that never reached the provider. Raises `LostClaim` if somebody else has the generation."""
    now = clock.now()
    with transaction.atomic():
        if not mine.rows.filter(status=Status.QUEUED).update(status=Status.SENDING):
            raise LostClaim
        return _new_attempt(mine, call, now)


def _new_attempt(mine: Claim, call: Call, now: datetime) -> Attempt:
    generation, request = call.generation, call.request
    calls_before = 0 if mine.is_first else generation.attempts.count()
    return Attempt.objects.create(
        id=call.attempt_id,
        generation=generation,
        number=calls_before + 1,
        price_micros=generation.price_micros,
        key_name=call.gateway.name,
        charge=Charge.HELD,
        request_bytes=Body.of(request, call.gateway.wire_id(request.model)).size_bytes,
        request_document=without_pictures(request),
        started_at=now,
    )


def take_back_mark(mine: Claim, attempt_id: UUID) -> None:
    """The mark failed, and nothing was sent for certain. Its commit may have come through all the same: undo it."""
    hang_up()
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt_id).delete()
        mine.rows.filter(status=Status.SENDING).update(status=Status.QUEUED, sent_at=None)


def note_sent(mine: Claim, attempt_id: UUID) -> None:
    """S4: the request is written. Only a note: the call goes on whatever becomes of it."""
    try:
        now = clock.now()
        with turn(), transaction.atomic():
            Attempt.objects.filter(pk=attempt_id).update(sent_at=now)
            mine.rows.filter(status=Status.SENDING).update(status=Status.ANSWERING, revision=F("revision") + 1)
        hang_up()
    except Exception:
        logger.exception("attempt %s: could not note that it was sent", attempt_id)


def hang_up() -> None:
    """Let go of the database connection: the wait that follows is long, and a pool has better uses for it."""
    if not connection.in_atomic_block:
        connection.close()
