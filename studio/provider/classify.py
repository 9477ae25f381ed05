"""What a call meant: for the generation, for the money, and for a second try.

The decision table of docs/provider.md, row by row. Two questions come first, and only the evidence answers them: did
the whole request leave, and did a status line come back. What may have been paid counts as paid; only what the
gateway surely did no work for is tried again by a machine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Self

from .answer import Reading
from .details import detail_for, is_for_operator
from .errors import error_words_in
from .evidence import Evidence, Stage
from .outcome import RULES, Charge, Outcome, Retry
from .retry_after import retry_after_seconds
from .spool import PartialAnswer

FINISH_OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "IMAGE_SAFETY": Outcome.REFUSED_OUTPUT,
        "IMAGE_PROHIBITED_CONTENT": Outcome.REFUSED_OUTPUT,
        "IMAGE_RECITATION": Outcome.REFUSED_OUTPUT,
        "PROHIBITED_CONTENT": Outcome.REFUSED_PROMPT,
        "SAFETY": Outcome.REFUSED_PROMPT,
        "RECITATION": Outcome.REFUSED_PROMPT,
        "BLOCKLIST": Outcome.REFUSED_PROMPT,
        "SPII": Outcome.REFUSED_PROMPT,
        "LANGUAGE": Outcome.REFUSED_PROMPT,
        "NO_IMAGE": Outcome.NO_IMAGE,
        "IMAGE_OTHER": Outcome.NO_IMAGE,
        "MAX_TOKENS": Outcome.TRUNCATED,
        "MISSING_THOUGHT_SIGNATURE": Outcome.HISTORY_ERROR,
    }
)
"""What an answer without a picture means by its `finishReason`. Every other reason is the provider's fault."""

STATUS_OUTCOMES: Final[Mapping[int, Outcome]] = MappingProxyType(
    {
        400: Outcome.FAILED_INPUT,
        401: Outcome.FAILED_CONFIG,
        403: Outcome.FAILED_CONFIG,
        404: Outcome.FAILED_CONFIG,
        413: Outcome.FAILED_INPUT,
        429: Outcome.FAILED_BUSY,
        500: Outcome.PROVIDER_ERROR,
        502: Outcome.FAILED_BUSY,
        503: Outcome.FAILED_BUSY,
    }
)
"""The statuses that surely cost nothing. Behind any other the generation may have run, and been billed."""

_RESTART_DELAYS: Final = (30, 60)
_SIGNATURE: Final = re.compile(r"thought[_ ]?signature", re.IGNORECASE)
_TIMED_OUT_UPSTREAM: Final = "upstream model timed out"
_REASON_CHARACTERS_MAX: Final = 64
_LARGEST_TRIED_BYTES: Final = 43_000_000
"""The largest body that is known to have arrived: 14 pictures; gateway's test report, 2026-08."""
_BAD_INPUTS: Final = (
    (re.compile(r"image_?config|image_?size|aspect_?ratio", re.IGNORECASE), "image_config"),
    (re.compile(r"thinking", re.IGNORECASE), "thinking_config"),
    (re.compile(r"\bsearch\b", re.IGNORECASE), "web_search"),
    (re.compile(r"inline_?data|file_?data|mime|input image", re.IGNORECASE), "input_image"),
)
"""What the words of a 400 are about, so that a person is told where to look."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to write down and do. `reason` is a word for machines, `detail` a sentence for people.

    `retry_delays_seconds` belongs to Retry.AUTO, one entry for each further try; `retry_after_seconds` is the
    provider's own wish for the next one, already within bounds.
    """

    outcome: Outcome
    charge: Charge
    retry: Retry
    retry_delays_seconds: tuple[int, ...]
    retry_after_seconds: int | None
    reason: str
    detail: str

    @property
    def is_for_operator(self) -> bool:
        """Whether only somebody with access to settings or account can keep it from happening again."""
        return is_for_operator(self.outcome, self.reason)

    @classmethod
    def of(
        cls,
        outcome: Outcome,
        reason: str,
        *,
        charge: Charge | None = None,
        retry: Retry | None = None,
        delays: tuple[int, ...] | None = None,
        retry_after: int | None = None,
    ) -> Self:
        """The outcome's own rule, but for what is given."""
        rule = RULES[outcome]
        retry = rule.retry if retry is None else retry
        delays = rule.retry_delays_seconds if delays is None else delays
        return cls(
            outcome=outcome,
            charge=rule.charge if charge is None else charge,
            retry=retry,
            retry_delays_seconds=delays if retry is Retry.AUTO else (),
            retry_after_seconds=retry_after if retry is Retry.AUTO else None,
            reason=reason[:_REASON_CHARACTERS_MAX],
            detail=detail_for(outcome, reason),
        )


def charge_at_answer(evidence: Evidence) -> Charge:
    """The money, decided before anything in the answer is read: no picture, text or parser can lose a charge."""
    if evidence.is_success:
        return Charge.CHARGED if evidence.is_complete and evidence.images_seen else Charge.PRESUMED
    return classify(evidence, None).charge


def classify(evidence: Evidence, reading: Reading | None, *, now: datetime | None = None) -> Verdict:
    """The verdict on a call that is over. `reading` is None when there is no whole answer to read.

    `now` is for a Retry-After that names a moment, when the answer does not say when it was sent.
    """
    if evidence.http_status is None:
        return _without_answer(evidence)
    if not evidence.is_success:
        return _after_error(evidence, now or datetime.now(UTC))
    if reading is None or not evidence.is_complete:
        return _after_cut(evidence)
    if reading.images:
        return _with_images(reading)
    return _without_images(reading)


def verdict_for_lost_worker(partial: PartialAnswer | None) -> Verdict:
    """The verdict on a call whose worker died after the send; `partial` is what it left in the spool."""
    if partial is None or partial.status is None:
        return Verdict.of(Outcome.OUTCOME_UNKNOWN, "worker_lost")
    evidence = Evidence(
        stage=Stage.ANSWERING,
        http_status=partial.status,
        headers=dict(partial.headers),
        images_seen=partial.images_seen,
        error="WorkerLost: the worker died while the answer came in",
    )
    return classify(evidence, None)


def verdict_for_lost_download(http_status: int | None) -> Verdict:
    """The verdict on a picture that was made and paid, and whose link is no good any more."""
    reason = "link_expired" if http_status in (403, 404, 410) else "download_failed"
    return Verdict.of(Outcome.DELIVERY_LOST, reason, charge=Charge.CHARGED)


def _without_answer(evidence: Evidence) -> Verdict:
    """Rows 17, 20 and 25: no status line came. Everything hangs on how much of the request had left."""
    kind = evidence.error_kind
    match evidence.stage:
        case Stage.NOT_CONNECTED | Stage.CONNECTED:
            if "CERTIFICATE_VERIFY_FAILED" in evidence.error:
                return Verdict.of(Outcome.FAILED_NETWORK, "certificate", retry=Retry.NEVER)
            reason = "not_connected" if kind in ("NotConnected", "TimedOut") else "spool"
            return Verdict.of(Outcome.FAILED_NETWORK, reason)
        case Stage.SENDING if kind == "InputChanged":
            return Verdict.of(Outcome.FAILED_INPUT, "input_changed")
        case Stage.SENDING if kind == "ConnectionLost" and evidence.bytes_to_send > _LARGEST_TRIED_BYTES:
            # A body that is too large shows as a reset more often than as a 413 (row 25); a second one would too.
            return Verdict.of(Outcome.FAILED_INPUT, "oversize_reset")
        case Stage.SENDING:
            # Nobody can act on half a JSON document: it did not reach the model, so a second try is safe.
            return Verdict.of(Outcome.FAILED_NETWORK, "upload_cut")
        case _:
            reason = {"TimedOut": "timeout", "NotHTTP": "not_http"}.get(kind, "connection_lost")
            return Verdict.of(Outcome.OUTCOME_UNKNOWN, reason)


def _after_error(evidence: Evidence, now: datetime) -> Verdict:
    """Rows 21 to 31, where the status alone may mislead: a 429 can be a bad picture or an empty account.

    Only the excerpt is asked for more, never a reading: so the verdict agrees with the charge that came before it.
    """
    status = evidence.http_status
    assert status is not None
    words = error_words_in(evidence.error_excerpt)
    if "quota" in words.code.lower():
        # `insufficient_user_quota`, and `pre_consume_token_quota_failed` of the gateway's family, with any status.
        return Verdict.of(Outcome.FAILED_BALANCE, words.code)
    if _TIMED_OUT_UPSTREAM in words.message.lower():
        return Verdict.of(Outcome.OUTCOME_UNKNOWN, "upstream_timeout")
    if status == 500 and words.code == "write_response_body_failed":
        return Verdict.of(Outcome.FAILED_DELIVERY, words.code)
    if status == 429 and words.type == "invalid_request_error":
        return Verdict.of(Outcome.FAILED_INPUT, words.type)
    if status == 400 and _SIGNATURE.search(words.message):
        return Verdict.of(Outcome.HISTORY_ERROR, "thought_signature")
    if status == 400:
        about = (reason for pattern, reason in _BAD_INPUTS if pattern.search(words.message))
        return Verdict.of(Outcome.FAILED_INPUT, next(about, "http_400"))
    outcome = STATUS_OUTCOMES.get(status, Outcome.OUTCOME_UNKNOWN)
    return Verdict.of(
        outcome,
        "redirect" if 300 <= status < 400 else f"http_{status}",
        delays=_RESTART_DELAYS if status == 502 else None,
        retry_after=retry_after_seconds(evidence.headers, now),
    )


def _after_cut(evidence: Evidence) -> Verdict:
    """Row 16: the status promised an answer, and it did not come whole."""
    reason = {"AnswerTooLarge": "answer_too_large", "WorkerLost": "worker_lost"}.get(evidence.error_kind, "answer_cut")
    return Verdict.of(Outcome.DELIVERY_LOST, reason)


def _with_images(reading: Reading) -> Verdict:
    """Rows 1, 2, 3, 13 and 15: a picture outweighs whatever else the answer says."""
    if any(image.path is None for image in reading.images):
        return Verdict.of(Outcome.DELIVERY_PENDING, "link")
    return verdict_for_pictures(reading)


def verdict_for_pictures(reading: Reading) -> Verdict:
    """The verdict once all pictures of the answer are here, its links followed."""
    if reading.only_thoughts:
        return Verdict.of(Outcome.DELIVERED_WITH_WARNING, "only_thoughts")
    if reading.unreadable_images:
        return Verdict.of(Outcome.DELIVERED_WITH_WARNING, "unreadable_image")
    if reading.finish_reason != "STOP":
        return Verdict.of(Outcome.DELIVERED_WITH_WARNING, reading.finish_reason or "no_finish_reason")
    if reading.images_left_out:
        return Verdict.of(Outcome.DELIVERED_WITH_WARNING, "images_left_out")
    return Verdict.of(Outcome.DELIVERED, "STOP")


def _without_images(reading: Reading) -> Verdict:
    """Rows 4 to 12, in the order in which the reasons outweigh each other."""
    if not reading.readable:
        return Verdict.of(Outcome.PROVIDER_FAULT, "unreadable_answer")
    if reading.block_reason:
        return Verdict.of(Outcome.REFUSED_PROMPT, reading.block_reason)
    # A reason we know says more than a part that is no picture: it was filtered, or cut off at the token limit.
    if reading.unreadable_images and reading.finish_reason not in FINISH_OUTCOMES:
        return Verdict.of(Outcome.CORRUPT_RESULT, "unreadable_image")
    if not reading.candidate_count:
        # Blocked answers count their thoughts twice, so zero is not the only sign of nothing.
        made_nothing = reading.usage.candidates_tokens in (0, reading.usage.thoughts_tokens)
        if reading.is_envelope and made_nothing:
            return Verdict.of(Outcome.REFUSED_PROMPT, "no_candidates")
        return Verdict.of(Outcome.PROVIDER_FAULT, reading.error_code or "empty_answer")
    if reading.finish_reason == "STOP":
        if reading.model_text:
            return Verdict.of(Outcome.REFUSED_TEXT, "text_only")
        return Verdict.of(Outcome.PROVIDER_FAULT, "empty_answer")
    outcome = FINISH_OUTCOMES.get(reading.finish_reason, Outcome.PROVIDER_FAULT)
    reason = reading.finish_reason or "no_finish_reason"
    if outcome is Outcome.HISTORY_ERROR:
        # Unlike the 400 of the same name this one was answered with 200, so it may be paid: no machine repeats it.
        return Verdict.of(outcome, reason, charge=Charge.PRESUMED, retry=Retry.MANUAL)
    return Verdict.of(outcome, reason)
