"""The decision table, all 32 rows of it: what was observed, what it means, what it costs, and what people are told."""

import re
from typing import Any

import pytest

from studio.provider.answer import Reading, Usage
from studio.provider.classify import Verdict, classify, verdict_for_lost_download, verdict_for_lost_worker
from studio.provider.evidence import Evidence, Stage
from studio.provider.outcome import RULES, Charge, Outcome, Retry

from .documents import gateway_error, google_error
from .test_classify import LOOK_ALIKE, QUOTA, UPSTREAM, WRITE_FAILED, failed, image, read, whole

YES, PRESUMED, NO = Charge.CHARGED, Charge.PRESUMED, Charge.NONE
NEVER, BY_HAND, BY_ITSELF = Retry.NEVER, Retry.MANUAL, Retry.AUTO
NOTHING: dict[str, Any] = {"candidate_count": 0, "finish_reason": ""}


def answered(reading: Reading, **more: Any) -> Verdict:
    return classify(whole(**more), reading)


def reason(word: str, **more: Any) -> Verdict:
    return answered(read(finish_reason=word, **more))


def stopped(stage: Stage, error: str, *, status: int | None = None, size: int = 0) -> Verdict:
    return classify(Evidence(stage=stage, http_status=status, error=error, bytes_to_send=size), None)


def error(status: int, body: bytes = b"") -> Verdict:
    return classify(failed(status, body), None)


ONE = (image(),)
PROBABLY = "probably charged"
MAYBE = "may have been charged"
NOT_CHARGED = "othing was charged"

type Meaning = tuple[Outcome, str, Charge, Retry, tuple[int, ...]]
"""The outcome, the generation's status in the end, what it cost, whether it is tried again, and after how long."""

TABLE: dict[int, Meaning] = {
    1: (Outcome.DELIVERED, "succeeded", YES, NEVER, ()),
    2: (Outcome.DELIVERED_WITH_WARNING, "succeeded", YES, BY_HAND, ()),
    3: (Outcome.DELIVERED_WITH_WARNING, "succeeded", YES, BY_HAND, ()),
    4: (Outcome.REFUSED_TEXT, "refused", PRESUMED, NEVER, ()),
    5: (Outcome.REFUSED_PROMPT, "refused", PRESUMED, NEVER, ()),
    6: (Outcome.REFUSED_PROMPT, "refused", PRESUMED, NEVER, ()),
    7: (Outcome.REFUSED_OUTPUT, "refused", PRESUMED, BY_HAND, ()),
    8: (Outcome.REFUSED_PROMPT, "refused", PRESUMED, NEVER, ()),
    9: (Outcome.NO_IMAGE, "refused", PRESUMED, BY_HAND, ()),
    10: (Outcome.TRUNCATED, "refused", PRESUMED, BY_HAND, ()),
    11: (Outcome.PROVIDER_FAULT, "refused", PRESUMED, BY_HAND, ()),
    12: (Outcome.CORRUPT_RESULT, "refused", YES, BY_HAND, ()),
    13: (Outcome.DELIVERY_PENDING, "succeeded", YES, BY_ITSELF, ()),  # the download alone
    14: (Outcome.DELIVERY_LOST, "refused", YES, BY_HAND, ()),
    15: (Outcome.DELIVERED, "succeeded", YES, NEVER, ()),
    16: (Outcome.DELIVERY_LOST, "refused", PRESUMED, BY_HAND, ()),
    17: (Outcome.OUTCOME_UNKNOWN, "unknown", PRESUMED, BY_HAND, ()),
    # 18, cancelled too late: a call that was sent goes on, to whichever row it ends in (test_outcomes.py).
    19: (Outcome.CANCELLED, "cancelled", NO, BY_HAND, ()),
    20: (Outcome.FAILED_NETWORK, "failed", NO, BY_ITSELF, (5, 15)),
    21: (Outcome.FAILED_INPUT, "failed", NO, NEVER, ()),
    22: (Outcome.HISTORY_ERROR, "failed", NO, BY_ITSELF, (0, 0)),  # without signatures, then without a history
    23: (Outcome.FAILED_CONFIG, "failed", NO, NEVER, ()),
    24: (Outcome.FAILED_BALANCE, "failed", NO, BY_HAND, ()),
    25: (Outcome.FAILED_INPUT, "failed", NO, NEVER, ()),
    26: (Outcome.FAILED_BUSY, "failed", NO, BY_ITSELF, (5, 15, 45)),
    27: (Outcome.FAILED_INPUT, "failed", NO, NEVER, ()),
    28: (Outcome.FAILED_DELIVERY, "failed", NO, BY_ITSELF, (30, 30)),
    29: (Outcome.PROVIDER_ERROR, "failed", NO, BY_ITSELF, (15,)),
    30: (Outcome.FAILED_BUSY, "failed", NO, BY_ITSELF, (30, 60)),
    31: (Outcome.OUTCOME_UNKNOWN, "unknown", PRESUMED, BY_HAND, ()),
    32: (Outcome.OUTCOME_UNKNOWN, "unknown", PRESUMED, BY_HAND, ()),
}

BLOCKED = (
    "SAFETY",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "IMAGE_SAFETY",
    "MODEL_ARMOR",
    "JAILBREAK",
    "A_NEW_ONE",
)
FAULTS = (
    "OTHER",
    "FINISH_REASON_UNSPECIFIED",
    "MALFORMED_FUNCTION_CALL",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MALFORMED_RESPONSE",
    "MODEL_ARMOR",
    "ESCALATION",
    "CONTINUATION",
    "A_NEW_ONE",
)
WRONG_SETTING = google_error(400, "Invalid value at 'generation_config.image_config'")
WRONG_PICTURE = google_error(400, "Unable to process input image.")
WRONG_SIGNATURE = google_error(400, "Corrupted thought signature.")

OBSERVED: list[tuple[int, str, Verdict, str]] = [
    # row, what came, what it was taken for, and what has to stand in the sentence for people
    (1, "one picture", answered(read(images=ONE)), "is here"),
    (1, "several", answered(read(images=ONE * 3)), "is here"),
    (2, "another reason", reason("MAX_TOKENS", images=ONE), "incomplete"),
    (2, "no reason", reason("", images=ONE), "incomplete"),
    (3, "a thought", answered(read(images=ONE, only_thoughts=True)), "sketch"),
    (4, "words", answered(read(model_text="I cannot.")), MAYBE),
    (5, "null candidates", answered(read(**NOTHING)), "content check"),
    (5, "zero output", answered(read(**NOTHING, usage=Usage(271, 0, 0, 271))), MAYBE),
    (5, "mirrored output", answered(read(**NOTHING, usage=Usage(464, 291, 291, 755))), MAYBE),
    *((6, word, answered(read(**NOTHING, block_reason=word)), MAYBE) for word in BLOCKED),
    (7, "safety", reason("IMAGE_SAFETY"), "another try may pass, but costs again"),
    (7, "prohibited", reason("IMAGE_PROHIBITED_CONTENT"), "another try may pass, but costs again"),
    (7, "recitation", reason("IMAGE_RECITATION"), "another try may pass, but costs again"),
    (8, "prohibited", reason("PROHIBITED_CONTENT"), "use policy"),
    (8, "safety", reason("SAFETY"), "unsafe"),
    (8, "recitation", reason("RECITATION"), "a work of somebody else"),
    (8, "blocklist", reason("BLOCKLIST"), "on a list"),
    (8, "personal data", reason("SPII"), "personal data"),
    (8, "language", reason("LANGUAGE"), "language"),
    (9, "no image", reason("NO_IMAGE"), "Ask clearly"),
    (9, "other", reason("IMAGE_OTHER"), "Ask clearly"),
    (10, "no picture", reason("MAX_TOKENS"), "raise or drop the limit"),
    *((11, word, reason(word), "nothing usable") for word in FAULTS),
    (11, "no reason", reason(""), "nothing usable"),
    (11, "PUP", reason("PUP_LIMITED_DISABLED"), "an admin has to look"),
    (11, "empty parts", answered(read()), "nothing usable"),
    (11, "no JSON", answered(Reading()), "nothing usable"),
    (12, "no picture", answered(read(unreadable_images=1)), "cannot be read"),
    (13, "a link", answered(read(images=(image("https://x"),))), "still being fetched"),
    (14, "expired", verdict_for_lost_download(403), "link had expired"),
    (14, "gone", verdict_for_lost_download(None), "could not be fetched"),
    (15, "hangs when whole", answered(read(images=ONE), closed_early=True), "is here"),
    (16, "cut", stopped(Stage.ANSWERING, "AnswerCut: no end", status=200), MAYBE),
    (16, "reset", stopped(Stage.ANSWERING, "ConnectionLost: x", status=200), MAYBE),
    (17, "silence", stopped(Stage.SENT, "TimedOut: no byte"), PROBABLY),
    (17, "reset", stopped(Stage.SENT, "ConnectionLost: x"), PROBABLY),
    (19, "cancelled in time", Verdict.of(Outcome.CANCELLED, "cancelled"), NOT_CHARGED),
    (20, "nobody there", stopped(Stage.NOT_CONNECTED, "NotConnected: x"), NOT_CHARGED),
    (20, "no TLS", stopped(Stage.CONNECTED, "TimedOut: x"), NOT_CHARGED),
    (21, "a setting", error(400, WRONG_SETTING), "size or aspect ratio"),
    (21, "a picture", error(400, WRONG_PICTURE), "input picture"),
    (21, "anything else", error(400), NOT_CHARGED),
    (22, "signature", error(400, WRONG_SIGNATURE), "follow on"),
    *((23, str(status), error(status), NOT_CHARGED) for status in (401, 403, 404)),
    *((24, str(status), error(status, QUOTA), "balance") for status in (402, 403, 429)),
    (25, "413", error(413), "too large"),
    (25, "reset", stopped(Stage.SENDING, "ConnectionLost: x", size=90_000_000), "too large"),
    *((26, str(status), error(status), "busy") for status in (429, 503)),
    (27, "look-alike", error(429, LOOK_ALIKE), "input picture"),
    (28, "not delivered", error(500, WRITE_FAILED), NOT_CHARGED),
    (29, "other 500", error(500, gateway_error("x")), "Nothing should have been charged"),
    (30, "502", error(502), "restarting"),
    *((31, str(status), error(status), PROBABLY) for status in (504, 408, 499)),
    (31, "524", error(524), "admin should change the address"),
    (31, "upstream", error(500, UPSTREAM), PROBABLY),
    (32, "worker lost", verdict_for_lost_worker(None), "may have been charged"),
]
NAMES = [f"row {number} {what}" for number, what, _, _ in OBSERVED]


@pytest.mark.parametrize(("number", "what", "verdict", "said"), OBSERVED, ids=NAMES)
def test_a_row_of_the_decision_table(number: int, what: str, verdict: Verdict, said: str) -> None:
    status = RULES[verdict.outcome].status
    found = (verdict.outcome, status, verdict.charge, verdict.retry, verdict.retry_delays_seconds)
    assert found == TABLE[number]
    assert said in verdict.detail
    # Google promises in its answers that blocked pictures are free. They are not, and no sentence says so.
    says_free = re.search(r"not (be )?charged|nothing (was|should)|free", verdict.detail, re.IGNORECASE)
    assert not says_free or verdict.charge is NO


def test_no_row_is_missing() -> None:
    assert {number for number, *_ in OBSERVED} == set(TABLE) == set(range(1, 33)) - {18}
