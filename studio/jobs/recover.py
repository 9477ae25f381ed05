"""What a dead worker left behind: taken up again where that is safe, counted as charged where it may have been sent.

Not marked as sent: it goes back in line. Answer in the spool: everything left is local, so it is finished. Marked and
no answer: it may have been charged, and no machine sends it again.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from ..models import Attempt, Generation, Status, Worker
from ..models.generation import IN_FLIGHT
from ..provider.classify import verdict_for_lost_worker
from ..provider.evidence import Evidence, Stage
from ..provider.spool import PartialAnswer
from .claim import Claim, let_go, take_over
from .gateway import current_spool
from .identity import worker_id
from .settle import conclude, record_answer, settle
from .store import NotFetched

logger = logging.getLogger(__name__)

REPEAT_AFTER: Final = timedelta(seconds=15)
"""When the local part of a call failed: how soon it is taken up again from the spool."""


def recover(*, lock_name: str, now: datetime, in_hand: Collection[int] = ()) -> int:
    """Take up what dead workers left; how many generations were touched.

    Whoever holds `lock_name` knows that every other worker that held it is dead. For the rest the lease decides when,
    and the fence that it is safe. `in_hand` are the generations that threads of this very process are at.
    """
    dead = Worker.objects.filter(lock_name=lock_name).exclude(pk=worker_id()).values("pk")
    left_behind = Generation.objects.filter(Q(worker_id__in=dead) | Q(lease_expires_at__lt=now)).exclude(pk__in=in_hand)
    waiting = left_behind.filter(status=Status.QUEUED).update(worker_id=None, lease_expires_at=None)
    in_flight = left_behind.filter(status__in=IN_FLIGHT).select_related("person", "run").order_by("pk")
    return waiting + sum(_finish(generation, now) for generation in in_flight)


def _finish(generation: Generation, now: datetime) -> bool:
    mine = take_over(generation, worker_id=worker_id(), now=now)
    if mine is None:
        return False
    attempt = generation.attempts.order_by("number").last()
    assert attempt is not None, "a generation is marked as sent together with its attempt"
    try:
        _finish_attempt(mine, attempt, now)
    except NotFetched:
        let_go(mine, until=now + REPEAT_AFTER)
    except Exception:
        # One bad row must not keep the others waiting; its lease runs out and it is tried again.
        logger.exception("generation %s: could not be recovered", generation.public_id)
        return False
    return True


def _finish_attempt(mine: Claim, attempt: Attempt, now: datetime) -> None:
    if not attempt.is_answered:
        answer = current_spool().answer(str(attempt.pk))
        if answer is None:
            _presume(mine, attempt, now)
            return
        record_answer(mine, attempt, answer.evidence, now=now)
    conclude(mine, attempt, now=now)


def _presume(mine: Claim, attempt: Attempt, now: datetime) -> None:
    """It may have been sent and nobody heard the answer: presumed charged, and never sent again by itself.

    Only a status line that surely costs nothing, left in the spool by the dead worker, says otherwise.
    """
    partial = current_spool().partial(str(attempt.pk))
    with transaction.atomic():
        record_answer(mine, attempt, _evidence_of(partial), now=now)
        attempt.refresh_from_db()
        settle(mine, attempt, verdict_for_lost_worker(partial), now=now)


def _evidence_of(partial: PartialAnswer | None) -> Evidence:
    error = "WorkerLost: the worker died during the call"
    if partial is None or partial.status is None:
        return Evidence(stage=Stage.SENT, error=error)
    return Evidence(
        stage=Stage.ANSWERING,
        http_status=partial.status,
        headers=dict(partial.headers),
        bytes_received=partial.size_bytes,
        images_seen=partial.images_seen,
        error=error,
    )
