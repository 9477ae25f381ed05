"""Cancel before anything was sent: free, and proved so by one conditional update."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ..ledger import post
from ..models import Generation, Status, User
from ..provider.outcome import Charge, Outcome
from ..webhooks import announce


def cancel(generation: Generation, *, person: User, now: datetime) -> bool:
    """As `take_out`, because a person says so."""
    words = f"Stopped by {person.display_name} before sending."
    return take_out(generation, reason="cancelled", detail=words, now=now)


def take_out(generation: Generation, *, reason: str, detail: str, now: datetime) -> bool:
    """Move queued → cancelled and give the hold back. False when it was too late: then nothing changed.

    A worker may have claimed the row already; it loses, because it sends only after moving queued → sending itself.
    """
    with transaction.atomic():
        moved = Generation.objects.filter(pk=generation.pk, status=Status.QUEUED).update(
            status=Status.CANCELLED,
            outcome=Outcome.CANCELLED,
            charge=Charge.NONE,
            reason=reason,
            detail=detail,
            worker_id=None,
            finished_at=now,
            revision=F("revision") + 1,
        )
        if moved:
            post.release(generation, now=now)
            announce.finished(generation, now=now)
    return bool(moved)
