"""What an answer says about the key it was asked with, and the model: go on, rest, stop, switch off, tell an admin.

Only sending is touched. A call that was sent before is charged and stored whatever this says meanwhile.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from ..models import Attempt, GatewayKey, ModelSwitch
from ..models.gateway_key import Caution, Stop
from ..provider.classify import Verdict, classify
from ..provider.evidence import Evidence
from ..provider.outcome import Outcome
from .delay import delay

logger = logging.getLogger(__name__)

STOPS: Final[Mapping[tuple[Outcome, str], Stop]] = MappingProxyType(
    {
        (Outcome.FAILED_CONFIG, "http_401"): Stop.REFUSED,
        (Outcome.FAILED_CONFIG, "http_403"): Stop.REFUSED,
        (Outcome.FAILED_NETWORK, "certificate"): Stop.CERTIFICATE,
    }
)
CAUTIONS: Final[Mapping[tuple[Outcome, str], Caution]] = MappingProxyType(
    {
        (Outcome.OUTCOME_UNKNOWN, "http_524"): Caution.HOST,
        (Outcome.OUTCOME_UNKNOWN, "redirect"): Caution.REDIRECT,
    }
)
MODEL_IS_GONE: Final = (Outcome.FAILED_CONFIG, "http_404")
UNREACHABLE: Final = (Outcome.FAILED_NETWORK, "not_connected")


@dataclass(frozen=True, slots=True)
class Lesson:
    """At most one of these is meant. `rests` holds the verdict, which knows for how long."""

    flows: bool = False
    rests: Verdict | None = None
    stop: Stop | None = None
    caution: Caution | None = None
    model_is_gone: bool = False


def lesson_of(evidence: Evidence, *, now: datetime) -> Lesson:
    """What the answer says beyond its own call. Decided from the evidence alone, like the money."""
    if evidence.is_success:
        return Lesson(flows=True)
    verdict = classify(evidence, None, now=now)
    case = (verdict.outcome, verdict.reason)
    if verdict.outcome is Outcome.FAILED_BALANCE:
        return Lesson(stop=Stop.BALANCE)
    if case == MODEL_IS_GONE:
        return Lesson(model_is_gone=True)
    # 429 and 503 say that the provider is busy, 502 that the gateway restarts: true for every call of the key, and the
    # verdict's delays are the table's. One that cannot be reached is away for every call too: without a rest each
    # generation in line would use up its few tries in the same minute. A request that broke off half-way says
    # nothing about the next one; nor do the two kinds of 500, which the table repeats by themselves.
    if verdict.outcome is Outcome.FAILED_BUSY or case == UNREACHABLE:
        return Lesson(rests=verdict)
    return Lesson(stop=STOPS.get(case), caution=CAUTIONS.get(case))


def heed(key: GatewayKey, attempt: Attempt, evidence: Evidence, *, now: datetime) -> None:
    """Write down what the answer to this attempt says. `key` is locked by the transaction that is open."""
    lesson = lesson_of(evidence, now=now)
    if lesson.flows:
        _go_on(key, attempt)
    elif lesson.rests:
        _rest(key, attempt, lesson.rests, now)
    elif lesson.stop:
        stop(key, lesson.stop, now=now)
    elif lesson.caution:
        _caution(key, lesson.caution)
    elif lesson.model_is_gone:
        _switch_off(attempt.generation.run.model_key, now)


def stop(key: GatewayKey, reason: Stop, *, now: datetime) -> None:
    """Send nothing more with this key until an admin says so. What stopped it first stays its reason."""
    if key.is_stopped:
        return
    key.stopped_reason, key.stopped_at = reason, now
    key.save(update_fields=["stopped_reason", "stopped_at"])
    logger.error("key %s: nothing is sent any more: %s", key.name, reason)


def resume(key: GatewayKey, *, now: datetime) -> None:
    """An admin says that sending may go on. One generation tries it, the others follow when that went well."""
    key.stopped_reason, key.stopped_at, key.caution = "", None, ""
    key.rests, key.rests_until, key.probe = 1, now, None
    key.save(update_fields=["stopped_reason", "stopped_at", "caution", "rests", "rests_until", "probe"])


def _go_on(key: GatewayKey, attempt: Attempt) -> None:
    """The probe came through. Any other success, while a key is on trial, was sent before the provider grew busy."""
    if key.is_on_trial and key.probe_id == attempt.generation_id:
        key.rests, key.rests_until, key.probe = 0, None, None
        key.save(update_fields=["rests", "rests_until", "probe"])


def _rest(key: GatewayKey, attempt: Attempt, verdict: Verdict, now: datetime) -> None:
    """All calls of the key wait, a little longer each time in a row.

    Several calls that were under way and are turned away together are one time: only the first one counts, and only
    the probe counts as the next. The others can make the rest longer when they name a time.
    """
    is_next = not key.is_on_trial or key.probe_id == attempt.generation_id
    until = now + delay(verdict.retry_delays_seconds, key.rests if is_next else 0, verdict.retry_after_seconds)
    if is_next:
        key.rests, key.rests_until, key.probe = key.rests + 1, until, None
    elif verdict.retry_after_seconds and (key.rests_until is None or until > key.rests_until):
        key.rests_until = until
    key.save(update_fields=["rests", "rests_until", "probe"])


def _caution(key: GatewayKey, caution: Caution) -> None:
    key.caution = caution
    key.save(update_fields=["caution"])


def _switch_off(model_key: str, now: datetime) -> None:
    """Offer the model no more, until an admin switches it on again. What one of them switched off stays theirs."""
    facts = {"is_enabled": False, "reason": ModelSwitch.Reason.NOT_FOUND, "switched_off_at": now}
    switch, is_new = ModelSwitch.objects.get_or_create(model_key=model_key, defaults=facts)
    if is_new or switch.is_enabled:
        ModelSwitch.objects.filter(pk=switch.pk).update(**facts)
        logger.error("model %s: the gateway does not know it, so it is switched off", model_key)
