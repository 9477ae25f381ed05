"""What piles up beside the work: answers in the spool that nobody needs any more."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ..models import Attempt, Generation
from .gateway import current_spool

logger = logging.getLogger(__name__)

KEPT: Final = timedelta(days=7)
"""How long an answer that could not be used whole is kept for whoever looks into it."""
UNMARKED: Final = timedelta(hours=1)
"""An answer begun for an attempt that was never marked as sent is rubbish after that long."""


def sweep(*, now: datetime) -> int:
    """Forget what is finished and old; how many answers that were. Never touches one whose call is not concluded."""
    spool = current_spool()
    forgotten = 0
    for attempt_id in spool.attempt_ids():
        if _is_needed(attempt_id, now):
            continue
        spool.forget(attempt_id)
        forgotten += 1
    return forgotten


def _is_needed(attempt_id: str, now: datetime) -> bool:
    try:
        attempt = Attempt.objects.filter(pk=UUID(attempt_id)).first()
    except ValueError:
        return True  # not of our making
    if attempt is None:
        return current_spool().age_seconds(attempt_id) < UNMARKED.total_seconds() or _is_preparing()
    return attempt.finished_at is None or now < attempt.finished_at + KEPT


def _is_preparing() -> bool:
    """Whether a call is being prepared: its answer has a folder before it has a row, and a clock may have jumped."""
    return Generation.objects.queued().filter(worker_id__isnull=False).exists()
