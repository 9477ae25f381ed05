"""What somebody who guards a studio searches for or counts: a word in the field `event` of a line, and a counter.

One call does both, so that no number grows without a line that says why.
"""

import logging
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from prometheus_client import Counter, Histogram

logger = logging.getLogger("studio.events")


class Event(StrEnum):
    """The words. docs/operations.md says of each when it is written."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SIGN_IN_FAILED = "sign-in-failed"
    DENIED = "denied"
    FORM_REFUSED = "form-refused"
    AUDIT = "audit"
    EXPORTED = "exported"
    CALL_ENDED = "call-ended"
    CALL_RETRIED = "call-retried"
    CLAIM_LOST = "claim-lost"
    LEASE_EXPIRED = "lease-expired"
    BUDGET_DENIED = "budget-denied"
    FORM_REPEATED = "form-repeated"
    NOT_STORED = "not-stored"
    FETCH_BLOCKED = "fetch-blocked"
    DECODER_DIED = "decoder-died"
    CSP_REPORT = "csp-report"


_WARNINGS: Final = frozenset(
    {
        *(Event.SIGN_IN_FAILED, Event.CLAIM_LOST, Event.LEASE_EXPIRED, Event.NOT_STORED, Event.FETCH_BLOCKED),
        *(Event.DECODER_DIED, Event.CSP_REPORT),
    }
)
"""What somebody should look at, if it comes often. The rest is how a day goes."""

_COUNTERS: Final[Mapping[Event, Counter]] = MappingProxyType(
    {
        Event.SIGN_IN_FAILED: Counter("nb_login_failed", "Sign-ins that failed."),
        Event.DENIED: Counter("nb_authz_denied", "Pages that somebody asked for and may not see."),
        Event.FORM_REFUSED: Counter("nb_form_refused", "Forms without their token."),
        Event.CALL_ENDED: Counter("nb_attempts", "Calls that ended, by outcome and status.", ["outcome", "status"]),
        Event.CALL_RETRIED: Counter("nb_retry", "Calls that are made again by themselves, by outcome.", ["why"]),
        Event.CLAIM_LOST: Counter("nb_fence_rejected", "Results of a worker whose claim was another's by then."),
        Event.LEASE_EXPIRED: Counter("nb_lease_expired", "Calls taken over from a worker that fell silent."),
        Event.BUDGET_DENIED: Counter("nb_budget_denied", "Runs that cost more than was left."),
        Event.FORM_REPEATED: Counter("nb_idempotent_hits", "Forms sent again that made no second run."),
        Event.NOT_STORED: Counter("nb_store_errors", "Pictures that the storage did not take."),
        Event.FETCH_BLOCKED: Counter("nb_fetch_blocked", "Addresses that were not fetched, by who gave them.", ["why"]),
        Event.DECODER_DIED: Counter("nb_decode_killed", "Decoders that died of a picture, or hung.", ["why"]),
        Event.CSP_REPORT: Counter("nb_csp_reports", "What browsers refused to load or run on our pages."),
    }
)

CHARGED_MICROS: Final = Counter("nb_ledger_charge_micro", "Micro-dollars charged for calls, presumed or certain.")
CALL_SECONDS: Final = Histogram(
    "nb_attempt_seconds",
    "How long calls took, from the first try to connect to the end of their answer, by model and size.",
    ["model", "size"],
    buckets=(5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600),
)
STORE_SECONDS: Final = Histogram(
    "nb_store_seconds",
    "How long the storage took for one file.",
    ["backend"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 120),
)


def tell(event: Event, words: str, *arguments: object, **labels: object) -> None:
    """Write one line and count it. `words` and `arguments` are those of `logging`, `labels` those of the counter."""
    level = logging.WARNING if event in _WARNINGS else logging.INFO
    logger.log(level, words, *arguments, extra={"event": event})
    if counter := _COUNTERS.get(event):
        (counter.labels(**labels) if labels else counter).inc()
