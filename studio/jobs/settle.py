"""S6 and S8: what a call did to the money, then what became of the generation.

The charge is committed before the answer is read, so no picture, text or parser can lose it. Both steps may be
repeated and then change nothing. The money is booked whoever holds the claim; the generation belongs to the claim.
All of it locks in one order: key, generation, attempt, account.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from ..ledger import post
from ..models import Attempt, GatewayKey, Generation, Output, Status
from ..models.generation import IN_FLIGHT
from ..notices import occasions
from ..provider.answer import Reading, read_answer
from ..provider.classify import Verdict, charge_at_answer, classify
from ..provider.evidence import Evidence
from ..provider.outcome import RULES, Charge, Outcome, Retry
from ..provider.spool import SpooledAnswer
from ..telemetry.events import CALL_SECONDS, CHARGED_MICROS, Event, tell
from ..webhooks import announce
from .claim import Claim
from .conversation import keep_turn
from .counted import true_up
from .delay import delay
from .gateway import current_spool
from .heed import heed
from .store import NothingUsable, store_pictures

logger = logging.getLogger(__name__)

SAVING: Final = timedelta(minutes=10)
"""How long a worker may take to store the pictures before somebody else may try."""

LIVES: Final = 2
"""Workers that an answer may cost before it is set aside."""

ATTEMPTS_MAX: Final = 6
"""Calls of one generation that machines may make, whatever happens between them."""

_PAID = frozenset({Charge.CHARGED, Charge.PRESUMED})
_GIVEN_BACK = frozenset({Charge.RELEASED, Charge.REIMBURSED})
_KEPT = frozenset(
    {Outcome.CORRUPT_RESULT, Outcome.DELIVERY_LOST, Outcome.PROVIDER_FAULT, Outcome.DELIVERED_WITH_WARNING}
)
"""Paid, and not all of it could be used: the answer stays in the spool for a while, for whoever looks into it."""


def record_answer(mine: Claim, attempt: Attempt, evidence: Evidence, *, now: datetime) -> None:
    """S6: commit evidence, charge, and what the answer says about the key. Done again, it changes nothing."""
    charge = charge_at_answer(evidence)
    with transaction.atomic():
        key = GatewayKey.objects.locked(attempt.key_name)
        _lock(mine)
        row = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if row.is_answered:
            return
        heed(key, row, evidence, now=now)
        _write_evidence(row, evidence, now)
        row.charge = charge
        row.save()
        if charge in _PAID:
            _book(row, charge, now)
            saving = {"status": Status.SAVING} if evidence.is_complete else {}
            mine.rows.filter(status__in=IN_FLIGHT).update(
                charge=charge, lease_expires_at=now + SAVING, revision=F("revision") + 1, **saving
            )


def correct_evidence(attempt: Attempt, evidence: Evidence, *, now: datetime) -> None:
    """Put what is known now in the place of what was presumed. The money stays booked as it is."""
    _write_evidence(attempt, evidence, now)
    attempt.save()


def conclude(mine: Claim, attempt: Attempt, *, now: datetime) -> None:
    """S7 and S8: read the answer from the spool, store its pictures, give the generation its end or its next try.

    An answer that two have died of is set aside unread. Raises `NotFetched` while a picture may still be fetched from
    where the provider put it.
    """
    attempt = Attempt.objects.select_related("generation__run", "generation__person").get(pk=attempt.pk)
    spooled = current_spool().answer(str(attempt.pk))
    if spooled is None:
        _conclude(mine, attempt, None, now)
        return
    with spooled.being_read() as lost_readers:
        if lost_readers < LIVES:
            _conclude(mine, attempt, spooled, now)
            return
    spooled.forget_lost_readers()
    unread = Verdict.of(Outcome.CORRUPT_RESULT, "reader_lost", charge=Charge(attempt.charge))
    evidence = Evidence.from_json(attempt.evidence)
    settle(mine, attempt, unread if evidence.is_success else classify(evidence, None, now=now), now=now)


def _conclude(mine: Claim, attempt: Attempt, spooled: SpooledAnswer | None, now: datetime) -> None:
    evidence = Evidence.from_json(attempt.evidence)
    reading = read_answer(spooled) if spooled else None
    verdict = classify(evidence, reading, now=now)
    outputs: list[Output] = []
    if reading is not None and reading.images:
        try:
            outputs, verdict = store_pictures(attempt, reading, verdict, now=now)
        except NothingUsable as nothing:
            verdict = nothing.verdict
    # Whoever lost the claim leaves the spool alone: it is the other's to read.
    if settle(mine, attempt, verdict, outputs, reading, now=now) and verdict.outcome not in _KEPT:
        current_spool().forget(str(attempt.pk))


def settle(
    mine: Claim,
    attempt: Attempt,
    verdict: Verdict,
    outputs: Sequence[Output] = (),
    reading: Reading | None = None,
    *,
    now: datetime,
) -> bool:
    """S8: one transaction that writes outputs, outcome and final status, or puts the generation back in line.

    False when the claim was lost: then nothing was written.
    """
    if verdict.is_for_operator:
        logger.error("attempt %s: needs an admin: %s (%s)", attempt.pk, verdict.outcome, verdict.reason)
    with transaction.atomic():
        _lock(mine)
        # Read anew: an admin, or the gateway's log, may have decided while the pictures were being stored.
        attempt.charge = Attempt.objects.select_for_update().only("charge").get(pk=attempt.pk).charge
        wait = _wait_before_retry(attempt, verdict)
        charge = _settled_charge(attempt, verdict)
        after = _final(verdict, charge, now, reading) if wait is None else _back_in_line(verdict, now + wait)
        if not mine.rows.filter(status__in=IN_FLIGHT).update(**after):
            tell(Event.CLAIM_LOST, "attempt %s: settled by somebody else meanwhile", attempt.pk)
            return False
        Attempt.objects.filter(pk=attempt.pk).update(
            outcome=verdict.outcome,
            reason=verdict.reason,
            detail=verdict.detail,
            charge=charge,
            finished_at=now,
            **_facts_read(reading),
        )
        if charge in _PAID:
            _book(attempt, charge, now)
            if reading is not None:
                true_up(attempt, reading, now=now)
        elif wait is None:
            post.release(attempt.generation, now=now)
        Output.objects.bulk_create(outputs)
        if reading is not None and outputs:
            keep_turn(attempt, [part.to_json() for part in reading.turn])
        if wait is None:
            occasions.ended(attempt.generation, Status(str(after["status"])), charge, now=now)
            announce.finished(attempt.generation, now=now)
    _tell(attempt, verdict, charge, wait)
    return True


def _tell(attempt: Attempt, verdict: Verdict, charge: Charge, wait: timedelta | None) -> None:
    status = attempt.http_status or ""
    words = "attempt %s ended: %s, %s"
    tell(Event.CALL_ENDED, words, attempt.pk, verdict.outcome, charge, outcome=verdict.outcome, status=status)
    if wait is not None:
        tell(Event.CALL_RETRIED, "attempt %s is made again in %s", attempt.pk, wait, why=verdict.outcome)
    if charge in _PAID:
        CHARGED_MICROS.inc(attempt.price_micros)
    run, seconds = attempt.generation.run, Evidence.from_json(attempt.evidence).finished_seconds
    if seconds is not None:
        CALL_SECONDS.labels(run.model_key, run.size).observe(seconds)


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
            announce.finished(generation, now=now)


def _wait_before_retry(attempt: Attempt, verdict: Verdict) -> timedelta | None:
    """How long to wait before the next try by itself; None when there is none. Only for what was surely not charged."""
    if attempt.generation.unawaited_at is not None:
        return None  # whoever asked has stopped waiting
    if verdict.retry is not Retry.AUTO or verdict.charge in _PAID or attempt.charge in _PAID:
        return None
    # Each way to fail has its own patience: a busy provider uses up none of what a refused history may cost. And only
    # tries count: what merely waits for its key uses up nothing.
    before = attempt.generation.attempts.filter(outcome=verdict.outcome).exclude(pk=attempt.pk).count()
    if before >= len(verdict.retry_delays_seconds) or attempt.number >= ATTEMPTS_MAX:
        return None
    return delay(verdict.retry_delays_seconds, before, verdict.retry_after_seconds)


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


def _final(verdict: Verdict, charge: Charge, now: datetime, reading: Reading | None) -> dict[str, object]:
    status = RULES[verdict.outcome].status
    return {
        # "Failed" promises that nothing was charged.
        "status": Status.REFUSED if status == Status.FAILED and charge in _PAID else status,
        "outcome": verdict.outcome,
        "charge": charge,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "model_text": reading.model_text if reading else "",
        "lease_expires_at": None,
        "not_before": None,
        "finished_at": now,
        "revision": F("revision") + 1,
    }


def _settled_charge(attempt: Attempt, verdict: Verdict) -> Charge:
    """The charge as it is known after reading. What was booked at S6 is never unbooked by a reading.

    Nor is what was given back since then, when an answer comes late or is looked at again.
    """
    booked = Charge(attempt.charge)
    if booked in _GIVEN_BACK:
        return booked
    return verdict.charge if verdict.charge in _PAID or booked not in _PAID else booked


def _book(attempt: Attempt, charge: Charge, now: datetime) -> None:
    """The hold ends and the charge stands. Both once, however often it is asked for."""
    post.release(attempt.generation, now=now)
    post.charge(attempt, charge, now=now)


def _lock(mine: Claim) -> None:
    """The generation's row, until the transaction ends; also when the claim on it is lost."""
    Generation.objects.select_for_update().only("pk").get(pk=mine.generation_id)


def _write_evidence(row: Attempt, evidence: Evidence, now: datetime) -> None:
    row.evidence = evidence.to_json()
    row.http_status = evidence.http_status
    row.request_id = next(iter(evidence.request_ids.values()), "")[:200]
    row.answer_bytes = evidence.bytes_received
    row.answered_at = now
    if evidence.first_byte_seconds is not None:
        # The key was asked once more between the connection and the mark: that is the error of this, some milliseconds.
        since_start = timedelta(seconds=evidence.first_byte_seconds - (evidence.connected_seconds or 0))
        row.first_byte_at = min(row.started_at + since_start, now)


def _facts_read(reading: Reading | None) -> dict[str, object]:
    if reading is None:
        return {}
    return {
        "response_id": reading.response_id[:200],
        "finish_reason": reading.finish_reason[:64],
        "block_reason": reading.block_reason[:64],
        "usage": reading.usage.to_json(),
        "searched": reading.searched.to_json(),
    }
