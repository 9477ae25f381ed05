"""Stop waiting for a call that was sent. It goes on and counts, for hanging up would not stop the charge.

What ends is the waiting: nothing is tried again by itself any more, and the frame is no longer among what its person
has under way. A picture that comes all the same is kept.
"""

from datetime import datetime

from django.db.models import F

from ..models import Generation
from ..models.generation import IN_FLIGHT


def stop_waiting(generation: Generation, *, now: datetime) -> bool:
    """False when there is nothing to wait for, or nobody waits any more: then nothing changed."""
    under_way = Generation.objects.filter(pk=generation.pk, status__in=IN_FLIGHT, unawaited_at=None)
    return bool(under_way.update(unawaited_at=now, revision=F("revision") + 1))
