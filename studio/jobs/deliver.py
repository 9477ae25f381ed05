"""Deliver again what was paid for and kept, but could not be used: the local part alone, or the download."""

from datetime import datetime
from typing import Final

from django.db.models import F

from ..models import Attempt, Generation, Status
from ..provider.outcome import Charge, Outcome
from .sweep import KEPT

_MAY_HELP: Final = {
    Outcome.CORRUPT_RESULT: frozenset[str](),
    Outcome.DELIVERY_LOST: frozenset({"download_failed", "link_expired"}),
    Outcome.PROVIDER_FAULT: frozenset({"unreadable_answer"}),
}
"""Outcomes whose whole answer is kept, and the reasons for which another look may find more; empty: all reasons."""


def can_deliver_again(generation: Generation, attempt: Attempt | None, now: datetime) -> bool:
    """Whether the answer of its last call is still kept, and may yield what it did not the first time."""
    if attempt is None or attempt.finished_at is None or generation.status != Status.REFUSED:
        return False
    reasons = _MAY_HELP.get(Outcome(generation.outcome)) if generation.outcome else None
    is_kept = now < attempt.finished_at + KEPT and attempt.charge in (Charge.CHARGED, Charge.PRESUMED)
    return reasons is not None and is_kept and (not reasons or attempt.reason in reasons)


def deliver_again(generation: Generation, *, now: datetime) -> bool:
    """Give it back to the worker that holds its answer. False when there is nothing to deliver. Nothing is sent."""
    attempt = generation.attempts.order_by("number").last()
    if not can_deliver_again(generation, attempt, now):
        return False
    moved = Generation.objects.filter(pk=generation.pk, status=Status.REFUSED, fence=generation.fence).update(
        status=Status.SAVING,
        finished_at=None,
        lease_expires_at=now,  # over at once: whoever holds the spool takes it up at the next look
        fence=F("fence") + 1,
        revision=F("revision") + 1,
    )
    return bool(moved)
