"""Nothing is under way for longer than its lease allows: by then a worker has taken it up and given it an end."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from ...models.generation import IN_FLIGHT
from .finding import Finding
from .scope import Scope

SLACK: Final = timedelta(minutes=15)
"""A call waits ten minutes for the machine that may hold its answer (`jobs/recover.py`), and some for the next look."""


def find(scope: Scope) -> Iterator[Finding]:
    """Also claimed ones that were not sent: in line they have no deadline, in somebody's hand they have."""
    in_hand = Q(status__in=IN_FLIGHT) | Q(worker_id__isnull=False, status="queued")
    until = Coalesce("lease_expires_at", "sent_at", "created_at")
    late = scope.generations().annotate(until=until).filter(in_hand, until__lt=scope.now - SLACK)
    for generation in late.iterator():
        yield Finding(
            "overdue",
            generation.frame_number,
            gettext_noop("It is marked as “%(status)s”, and should have ended by %(until)s."),
            {"status": str(generation.status), "until": f"{generation.until:%Y-%m-%d %H:%M} UTC"},
        )
