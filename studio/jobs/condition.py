"""How the studio's work is doing right now, as facts: who sends, what waits and since when, what nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Min

from ..models import Generation, Instance, Status, Worker
from ..provider.outcome import Charge
from .recover import SILENT

SHOWN: Final = timedelta(days=1)
"""A worker that has been gone for longer is history."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`oldest_waiting_at` is when the first of those that wait was asked for; None when nobody does."""

    workers: Sequence[Worker]
    waiting: int
    oldest_waiting_at: datetime | None
    in_flight: int
    unknown: int
    paused_reason: str
    now: datetime

    def is_alive(self, worker: Worker) -> bool:
        """By the clock on the wall for people who look: deadlines in fiftieths would make everybody dead to them."""
        silence = self.now - worker.heartbeat_at
        return worker.stopped_at is None and silence < SILENT * max(settings.NB_TIMEOUT_SCALE, 1)

    @property
    def senders(self) -> list[Worker]:
        """Workers that live and may send."""
        return [worker for worker in self.workers if self.is_alive(worker) and not worker.refusal]


def condition(now: datetime) -> Condition:
    """Four small questions, however long the history is."""
    waiting = Generation.objects.queued().aggregate(count=Count("pk"), since=Min("created_at"))
    return Condition(
        workers=list(Worker.objects.filter(heartbeat_at__gte=now - SHOWN).order_by("-heartbeat_at")[:50]),
        waiting=waiting["count"],
        oldest_waiting_at=waiting["since"],
        in_flight=Generation.objects.in_flight().count(),
        unknown=Generation.objects.without_picture().filter(status=Status.UNKNOWN, charge=Charge.PRESUMED).count(),
        paused_reason=Instance.current().paused_reason,
        now=now,
    )
