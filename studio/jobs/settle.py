"""S6 and S8: what a call did to the money, then what became of the generation.

The charge is committed before the answer is read, so no picture, text or parser can lose it. Both steps are
idempotent and fenced: repeated they change nothing, and a worker that lost its claim changes nothing either.
"""

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from ..ledger import post
from ..models import Attempt, Generation, Output, Status
from ..models.generation import IN_FLIGHT
from ..provider.answer import Reading, read_answer
from ..provider.classify import Verdict, charge_at_answer, classify
from ..provider.evidence import Evidence, Stage
from ..provider.outcome import RULES, Charge, Outcome, Retry
from .claim import Claim
from .gateway import current_spool
from .store import NothingUsable, store_pictures

logger = logging.getLogger(__name__)

_PAID = frozenset({Charge.CHARGED, Charge.PRESUMED})


def record_answer(mine: Claim, attempt: Attempt, evidence: Evidence, *, now: datetime) -> None:
    """S6: commit evidence and charge. A second call for the same attempt changes nothing."""
    charge = charge_at_answer(evidence)
    with transaction.atomic():
        row = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if row.is_answered:
            return
        _write_evidence(row, evidence, now)
        row.charge = charge
        row.save()
        if charge in _PAID:
            generation = row.generation
            post.release(generation, now=now)
            post.charge(row, charge, now=now)
            saving = {"status": Status.SAVING} if evidence.stage is Stage.COMPLETE else {}
            mine.rows.update(charge=charge, revision=F("revision") + 1, **saving)


def conclude(mine: Claim, attempt: Attempt, *, now: datetime) -> None:
    """S7 and S8: read the answer from the spool, store its pictures, give the generation its end or its next try."""
    attempt = Attempt.objects.select_related("generation__run", "generation__person").get(pk=attempt.pk)
    evidence = Evidence.from_json(attempt.evidence)
    spooled = current_spool().answer(str(attempt.pk))
    reading = read_answer(spooled) if spooled else None
    verdict = classify(evidence, reading)
    outputs: list[Output] = []
    if reading is not None and reading.images:
        try:
            outputs, verdict = store_pictures(attempt, reading, verdict)
        except NothingUsable as nothing:
            verdict = nothing.verdict
    settle(mine, attempt, verdict, outputs, now=now, reading_text=reading.model_text if reading else "")
    if reading is not None:
        _write_reading(attempt, reading)
    current_spool().forget(str(attempt.pk))


def settle(
    mine: Claim, attempt: Attempt, verdict: Verdict, outputs: list[Output], *, now: datetime, reading_text: str = ""
) -> None:
    """S8: one transaction that writes outputs, outcome and final status, or puts the generation back in line."""
    delay = _delay_before_retry(attempt, verdict)
    with transaction.atomic():
        rows = mine.rows.filter(status__in=IN_FLIGHT)
        if delay is not None:
            moved = rows.update(**_back_in_line(verdict, now + delay))
        else:
            moved = rows.update(**_final(attempt, verdict, now, reading_text))
        if not moved:
            logger.warning("attempt %s: settled by somebody else meanwhile", attempt.pk)
            return
        charge = _settled_charge(attempt, verdict)
        Attempt.objects.filter(pk=attempt.pk).update(
            outcome=verdict.outcome, reason=verdict.reason, detail=verdict.detail, charge=charge, finished_at=now
        )
        if delay is None:
            Generation.objects.filter(pk=attempt.generation_id).update(charge=charge)
            post.release(attempt.generation, now=now)
        Output.objects.bulk_create(outputs)


def give_up(mine: Claim, generation: Generation, *, reason: str, detail: str, now: datetime) -> None:
    """End a generation that cannot be sent at all: failed, not charged, without an attempt."""
    with transaction.atomic():
        moved = mine.rows.filter(status=Status.QUEUED).update(
            status=Status.FAILED,
            outcome=Outcome.FAILED_INPUT,
            charge=Charge.NONE,
            reason=reason[:64],
            detail=detail,
            lease_expires_at=None,
            finished_at=now,
            revision=F("revision") + 1,
        )
        if moved:
            post.release(generation, now=now)


def _delay_before_retry(attempt: Attempt, verdict: Verdict) -> timedelta | None:
    """How long to wait before the next try by itself; None when there is none. Only for what was surely not charged."""
    if verdict.retry is not Retry.AUTO or verdict.charge in _PAID or attempt.charge in _PAID:
        return None
    if attempt.number > len(verdict.retry_delays_seconds):
        return None
    planned = verdict.retry_delays_seconds[attempt.number - 1]
    # Full jitter up to a quarter more: people who were turned away together do not come back together.
    seconds = verdict.retry_after_seconds or planned * random.uniform(1.0, 1.25)  # noqa: S311
    return timedelta(seconds=seconds * settings.NB_TIMEOUT_SCALE)


def _back_in_line(verdict: Verdict, not_before: datetime) -> dict[str, object]:
    return {
        "status": Status.QUEUED,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "worker_id": None,
        "lease_expires_at": None,
        "sent_at": None,
        "not_before": not_before,
        "revision": F("revision") + 1,
    }


def _final(attempt: Attempt, verdict: Verdict, now: datetime, model_text: str) -> dict[str, object]:
    return {
        "status": RULES[verdict.outcome].status,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "model_text": model_text,
        "lease_expires_at": None,
        "not_before": None,
        "finished_at": now,
        "revision": F("revision") + 1,
    }


def _settled_charge(attempt: Attempt, verdict: Verdict) -> Charge:
    """The charge as it is known after reading. What was booked at S6 is never unbooked by a reading."""
    booked = Charge(attempt.charge)
    return verdict.charge if booked in _PAID and verdict.charge in _PAID else booked


def _write_evidence(row: Attempt, evidence: Evidence, now: datetime) -> None:
    row.evidence = evidence.to_json()
    row.http_status = evidence.http_status
    row.request_id = next(iter(evidence.request_ids.values()), "")[:200]
    row.answer_bytes = evidence.bytes_received
    row.answered_at = now
    if evidence.first_byte_seconds is not None:
        row.first_byte_at = row.started_at + timedelta(
            seconds=evidence.first_byte_seconds - (evidence.connected_seconds or 0)
        )


def _write_reading(attempt: Attempt, reading: Reading) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        response_id=reading.response_id[:200],
        finish_reason=reading.finish_reason[:64],
        block_reason=reading.block_reason[:64],
        usage=reading.usage.to_json(),
    )
