"""What a call meant, row by row of the decision table."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.answer import AnswerImage, ImageRole, Reading, Usage
from studio.provider.classify import (
    FINISH_OUTCOMES,
    STATUS_OUTCOMES,
    Verdict,
    charge_at_answer,
    classify,
    verdict_for_lost_download,
    verdict_for_lost_worker,
    verdict_for_pictures,
)
from studio.provider.details import DETAILS, DETAILS_BY_REASON, detail_for
from studio.provider.evidence import Evidence, Stage
from studio.provider.outcome import RULES, Charge, Outcome, Retry
from studio.provider.spool import PartialAnswer

from .documents import gateway_error, google_error

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
PAID = {Charge.CHARGED, Charge.PRESUMED}

FREE, SURE, MAYBE = Charge.NONE, Charge.CHARGED, Charge.PRESUMED
NEVER, MANUAL, AUTO = Retry.NEVER, Retry.MANUAL, Retry.AUTO


def whole(**more: Any) -> Evidence:
    return Evidence(stage=Stage.COMPLETE, http_status=200, **more)


def failed(
    status: int, body: bytes = b"", stage: Stage = Stage.COMPLETE, headers: dict[str, str] | None = None
) -> Evidence:
    return Evidence(stage=stage, http_status=status, headers=headers or {}, error_excerpt=body.decode())


def image(url: str | None = None, role: ImageRole = ImageRole.PRIMARY) -> AnswerImage:
    path = None if url else Path("part-0.bin")
    return AnswerImage(role, path, url, None if url else "image/png", "image/png", "ab", 9, 0)


def read(**more: Any) -> Reading:
    plain = {"finish_reason": "STOP", "candidate_count": 1, "is_envelope": True, "readable": True}
    return Reading(**{**plain, **more})


def told(verdict: Verdict) -> tuple[Outcome, Charge, Retry, str]:
    return verdict.outcome, verdict.charge, verdict.retry, verdict.reason


O = Outcome  # noqa: E741

# ── 200: rows 1 to 16 ──────────────────────────────────────────────────────────────────────────────

NONE_MADE: dict[str, Any] = {"candidate_count": 0, "finish_reason": ""}
BLOCKED = Usage(464, 291, 291, 755)

ANSWERED = [
    # row, what the answer says, what it means
    ("1", read(images=(image(),)), (O.DELIVERED, SURE, NEVER, "STOP")),
    ("1", read(images=(image(), image()), model_text="Step 1"), (O.DELIVERED, SURE, NEVER, "STOP")),
    ("2", read(images=(image(),), finish_reason="MAX_TOKENS"), (O.DELIVERED_WITH_WARNING, SURE, MANUAL, "MAX_TOKENS")),
    ("2", read(images=(image(),), finish_reason=""), (O.DELIVERED_WITH_WARNING, SURE, MANUAL, "no_finish_reason")),
    ("2", read(images=(image(),), block_reason="SAFETY"), (O.DELIVERED, SURE, NEVER, "STOP")),
    ("2", read(images=(image(),), images_left_out=9), (O.DELIVERED_WITH_WARNING, SURE, MANUAL, "images_left_out")),
    ("3", read(images=(image(),), only_thoughts=True), (O.DELIVERED_WITH_WARNING, SURE, MANUAL, "only_thoughts")),
    ("4", read(model_text="I cannot."), (O.REFUSED_TEXT, MAYBE, NEVER, "text_only")),
    ("5", read(**NONE_MADE), (O.REFUSED_PROMPT, MAYBE, NEVER, "no_candidates")),
    ("5", read(**NONE_MADE, usage=Usage(271, 0, 0, 271)), (O.REFUSED_PROMPT, MAYBE, NEVER, "no_candidates")),
    ("5", read(**NONE_MADE, usage=BLOCKED), (O.REFUSED_PROMPT, MAYBE, NEVER, "no_candidates")),
    ("5", read(**NONE_MADE, usage=Usage(1, 2, 0, 3)), (O.PROVIDER_FAULT, MAYBE, MANUAL, "empty_answer")),
    ("6", read(**NONE_MADE, block_reason="JAILBREAK"), (O.REFUSED_PROMPT, MAYBE, NEVER, "JAILBREAK")),
    ("7", read(finish_reason="IMAGE_SAFETY", usage=BLOCKED), (O.REFUSED_OUTPUT, MAYBE, MANUAL, "IMAGE_SAFETY")),
    ("7", read(finish_reason="IMAGE_RECITATION"), (O.REFUSED_OUTPUT, MAYBE, MANUAL, "IMAGE_RECITATION")),
    ("7", read(finish_reason="IMAGE_SAFETY", unreadable_images=1), (O.REFUSED_OUTPUT, MAYBE, MANUAL, "IMAGE_SAFETY")),
    ("8", read(finish_reason="PROHIBITED_CONTENT"), (O.REFUSED_PROMPT, MAYBE, NEVER, "PROHIBITED_CONTENT")),
    ("8", read(finish_reason="SAFETY", model_text="No."), (O.REFUSED_PROMPT, MAYBE, NEVER, "SAFETY")),
    ("8", read(finish_reason="LANGUAGE"), (O.REFUSED_PROMPT, MAYBE, NEVER, "LANGUAGE")),
    ("9", read(finish_reason="NO_IMAGE"), (O.NO_IMAGE, MAYBE, MANUAL, "NO_IMAGE")),
    ("9", read(finish_reason="IMAGE_OTHER"), (O.NO_IMAGE, MAYBE, MANUAL, "IMAGE_OTHER")),
    ("10", read(finish_reason="MAX_TOKENS"), (O.TRUNCATED, MAYBE, MANUAL, "MAX_TOKENS")),
    ("11", read(), (O.PROVIDER_FAULT, MAYBE, MANUAL, "empty_answer")),
    ("11", read(finish_reason="PUP_LIMITED_DISABLED"), (O.PROVIDER_FAULT, MAYBE, MANUAL, "PUP_LIMITED_DISABLED")),
    ("11", read(finish_reason="A_NEW_ONE"), (O.PROVIDER_FAULT, MAYBE, MANUAL, "A_NEW_ONE")),
    ("11", read(finish_reason="", model_text="x"), (O.PROVIDER_FAULT, MAYBE, MANUAL, "no_finish_reason")),
    ("11", Reading(), (O.PROVIDER_FAULT, MAYBE, MANUAL, "unreadable_answer")),
    ("11", Reading(readable=True), (O.PROVIDER_FAULT, MAYBE, MANUAL, "empty_answer")),
    ("11", Reading(readable=True, error_code="oops"), (O.PROVIDER_FAULT, MAYBE, MANUAL, "oops")),
    ("10", read(finish_reason="MAX_TOKENS", unreadable_images=1), (O.TRUNCATED, MAYBE, MANUAL, "MAX_TOKENS")),
    ("12", read(unreadable_images=1, finish_reason=""), (O.CORRUPT_RESULT, SURE, MANUAL, "unreadable_image")),
    ("12", read(unreadable_images=1), (O.CORRUPT_RESULT, SURE, MANUAL, "unreadable_image")),
    ("12", read(images=(image(),), unreadable_images=1), (O.DELIVERED_WITH_WARNING, SURE, MANUAL, "unreadable_image")),
    ("13", read(images=(image("https://x"),)), (O.DELIVERY_PENDING, SURE, AUTO, "link")),
    ("13", read(images=(image(), image("https://x"))), (O.DELIVERY_PENDING, SURE, AUTO, "link")),
    (
        "22",
        read(finish_reason="MISSING_THOUGHT_SIGNATURE"),
        (O.HISTORY_ERROR, MAYBE, MANUAL, "MISSING_THOUGHT_SIGNATURE"),
    ),
]


@pytest.mark.parametrize(("row", "reading", "meaning"), ANSWERED)
def test_a_whole_answer(row: str, reading: Reading, meaning: tuple[Outcome, Charge, Retry, str]) -> None:
    assert told(classify(whole(), reading)) == meaning


def test_a_connection_that_hung_after_a_whole_answer_changes_nothing() -> None:  # row 15
    verdict = classify(whole(closed_early=True, images_seen=1), read(images=(image(),)))
    assert told(verdict) == (O.DELIVERED, SURE, NEVER, "STOP")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("ConnectionLost: peer closed", "answer_cut"),
        ("TimedOut: no byte came in time", "answer_cut"),
        ("AnswerCut: the JSON has no end", "answer_cut"),
        ("AnswerTooLarge: too many pictures", "answer_too_large"),
    ],
)
def test_an_answer_that_did_not_come_whole(error: str, reason: str) -> None:  # row 16
    evidence = Evidence(stage=Stage.ANSWERING, http_status=200, error=error, images_seen=1)
    assert told(classify(evidence, None)) == (O.DELIVERY_LOST, MAYBE, MANUAL, reason)


def test_an_answer_that_nobody_read_is_lost() -> None:
    assert classify(whole(), None).outcome is O.DELIVERY_LOST


@pytest.mark.parametrize(
    ("reading", "outcome", "reason"),
    [
        (read(), O.DELIVERED, "STOP"),
        (read(finish_reason="MAX_TOKENS"), O.DELIVERED_WITH_WARNING, "MAX_TOKENS"),
        (read(only_thoughts=True), O.DELIVERED_WITH_WARNING, "only_thoughts"),
    ],
)
def test_a_link_that_was_followed_is_a_picture_like_any_other(reading: Reading, outcome: Outcome, reason: str) -> None:
    verdict = verdict_for_pictures(replace(reading, images=(image("https://x"),)))
    assert (verdict.outcome, verdict.reason, verdict.charge) == (outcome, reason, SURE)


def test_a_link_that_expired_was_paid_all_the_same() -> None:  # row 14
    assert told(verdict_for_lost_download(403)) == (O.DELIVERY_LOST, SURE, MANUAL, "link_expired")
    assert told(verdict_for_lost_download(None)) == (O.DELIVERY_LOST, SURE, MANUAL, "download_failed")


# ── No answer: rows 17, 20, 32 ─────────────────────────────────────────────────────────────────────

NOT_ANSWERED = [
    (Stage.NOT_CONNECTED, "NotConnected: refused", (O.FAILED_NETWORK, FREE, AUTO, "not_connected")),
    (Stage.NOT_CONNECTED, "TimedOut: the time", (O.FAILED_NETWORK, FREE, AUTO, "not_connected")),
    (
        Stage.NOT_CONNECTED,
        "NotConnected: [SSL: CERTIFICATE_VERIFY_FAILED]",
        (O.FAILED_NETWORK, FREE, NEVER, "certificate"),
    ),
    (Stage.NOT_CONNECTED, "SpoolFull: 3 bytes free", (O.FAILED_NETWORK, FREE, AUTO, "spool")),
    (Stage.NOT_CONNECTED, "FileExistsError: x", (O.FAILED_NETWORK, FREE, AUTO, "spool")),
    (Stage.CONNECTED, "TimedOut: x", (O.FAILED_NETWORK, FREE, AUTO, "not_connected")),
    (Stage.SENDING, "ConnectionLost: reset", (O.FAILED_NETWORK, FREE, AUTO, "upload_cut")),
    (Stage.SENDING, "TimedOut: does not read", (O.FAILED_NETWORK, FREE, AUTO, "upload_cut")),
    (Stage.SENDING, "InputChanged: shorter", (O.FAILED_INPUT, FREE, NEVER, "input_changed")),
    (Stage.SENT, "TimedOut: no byte came in time", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "timeout")),
    (Stage.SENT, "ConnectionLost: reset", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "connection_lost")),
    (Stage.SENT, "NotHTTP: illegal", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "not_http")),
    (Stage.SENT, "Odd: whatever", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "connection_lost")),
]


@pytest.mark.parametrize(("stage", "error", "meaning"), NOT_ANSWERED)
def test_no_status_line(stage: Stage, error: str, meaning: tuple[Outcome, Charge, Retry, str]) -> None:
    evidence = Evidence(stage=stage, error=error)
    assert told(classify(evidence, None)) == meaning
    assert charge_at_answer(evidence) is meaning[1]


@pytest.mark.parametrize(("size_bytes", "reason"), [(43_000_000, "upload_cut"), (43_000_001, "oversize_reset")])
def test_a_very_large_request_that_is_hung_up_on_is_not_sent_again(size_bytes: int, reason: str) -> None:  # row 25
    evidence = Evidence(stage=Stage.SENDING, error="ConnectionLost: reset", bytes_to_send=size_bytes)
    verdict = classify(evidence, None)
    assert (verdict.charge, verdict.reason) == (FREE, reason)
    assert (verdict.retry is NEVER) == (reason == "oversize_reset")


@pytest.mark.parametrize(
    ("left", "meaning"),
    [
        (None, (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "worker_lost")),
        (PartialAnswer(None, {}, 0, 0), (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "worker_lost")),
        (PartialAnswer(200, {}, 9_000, 1), (O.DELIVERY_LOST, MAYBE, MANUAL, "worker_lost")),
        (PartialAnswer(503, {}, 9, 0), (O.FAILED_BUSY, FREE, AUTO, "http_503")),
        (PartialAnswer(504, {}, 9, 0), (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_504")),
    ],
)
def test_a_worker_that_died_during_a_call(
    left: PartialAnswer | None, meaning: tuple[Outcome, Charge, Retry, str]
) -> None:
    assert told(verdict_for_lost_worker(left)) == meaning


# ── Errors: rows 21 to 31 ──────────────────────────────────────────────────────────────────────────

QUOTA = gateway_error("insufficient_user_quota", "user quota 1200 is below the hold 45000")
WRITE_FAILED = gateway_error("write_response_body_failed", "write tcp: connection reset by peer")
LOOK_ALIKE = b'{"error":{"message":"content does not match the MIME type","type":"invalid_request_error","code":429}}'
UPSTREAM = gateway_error("x", "Upstream model timed out")
SIGNATURE = google_error(400, "Corrupted thought signature.")

REFUSED = [
    # row, status, body, what it means, delays
    ("21", 400, google_error(400, "Invalid value"), (O.FAILED_INPUT, FREE, NEVER, "http_400"), ()),
    (
        "21",
        400,
        google_error(400, "Invalid value at 'generation_config.image_config'"),
        (O.FAILED_INPUT, FREE, NEVER, "image_config"),
        (),
    ),
    ("21", 400, google_error(400, "Thinking level HIGH is not"), (O.FAILED_INPUT, FREE, NEVER, "thinking_config"), ()),
    ("21", 400, google_error(400, "Search as tool is not"), (O.FAILED_INPUT, FREE, NEVER, "web_search"), ()),
    ("21", 400, google_error(400, "Unsupported MIME type"), (O.FAILED_INPUT, FREE, NEVER, "input_image"), ()),
    ("21", 400, b"", (O.FAILED_INPUT, FREE, NEVER, "http_400"), ()),
    ("22", 400, SIGNATURE, (O.HISTORY_ERROR, FREE, AUTO, "thought_signature"), (0, 0)),
    (
        "22",
        400,
        google_error(400, "missing thoughtSignature"),
        (O.HISTORY_ERROR, FREE, AUTO, "thought_signature"),
        (0, 0),
    ),
    ("23", 401, b'{"error":{"message":"bad key"}}', (O.FAILED_CONFIG, FREE, NEVER, "http_401"), ()),
    ("23", 403, b"<html>", (O.FAILED_CONFIG, FREE, NEVER, "http_403"), ()),
    ("23", 404, b"Invalid URL", (O.FAILED_CONFIG, FREE, NEVER, "http_404"), ()),
    ("24", 403, QUOTA, (O.FAILED_BALANCE, FREE, MANUAL, "insufficient_user_quota"), ()),
    ("24", 429, QUOTA, (O.FAILED_BALANCE, FREE, MANUAL, "insufficient_user_quota"), ()),
    ("24", 500, QUOTA[:90] + b"...", (O.PROVIDER_ERROR, FREE, AUTO, "http_500"), (15,)),
    ("24", 429, b"[" + QUOTA + b"]", (O.FAILED_BALANCE, FREE, MANUAL, "insufficient_user_quota"), ()),
    (
        "24",
        403,
        gateway_error("pre_consume_token_quota_failed"),
        (O.FAILED_BALANCE, FREE, MANUAL, "pre_consume_token_quota_failed"),
        (),
    ),
    ("25", 413, b"", (O.FAILED_INPUT, FREE, NEVER, "http_413"), ()),
    ("26", 429, gateway_error("rate_limit"), (O.FAILED_BUSY, FREE, AUTO, "http_429"), (5, 15, 45)),
    ("26", 429, b"", (O.FAILED_BUSY, FREE, AUTO, "http_429"), (5, 15, 45)),
    ("26", 503, b"", (O.FAILED_BUSY, FREE, AUTO, "http_503"), (5, 15, 45)),
    ("27", 429, LOOK_ALIKE, (O.FAILED_INPUT, FREE, NEVER, "invalid_request_error"), ()),
    ("27", 429, LOOK_ALIKE[:-5], (O.FAILED_INPUT, FREE, NEVER, "invalid_request_error"), ()),
    ("28", 500, WRITE_FAILED, (O.FAILED_DELIVERY, FREE, AUTO, "write_response_body_failed"), (30, 30)),
    ("29", 500, google_error(500, "internal", "INTERNAL"), (O.PROVIDER_ERROR, FREE, AUTO, "http_500"), (15,)),
    ("29", 500, b"", (O.PROVIDER_ERROR, FREE, AUTO, "http_500"), (15,)),
    ("30", 502, b"", (O.FAILED_BUSY, FREE, AUTO, "http_502"), (30, 60)),
    ("31", 504, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_504"), ()),
    ("31", 500, UPSTREAM, (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "upstream_timeout"), ()),
    ("31", 502, UPSTREAM, (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "upstream_timeout"), ()),
    ("31", 429, UPSTREAM, (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "upstream_timeout"), ()),
    ("31", 408, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_408"), ()),
    ("31", 499, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_499"), ()),
    ("31", 524, b"<html>A timeout occurred", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_524"), ()),
    ("other", 302, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "redirect"), ()),
    ("other", 418, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_418"), ()),
    ("other", 520, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_520"), ()),
    ("other", 101, b"", (O.OUTCOME_UNKNOWN, MAYBE, MANUAL, "http_101"), ()),
]


@pytest.mark.parametrize(("row", "status", "body", "meaning", "delays"), REFUSED)
def test_an_error_of_the_other_side(
    row: str, status: int, body: bytes, meaning: tuple[Outcome, Charge, Retry, str], delays: tuple[int, ...]
) -> None:
    verdict = classify(failed(status, body), None)
    assert told(verdict) == meaning
    assert verdict.retry_delays_seconds == delays
    assert charge_at_answer(failed(status, body)) is meaning[1]
    assert told(classify(failed(status, body, Stage.ANSWERING), None)) == meaning


def test_a_reading_cannot_overrule_the_excerpt_of_an_error() -> None:
    reading = Reading(readable=True, error_code="insufficient_user_quota")
    assert classify(failed(504), reading).outcome is O.OUTCOME_UNKNOWN


# ── Retry-After ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 1),
        ("-1", 1),
        ("120", 120),
        ("121", 120),
        ("99999999999", 120),
        ("9" * 30, None),
        ("tomorrow", None),
        ("", None),
        ("7.5", None),
        ("\N{ARABIC-INDIC DIGIT SEVEN}", 7),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 1),
        ("Sun, 22 Nov 2099 12:00:00 GMT", 120),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_when_to_come_back(value: str, seconds: int | None) -> None:
    verdict = classify(failed(429, headers={"retry-after": value}), None, now=NOW)
    assert verdict.retry_after_seconds == seconds


def test_a_date_is_counted_from_the_clock_that_wrote_it() -> None:
    headers = {"retry-after": "Sun, 22 Nov 2020 12:00:30 GMT", "date": "Sun, 22 Nov 2020 12:00:00 GMT"}
    assert classify(failed(503, headers=headers), None, now=NOW).retry_after_seconds == 30


def test_a_wish_to_come_back_is_no_reason_to_pay_twice() -> None:
    assert classify(failed(504, headers={"retry-after": "7"}), None).retry_after_seconds is None


# ── The money, before anything is read ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("evidence", "charge"),
    [
        (whole(images_seen=1), SURE),
        (whole(images_seen=3, closed_early=True), SURE),
        (whole(images_seen=0), MAYBE),
        (Evidence(stage=Stage.ANSWERING, http_status=200, images_seen=1), MAYBE),
        (Evidence(stage=Stage.COMPLETE, http_status=204), MAYBE),
        (Evidence(stage=Stage.SENT), MAYBE),
        (Evidence(stage=Stage.SENDING), FREE),
        (Evidence(stage=Stage.CONNECTED), FREE),
        (Evidence(), FREE),
    ],
)
def test_the_charge_is_known_before_the_answer_is_read(evidence: Evidence, charge: Charge) -> None:
    assert charge_at_answer(evidence) is charge


evidences = st.builds(
    Evidence,
    stage=st.sampled_from(list(Stage)),
    http_status=st.one_of(st.none(), st.sampled_from([200, 204, 400, 429, 500, 503, 524]), st.integers(100, 999)),
    images_seen=st.integers(0, 3),
    error=st.sampled_from(["", "TimedOut: x", "ConnectionLost: x", "AnswerTooLarge: x", "Odd: x"]),
    error_excerpt=st.one_of(st.text(max_size=50), st.sampled_from([QUOTA, LOOK_ALIKE, UPSTREAM]).map(bytes.decode)),
)
readings = st.builds(
    read,
    images=st.sampled_from([(), (image(),), (image("https://x"),)]),
    finish_reason=st.one_of(st.sampled_from(["", "STOP", *FINISH_OUTCOMES]), st.text(max_size=80)),
    block_reason=st.sampled_from(["", "SAFETY"]),
    model_text=st.sampled_from(["", "no"]),
    readable=st.booleans(),
    candidate_count=st.integers(0, 2),
    unreadable_images=st.integers(0, 1),
)


@given(evidences, st.one_of(st.none(), readings))
def test_no_machine_repeats_what_may_have_been_paid(evidence: Evidence, reading: Reading | None) -> None:
    verdict = classify(evidence, reading, now=NOW)
    assert (verdict.retry is AUTO) <= (verdict.charge is FREE or verdict.outcome is O.DELIVERY_PENDING)
    assert (not verdict.retry_delays_seconds) or verdict.retry is AUTO
    assert verdict.charge in {FREE, SURE, MAYBE}
    assert len(verdict.reason) <= 64
    assert verdict.reason


@given(evidences, st.one_of(st.none(), readings))
def test_reading_an_answer_never_turns_paid_into_free_nor_free_into_paid(
    evidence: Evidence, reading: Reading | None
) -> None:
    assert (charge_at_answer(evidence) in PAID) == (classify(evidence, reading, now=NOW).charge in PAID)


@given(evidences)
def test_a_promise_of_an_answer_counts_whatever_follows(evidence: Evidence) -> None:
    if evidence.is_success:
        assert charge_at_answer(evidence) in PAID


# ── Tables are whole ───────────────────────────────────────────────────────────────────────────────


def test_every_outcome_has_a_rule_and_a_sentence() -> None:
    assert set(RULES) == set(DETAILS) == set(Outcome)


def test_every_sentence_is_one_that_people_can_read() -> None:
    for sentence in [*DETAILS.values(), *DETAILS_BY_REASON.values()]:
        assert sentence.endswith(".")
        assert sentence == sentence.strip()
        assert "_" not in sentence


@pytest.mark.parametrize("outcome", Outcome)
def test_a_sentence_says_that_nothing_was_charged_only_where_that_is_so(outcome: Outcome) -> None:
    sentences = [DETAILS[outcome]] + [text for (which, _), text in DETAILS_BY_REASON.items() if which is outcome]
    for sentence in sentences:
        assert ("Nothing" in sentence) <= (RULES[outcome].charge is FREE)


@pytest.mark.parametrize(
    ("outcome", "reason", "is_for_operator"),
    [
        (O.PROVIDER_FAULT, "PUP_LIMITED_DISABLED", True),
        (O.PROVIDER_FAULT, "OTHER", False),
        (O.TRUNCATED, "MAX_TOKENS", True),
        (O.FAILED_CONFIG, "http_401", True),
        (O.FAILED_BALANCE, "insufficient_user_quota", True),
        (O.OUTCOME_UNKNOWN, "http_524", True),
        (O.OUTCOME_UNKNOWN, "http_504", False),
        (O.REFUSED_OUTPUT, "IMAGE_SAFETY", False),
    ],
)
def test_what_only_an_admin_can_mend_is_told_to_one(outcome: Outcome, reason: str, is_for_operator: bool) -> None:
    verdict = Verdict.of(outcome, reason)
    assert verdict.is_for_operator is is_for_operator
    assert ("admin" in verdict.detail) >= (is_for_operator and outcome is not O.FAILED_BALANCE)


def test_only_free_statuses_have_a_free_outcome() -> None:
    assert all(RULES[outcome].charge is FREE for outcome in STATUS_OUTCOMES.values())


def test_an_unknown_reason_has_the_sentence_of_its_outcome() -> None:
    assert detail_for(O.PROVIDER_FAULT, "A_NEW_ONE") == DETAILS[O.PROVIDER_FAULT]
