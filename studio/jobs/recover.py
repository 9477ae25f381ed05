"""What a dead worker left behind: taken up again where that is safe, counted as charged where it may have been sent.

Not marked as sent: it goes back in line. Answer in the spool: everything left is local, so it is finished. Marked and
no answer: it may have been charged, and no machine sends it again.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from ..models import Attempt, Generation, Status, Worker
from ..models.generation import IN_FLIGHT
from ..notices import occasions
from ..provider.classify import verdict_for_lost_worker
from ..provider.evidence import Evidence, Stage
from ..provider.outcome import Outcome
from ..provider.spool import PartialAnswer
from ..telemetry.events import Event, tell
from .claim import Claim, let_go, take_over
from .gateway import current_spool
from .identity import worker_id
from .look_at_storage import note_trouble
from .place import spool_name
from .settle import conclude, correct_evidence, record_answer, settle
from .store import NotFetched

logger = logging.getLogger(__name__)

REPEAT_AFTER: Final = timedelta(seconds=15)
"""When the local part of a call failed: how soon it is taken up again from the spool."""
SILENT: Final = timedelta(seconds=60)
"""A worker whose heartbeat is older than that is dead, or as good as dead."""
AWAY: Final = timedelta(minutes=10)
"""How long a call waits for the machine that may hold its answer, after that machine was last heard of."""


def recover(*, lock_name: str, now: datetime, in_hand: Collection[int] = ()) -> int:
    """Take up what dead workers left; how many generations were touched.

    Whoever holds `lock_name` knows that every other worker that held it is dead. For the rest heartbeat and lease
    decide when, and the fence that it is safe. `in_hand` are the generations that threads of this very process are at.
    """
    others = Worker.objects.exclude(pk=worker_id())
    dead = others.filter(
        Q(heartbeat_at__lt=now - SILENT * settings.NB_TIMEOUT_SCALE) | (Q(lock_name=lock_name) & ~Q(lock_name=""))
    ).values("pk")
    left_behind = (
        Generation.objects.unfinished()
        .filter(Q(worker_id__in=dead) | Q(lease_expires_at__lt=now))
        .exclude(pk__in=in_hand)
    )
    # With the fence: a worker that was only slow would else mark a call that has nobody any more.
    freed = {"worker_id": None, "lease_expires_at": None, "fence": F("fence") + 1}
    waiting = left_behind.filter(status=Status.QUEUED).update(**freed)
    in_flight = left_behind.filter(status__in=IN_FLIGHT).select_related("person", "run").order_by("pk")
    ours = [generation for generation in in_flight if _is_ours_to_judge(generation, now)]
    return waiting + sum(_finish(generation, now) for generation in ours) + _take_up_late_answers(now)


def is_heard_of(spool: str, now: datetime) -> bool:
    """Whether a worker that holds this spool has said lately that it lives."""
    silent = now - SILENT * settings.NB_TIMEOUT_SCALE
    return Worker.objects.filter(spool_name=spool, heartbeat_at__gte=silent, stopped_at=None).exists()


def _is_ours_to_judge(generation: Generation, now: datetime) -> bool:
    """Whether nobody else can know more: the answer, if there is one, lies in the spool of the worker that asked."""
    worker = Worker.objects.filter(pk=generation.worker_id).first() if generation.worker_id else None
    if worker is None or worker.spool_name in ("", spool_name()):
        return True
    is_away = worker.heartbeat_at < now - AWAY * settings.NB_TIMEOUT_SCALE
    return is_away and not is_heard_of(worker.spool_name, now)


def _take_up_late_answers(now: datetime) -> int:
    """Answers in our spool to calls that somebody gave up meanwhile: paid for all the same, so they are delivered."""
    given_up = Attempt.objects.filter(
        pk__in=_uuids(current_spool().answer_ids()),
        outcome=Outcome.OUTCOME_UNKNOWN,
        reason="worker_lost",
        generation__status=Status.UNKNOWN,
        generation__purged_at=None,  # its pictures were given up by those who paid for them
    )
    return sum(_take_up_late_answer(attempt, now) for attempt in given_up.select_related("generation"))


def _take_up_late_answer(attempt: Attempt, now: datetime) -> bool:
    generation = attempt.generation
    if generation.attempts.filter(number__gt=attempt.number).exists():
        return False  # somebody has paid for another try meanwhile

    evidence = _evidence_in_spool(attempt)
    if evidence is None or not evidence.is_success:
        return False  # nothing to deliver; what it did to the money is for the provider's log to say

    def finish(mine: Claim) -> None:
        correct_evidence(attempt, evidence, now=now)
        mine.rows.update(status=Status.SAVING, finished_at=None, revision=F("revision") + 1)
        conclude(mine, attempt, now=now)
        if mine.rows.filter(status=Status.SUCCEEDED).exists():
            occasions.came_late(generation, now=now)

    return _as_ours(generation, finish, now)


def _evidence_in_spool(attempt: Attempt) -> Evidence | None:
    """What the spool knows of the call. None when its files cannot be read: one bad folder keeps nobody waiting."""
    try:
        answer = current_spool().answer(str(attempt.pk))
        return answer.evidence if answer else None
    except (OSError, ValueError):
        logger.exception("attempt %s: its answer in the spool cannot be read", attempt.pk)
        return None


def _uuids(names: Iterable[str]) -> Iterator[UUID]:
    for name in names:
        with suppress(ValueError):  # not of our making
            yield UUID(name)


def _finish(generation: Generation, now: datetime) -> bool:
    attempt = generation.attempts.order_by("number").last()
    assert attempt is not None, "a generation is marked as sent together with its attempt"
    return _as_ours(generation, lambda mine: _finish_attempt(mine, attempt, now), now)


def _as_ours(generation: Generation, step: Callable[[Claim], None], now: datetime) -> bool:
    """Take the generation over and do `step` with it; False when somebody else has it, or it failed."""
    mine = take_over(generation, worker_id=worker_id(), now=now)
    if mine is None:
        return False
    tell(Event.LEASE_EXPIRED, "generation %s: taken over", generation.public_id)
    try:
        step(mine)
    except NotFetched:
        let_go(mine, until=now + REPEAT_AFTER)
    except Exception as error:
        # One bad row must not keep the others waiting; its lease runs out and it is tried again.
        logger.exception("generation %s: could not be recovered", generation.public_id)
        note_trouble(error)
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
