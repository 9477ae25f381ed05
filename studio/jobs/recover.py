"""What a dead worker left behind: taken up again where that is safe, counted as charged where it may have been sent.

Not marked as sent: it goes back in line. Answer in the spool: everything left is local, so it is finished. Marked and
no answer: it may have been charged, and no machine sends it again.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ..ledger import post
from ..models import Attempt, Generation, Status, Worker
from ..models.generation import IN_FLIGHT, GenerationQuerySet
from ..provider.classify import verdict_for_lost_worker
from ..provider.outcome import Charge
from .claim import Claim, take_over
from .gateway import current_spool
from .identity import worker_id
from .settle import conclude, record_answer, settle

logger = logging.getLogger(__name__)


def recover(*, lock_name: str, now: datetime) -> int:
    """Take up what dead workers left; how many generations were touched.

    Whoever holds `lock_name` knows that every other worker that held it is dead. For the rest the lease decides when,
    and the fence that it is safe.
    """
    dead = Worker.objects.filter(lock_name=lock_name).exclude(pk=worker_id()).values("pk")
    left_behind = Generation.objects.filter(Q(worker_id__in=dead) | Q(lease_expires_at__lt=now))
    waiting = left_behind.filter(status=Status.QUEUED).update(worker_id=None, lease_expires_at=None)
    return waiting + sum(_finish(generation, now) for generation in _in_flight(left_behind))


def _in_flight(generations: GenerationQuerySet) -> GenerationQuerySet:
    return generations.filter(status__in=IN_FLIGHT).select_related("person", "run")


def _finish(generation: Generation, now: datetime) -> bool:
    mine = take_over(generation, worker_id=worker_id(), now=now)
    if mine is None:
        return False
    attempt = generation.attempts.order_by("number").last()
    assert attempt is not None, "a generation is marked as sent together with its attempt"
    try:
        _finish_attempt(mine, attempt, now)
    except Exception:
        # One bad row must not keep the others waiting; its lease runs out and it is tried again.
        logger.exception("generation %s: could not be recovered", generation.public_id)
        return False
    return True


def _finish_attempt(mine: Claim, attempt: Attempt, now: datetime) -> None:
    spool = current_spool()
    answer = spool.answer(str(attempt.pk))
    if not attempt.is_answered and answer is not None:
        record_answer(mine, attempt, answer.evidence, now=now)
    elif not attempt.is_answered:
        _presume(mine, attempt, now)
        return
    conclude(mine, attempt, now=now)


def _presume(mine: Claim, attempt: Attempt, now: datetime) -> None:
    """It may have been sent and nobody heard the answer: presumed charged, and never sent again by itself."""
    verdict = verdict_for_lost_worker(current_spool().partial(str(attempt.pk)))
    with transaction.atomic():
        row = Attempt.objects.select_for_update().get(pk=attempt.pk)
        row.charge = Charge.PRESUMED
        row.answered_at = now
        row.save(update_fields=["charge", "answered_at"])
        post.release(row.generation, now=now)
        post.charge(row, Charge.PRESUMED, now=now)
        settle(mine, row, verdict, [], now=now)
