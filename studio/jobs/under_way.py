"""Calls that were under way when a backup was made: nobody will ever hear their answers here."""

from datetime import timedelta

from ..models import Generation
from ..models.generation import IN_FLIGHT
from . import clock
from .recover import recover


def give_up() -> int:
    """Settle them as those of a dead worker, without waiting for the machine that had them; how many they were.

    What this machine's own spool has the answer of is delivered; the rest may have been charged, and is not sent again.
    """
    now = clock.now()
    Generation.objects.filter(status__in=IN_FLIGHT).update(worker_id=None, lease_expires_at=now - timedelta(seconds=1))
    return recover(lock_name="", now=now)
