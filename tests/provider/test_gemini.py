"""The paid call, against a peer that does whatever peers do."""

import gzip
import io
import logging
import os
import threading
import time
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from studio.provider.body import Body
from studio.provider.evidence import Evidence, Stage
from studio.provider.gateway import Gateway
from studio.provider.gemini import generate
from studio.provider.outcome import Charge, Outcome, Retry
from studio.provider.request import GenerationRequest, InputImage
from studio.provider.spool import Spool

from .conftest import ATTEMPT, KEY, Caller
from .documents import document, gateway_error, google_error, image_part, picture, text_part, to_bytes
from .peer import Manners, Peer, Talk, answers, says, self_signed, server_context

ONE_PICTURE = to_bytes(document(image_part(picture(1))))
LITE = GenerationRequest(model_key="lite", prompt="a fox")
QUICK = 0.003
"""Scales the 300 s that Lite may be silent to 0.9 s, and the whole call to 1.26 s."""


def head(body: bytes = b"", *, size: int | None = None, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body) if size is None else size}\r\n{more}\r\n".encode() + body


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + end


def pauses(seconds: float, *pieces: bytes) -> Manners:
    """Sends the pieces with a pause before each but the first, and then waits."""

    def manners(talk: Talk) -> None:
        talk.read_request()
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(seconds)
            talk.send(piece)
        talk.wait_until_left()

    return manners


# ── It works ───────────────────────────────────────────────────────────────────────────────────────


def test_one_picture_is_asked_for_and_delivered(call: Caller) -> None:
    with Peer(answers(ONE_PICTURE, headers="X-Request-Id: r-1\r\nSet-Cookie: a=b\r\nDate: now\r\n")) as peer:
        evidence = call(peer.base_url)
    assert evidence.stage is Stage.COMPLETE
    assert (evidence.http_status, evidence.images_seen, evidence.error) == (200, 1, "")
    assert evidence.headers == {"x-request-id": "r-1", "date": "now"}
    assert evidence.request_ids == {"x-request-id": "r-1"}
    assert not evidence.closed_early
    assert call.moments == ["before_send", "sent", "first_byte"]
    image = call.reading().images[0]
    assert image.path is not None
    assert image.path.read_bytes() == picture(1)
    assert call.verdict(evidence).outcome is Outcome.DELIVERED


def test_the_request_is_the_one_that_was_meant(call: Caller) -> None:
    request = GenerationRequest(
        model_key="nb2",
        prompt="two foxes",
        size="4K",
        images=(InputImage("image/jpeg", 100_000, open=lambda: io.BytesIO(bytes(100_000))),),
    )
    with Peer(answers(ONE_PICTURE)) as peer:
        evidence = call(peer.base_url + "/", request)
    received = peer.received[0]
    assert received.line == "POST /v1beta/models/gemini-3.1-flash-image-preview:generateContent HTTP/1.1"
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["accept-encoding"] == "identity"
    assert received.headers["x-nb-attempt"] == ATTEMPT
    assert int(received.headers["content-length"]) == len(received.body) == evidence.bytes_to_send
    assert received.body == b"".join(Body.of(request))


def test_times_follow_one_another(call: Caller) -> None:
    with Peer(answers(ONE_PICTURE)) as peer:
        evidence = call(peer.base_url)
    times = [
        evidence.connected_seconds,
        evidence.sent_seconds,
        evidence.first_byte_seconds,
        evidence.finished_seconds,
    ]
    known = [each for each in times if each is not None]
    assert len(known) == 4
    assert known == sorted(known)


def test_the_evidence_in_the_spool_is_the_evidence_of_the_call(call: Caller) -> None:
    with Peer(answers(ONE_PICTURE)) as peer:
        evidence = call(peer.base_url)
    assert call.answer is not None
    assert call.answer.evidence == evidence
    assert Evidence.from_json(evidence.to_json()) == evidence


@pytest.mark.parametrize("step", [1, 7, 1_000])
def test_pieces_of_any_size_make_the_same_answer(call: Caller, step: int) -> None:
    body = to_bytes(document(text_part("here"), image_part(picture(1, size_bytes=600)), text_part("there")))
    pieces = [body[at : at + step] for at in range(0, len(body), step)]
    with Peer(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(*pieces))) as peer:
        evidence = call(peer.base_url)
    assert evidence.is_complete
    assert not evidence.closed_early
    assert call.reading().model_text == "here\n\nthere"
    assert call.reading().images[0].size_bytes == 600


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("Identity", bytes)],
)
def test_an_answer_that_is_compressed_against_our_wish_is_still_a_picture(
    call: Caller, encoding: str, pack: type[bytes]
) -> None:
    with Peer(answers(pack(ONE_PICTURE), headers=f"Content-Encoding: {encoding}\r\n")) as peer:
        evidence = call(peer.base_url)
    assert call.verdict(evidence).outcome is Outcome.DELIVERED


def test_every_call_has_a_connection_of_its_own(call: Caller, spool: Spool) -> None:
    with Peer(answers(ONE_PICTURE)) as peer:
        for _ in range(3):
            call(peer.base_url)
            spool.forget(ATTEMPT)
    assert peer.connections == 3


# ── Before the send ────────────────────────────────────────────────────────────────────────────────


class LostClaim(Exception):
    pass


def test_a_lost_claim_stops_the_call_before_the_first_byte(call: Caller, spool: Spool) -> None:
    def lost() -> None:
        raise LostClaim

    heard = threading.Event()
    first: list[bytes] = []

    def listens(talk: Talk) -> None:
        first.append(talk.read_whatever_comes())
        heard.set()

    with Peer(listens) as peer:
        with pytest.raises(LostClaim):
            call(peer.base_url, before_send=lost)
        assert heard.wait(5)
    assert first == [b""]
    assert spool.attempt_ids() == ()


def test_before_send_is_called_when_the_connection_is_up_and_nothing_has_left(call: Caller) -> None:
    connected = threading.Event()

    def listens(talk: Talk) -> None:
        connected.set()
        talk.expect_silence(0.1)
        talk.read_request()
        talk.send(head(ONE_PICTURE))

    with Peer(listens) as peer:
        evidence = call(peer.base_url, before_send=lambda: time.sleep(0.3))
    assert connected.is_set()
    assert peer.errors == []
    assert evidence.is_complete


def test_nobody_there_is_not_sent(call: Caller, spool: Spool) -> None:
    with Peer(says()) as peer:
        gone = peer.base_url
    evidence = call(gone)
    assert (evidence.stage, evidence.http_status) == (Stage.NOT_CONNECTED, None)
    assert evidence.error.startswith("NotConnected: ")
    assert evidence.finished_seconds is not None
    assert call.moments == []
    assert spool.attempt_ids() == ()
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.retry) == (Outcome.FAILED_NETWORK, Charge.NONE, Retry.AUTO)


def test_a_peer_without_tls_gets_no_key(call: Caller) -> None:
    heard: list[bytes] = []

    def plain(talk: Talk) -> None:
        heard.append(talk.read_whatever_comes())
        talk.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with Peer(plain) as peer:
        evidence = call(peer.base_url.replace("http:", "https:"))
    assert evidence.stage is Stage.NOT_CONNECTED
    assert KEY.encode() not in heard[0]
    assert call.verdict(evidence).charge is Charge.NONE


def test_a_peer_that_cannot_prove_its_name_gets_no_key(call: Caller, tmp_path: Path) -> None:
    with Peer(answers(ONE_PICTURE), tls=server_context(self_signed(tmp_path))) as peer:
        evidence = call(peer.base_url)
    assert peer.received == []
    assert evidence.stage is Stage.NOT_CONNECTED
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.retry, verdict.reason) == (Outcome.FAILED_NETWORK, Retry.NEVER, "certificate")


def test_a_full_spool_stops_the_call_before_anything_else(tmp_path: Path) -> None:
    call = Caller(Spool(tmp_path / "spool", reserve_bytes=1 << 60))
    with Peer(answers(ONE_PICTURE)) as peer:
        evidence = call(peer.base_url)
    assert peer.received == []
    assert evidence.error.startswith("SpoolFull")
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.FAILED_NETWORK, Charge.NONE, "spool")


def test_an_attempt_is_never_sent_twice(call: Caller) -> None:
    with Peer(answers(ONE_PICTURE)) as peer:
        call(peer.base_url)
        again = call(peer.base_url)
    assert len(peer.received) == 1
    assert again.stage is Stage.NOT_CONNECTED


# ── While sending ──────────────────────────────────────────────────────────────────────────────────


def heavy(opened: BinaryIO | None = None, size_bytes: int = 6_000_000) -> GenerationRequest:
    images = [InputImage("image/png", size_bytes, open=lambda: opened or io.BytesIO(bytes(size_bytes)))]
    return GenerationRequest(model_key="lite", prompt="x", images=tuple(images * 3))


def test_a_peer_that_hangs_up_while_we_send_has_no_whole_request(call: Caller) -> None:
    def manners(talk: Talk) -> None:
        talk.read_head()
        talk.reset()

    with Peer(manners) as peer:
        evidence = call(peer.base_url, heavy())
    assert (evidence.stage, evidence.sent_seconds) == (Stage.SENDING, None)
    assert "sent" not in call.moments
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.FAILED_NETWORK, Charge.NONE, "upload_cut")


@pytest.mark.thorough
def test_a_peer_that_does_not_read_ends_the_call_in_time(call: Caller) -> None:
    with Peer(lambda talk: time.sleep(1)) as peer:
        evidence = call(peer.base_url, heavy(), timeout_scale=0.005)
    assert evidence.stage is Stage.SENDING
    assert evidence.error_kind == "TimedOut"
    assert call.verdict(evidence).charge is Charge.NONE


def test_an_input_that_shrank_ends_the_call_before_it_is_whole(call: Caller) -> None:
    with Peer(lambda talk: talk.wait_until_left()) as peer:
        evidence = call(peer.base_url, heavy(io.BytesIO(bytes(100))))
    assert (evidence.stage, evidence.error_kind) == (Stage.SENDING, "InputChanged")
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.retry) == (Outcome.FAILED_INPUT, Charge.NONE, Retry.NEVER)


def test_a_storage_that_fails_while_we_send_costs_nothing(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    class Odd(Exception):
        """Not of any kind this room has heard of, as storage libraries throw them."""

    def opened() -> BinaryIO:
        raise Odd("bucket is gone")

    request = GenerationRequest(model_key="lite", prompt="x", images=(InputImage("image/png", 9, opened),))
    with Peer(lambda talk: talk.wait_until_left()) as peer:
        evidence = call(peer.base_url, request)
    assert (evidence.stage, evidence.error) == (Stage.SENDING, "Odd: bucket is gone")
    assert "our own mistake" in caplog.text
    assert call.verdict(evidence).charge is Charge.NONE


def test_an_early_413_is_heard(call: Caller) -> None:
    def manners(talk: Talk) -> None:
        talk.read_head()
        talk.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        talk.hang_up_politely()

    with Peer(manners) as peer:
        evidence = call(peer.base_url, heavy())
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.FAILED_INPUT, Charge.NONE, "http_413")


# ── After sending, before an answer ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-"])
def test_a_connection_that_breaks_without_a_status_is_unknown(call: Caller, spool: Spool, half: bytes) -> None:
    with Peer(says(half)) as peer:
        evidence = call(peer.base_url)
    assert (evidence.stage, evidence.http_status) == (Stage.SENT, None)
    assert spool.attempt_ids() == ()
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.retry) == (
        Outcome.OUTCOME_UNKNOWN,
        Charge.PRESUMED,
        Retry.MANUAL,
    )


def test_a_reset_after_the_send_is_unknown(call: Caller) -> None:
    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.reset()

    with Peer(manners) as peer:
        evidence = call(peer.base_url)
    assert evidence.error_kind == "ConnectionLost"
    assert call.verdict(evidence).reason == "connection_lost"


@pytest.mark.thorough
def test_silence_after_the_send_is_unknown(call: Caller) -> None:
    began = time.monotonic()
    with Peer(pauses(0)) as peer:
        evidence = call(peer.base_url, timeout_scale=QUICK)
    assert 0.8 < time.monotonic() - began < 10
    assert (evidence.stage, evidence.error_kind) == (Stage.SENT, "TimedOut")
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.OUTCOME_UNKNOWN, Charge.PRESUMED, "timeout")


@pytest.mark.thorough
def test_a_head_that_drips_ends_with_the_call(call: Caller) -> None:
    drip = [bytes([each]) for each in head(ONE_PICTURE)]
    began = time.monotonic()
    with Peer(pauses(0.05, *drip)) as peer:
        evidence = call(peer.base_url, timeout_scale=QUICK)
    assert time.monotonic() - began < 10
    assert (evidence.stage, evidence.error_kind) == (Stage.SENT, "TimedOut")
    assert evidence.first_byte_seconds is not None


def test_what_is_no_http_is_unknown(call: Caller) -> None:
    with Peer(pauses(0, b"SSH-2.0-nope\r\n\r\n")) as peer:
        evidence = call(peer.base_url)
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.OUTCOME_UNKNOWN, Charge.PRESUMED, "not_http")


# ── While the answer comes in ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cut", [1, 20, 400, len(ONE_PICTURE) - 1])
def test_an_answer_that_is_cut_is_lost_and_never_half_a_picture(call: Caller, spool: Spool, cut: int) -> None:
    with Peer(says(head(ONE_PICTURE[:cut], size=len(ONE_PICTURE)))) as peer:
        evidence = call(peer.base_url)
    assert (evidence.stage, evidence.http_status) == (Stage.ANSWERING, 200)
    assert call.answer is None
    partial = spool.partial(ATTEMPT)
    assert partial is not None
    assert partial.status == 200
    assert partial.images_seen == evidence.images_seen
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.DELIVERY_LOST, Charge.PRESUMED, "answer_cut")


def test_a_json_that_is_cut_inside_a_proper_answer_is_lost_too(call: Caller) -> None:
    with Peer(answers(ONE_PICTURE[:-1])) as peer:
        evidence = call(peer.base_url)
    assert (evidence.stage, evidence.error_kind) == (Stage.ANSWERING, "AnswerCut")
    assert call.verdict(evidence).outcome is Outcome.DELIVERY_LOST


@pytest.mark.thorough
def test_a_body_that_drips_ends_with_the_call(call: Caller) -> None:
    drip = [bytes([each]) for each in ONE_PICTURE]
    began = time.monotonic()
    with Peer(pauses(0.05, head(size=len(ONE_PICTURE)), *drip)) as peer:
        evidence = call(peer.base_url, timeout_scale=QUICK)
    assert time.monotonic() - began < 10
    assert (evidence.stage, evidence.error_kind) == (Stage.ANSWERING, "TimedOut")
    assert call.verdict(evidence).outcome is Outcome.DELIVERY_LOST


def test_a_slow_answer_that_keeps_coming_is_waited_for(call: Caller) -> None:
    third = len(ONE_PICTURE) // 3
    pieces = [ONE_PICTURE[:third], ONE_PICTURE[third : 2 * third], ONE_PICTURE[2 * third :]]
    with Peer(pauses(0.15, head(size=len(ONE_PICTURE)), *pieces)) as peer:
        evidence = call(peer.base_url, timeout_scale=0.006)
    assert evidence.is_complete


@pytest.mark.parametrize(
    "framing",
    [
        head(ONE_PICTURE, size=len(ONE_PICTURE) + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(ONE_PICTURE, end=b""),
        b"HTTP/1.1 200 OK\r\n\r\n" + ONE_PICTURE,
    ],
    ids=["length", "chunked", "until close"],
)
def test_a_tail_that_never_comes_is_not_waited_for(call: Caller, framing: bytes) -> None:
    began = time.monotonic()
    with Peer(pauses(0, framing)) as peer:
        evidence = call(peer.base_url)
    assert time.monotonic() - began < 10
    assert evidence.is_complete
    assert evidence.closed_early
    assert call.verdict(evidence).outcome is Outcome.DELIVERED


def test_a_connection_that_closes_too_soon_after_a_whole_answer_is_fine(call: Caller) -> None:
    with Peer(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(ONE_PICTURE, end=b""))) as peer:
        evidence = call(peer.base_url)
    assert evidence.is_complete
    assert evidence.closed_early
    assert evidence.images_seen == 1


def test_blank_lines_after_the_answer_are_part_of_a_proper_end(call: Caller) -> None:
    with Peer(pauses(0.05, head(ONE_PICTURE, size=len(ONE_PICTURE) + 2), b"\r\n")) as peer:
        evidence = call(peer.base_url)
    assert evidence.is_complete
    assert not evidence.closed_early


def test_an_answer_without_end_is_stopped(call: Caller) -> None:
    def endless(talk: Talk) -> None:
        talk.read_request()
        talk.send(b'HTTP/1.1 200 OK\r\n\r\n{"text":"')
        while True:
            talk.send(b"blah" * 10_000)

    with Peer(endless) as peer:
        evidence = call(peer.base_url)
    assert (evidence.stage, evidence.error_kind) == (Stage.ANSWERING, "AnswerTooLarge")
    assert 8_000_000 < evidence.bytes_received < 8_200_000
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (
        Outcome.DELIVERY_LOST,
        Charge.PRESUMED,
        "answer_too_large",
    )


def test_a_small_answer_that_unpacks_to_a_huge_one_is_stopped(call: Caller) -> None:
    bomb = gzip.compress(b'{"text":"' + b"x" * 50_000_000)
    with Peer(answers(bomb, headers="Content-Encoding: gzip\r\n")) as peer:
        evidence = call(peer.base_url)
    assert evidence.error_kind == "AnswerTooLarge"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip"])
def test_an_answer_that_cannot_be_unpacked_is_lost(call: Caller, encoding: str) -> None:
    with Peer(answers(b"\x00junk", headers=f"Content-Encoding: {encoding}\r\n")) as peer:
        evidence = call(peer.base_url)
    assert evidence.stage is Stage.ANSWERING
    assert call.verdict(evidence).outcome is Outcome.DELIVERY_LOST


def test_a_disk_that_fails_at_the_last_moment_leaves_no_answer(call: Caller, tmp_path: Path) -> None:
    partial = tmp_path / "spool" / f"{ATTEMPT}.partial"

    def sabotage() -> None:
        (partial / "evidence.json").mkdir()  # so that the file of this name cannot be put there

    with Peer(answers(ONE_PICTURE)) as peer:
        evidence = call(peer.base_url, before_send=sabotage)
    assert evidence.stage is Stage.ANSWERING
    assert evidence.images_seen == 1
    assert call.answer is None


# ── Errors the other side tells us of ──────────────────────────────────────────────────────────────


def test_an_error_is_kept_as_it_came(call: Caller) -> None:
    body = gateway_error("no_channel", "all channels are busy \N{FOX FACE}")
    with Peer(answers(body, status="503 Service Unavailable", headers="Retry-After: 7\r\n")) as peer:
        evidence = call(peer.base_url)
    assert evidence.is_complete
    assert evidence.error_excerpt == body.decode()
    assert call.answer is not None
    assert call.answer.document_path.read_bytes() == body
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.retry_after_seconds) == (Outcome.FAILED_BUSY, Charge.NONE, 7)


def test_an_error_that_repeats_our_key_does_not_reach_the_disk(call: Caller, tmp_path: Path) -> None:
    with Peer(answers(google_error(400, f"bad key {KEY}"), status="401 No", headers=f"X-Key: {KEY}\r\n")) as peer:
        evidence = call(peer.base_url)
    assert "bad key ***" in evidence.error_excerpt
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in written
    assert KEY not in str(evidence.to_json())


def test_an_error_page_is_cut_for_the_row_and_capped_on_the_disk(call: Caller) -> None:
    with Peer(answers(b"<html>" + b"x" * 1_000_000, status="524 Timeout")) as peer:
        evidence = call(peer.base_url)
    assert len(evidence.error_excerpt) == 2_000
    assert evidence.error_kind == "AnswerTooLarge"
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.OUTCOME_UNKNOWN, Charge.PRESUMED, "http_524")


@pytest.mark.parametrize("status", [429, 502])
def test_an_error_that_is_cut_is_judged_by_its_status(call: Caller, status: int) -> None:
    with Peer(says(f"HTTP/1.1 {status} No\r\nContent-Length: 100\r\n\r\n{{".encode())) as peer:
        evidence = call(peer.base_url)
    assert evidence.stage is Stage.ANSWERING
    assert evidence.error_excerpt == "{"
    assert call.verdict(evidence).outcome is Outcome.FAILED_BUSY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(call: Caller, status: int) -> None:
    with Peer(answers(b"", status=f"{status} Moved", headers="Location: /elsewhere\r\n")) as peer:
        evidence = call(peer.base_url)
    assert len(peer.received) == 1
    verdict = call.verdict(evidence)
    assert (verdict.outcome, verdict.charge, verdict.reason) == (Outcome.OUTCOME_UNKNOWN, Charge.PRESUMED, "redirect")


def test_a_picture_inside_an_error_stays_text(call: Caller) -> None:
    with Peer(answers(to_bytes({"data": "QUJD", "error": {}}), status="500 No")) as peer:
        evidence = call(peer.base_url)
    assert '"QUJD"' in evidence.error_excerpt
    assert evidence.images_seen == 0


# ── Whatever happens, the account of it arrives ────────────────────────────────────────────────────


def test_callbacks_that_fail_do_not_end_a_call_that_is_paid(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise RuntimeError("the database is away")

    with Peer(answers(ONE_PICTURE)) as peer:
        evidence = call(peer.base_url, on_sent=fails, on_first_byte=fails)
    assert evidence.is_complete
    assert caplog.text.count("could not tell how far it is") == 2


def test_callbacks_may_be_left_out(spool: Spool) -> None:
    with Peer(answers(ONE_PICTURE)) as peer:
        gateway = Gateway(base_url=peer.base_url, api_key=KEY)
        evidence = generate(LITE, gateway=gateway, attempt_id="a", spool=spool, before_send=lambda: None)
    assert evidence.is_complete


def test_nothing_of_a_call_is_logged_that_is_secret(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Peer(answers(google_error(401, KEY), status="401 No")) as peer:
        call(peer.base_url)
    assert KEY not in caplog.text
    assert "a fox" not in caplog.text


def test_random_bytes_are_no_answer_and_no_exception(call: Caller) -> None:
    with Peer(says(os.urandom(2_000))) as peer:
        evidence = call(peer.base_url)
    assert evidence.http_status is None
    assert call.verdict(evidence).charge is Charge.PRESUMED
