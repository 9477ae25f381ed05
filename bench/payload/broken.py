"""Twelve ways in which a call breaks, and what each must mean for the money."""

import io
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.provider.answer import read_answer
from studio.provider.classify import classify
from studio.provider.gateway import Gateway
from studio.provider.gemini import generate
from studio.provider.outcome import Charge, Outcome
from studio.provider.request import GenerationRequest, InputImage
from studio.provider.spool import Spool
from tests.provider.peer import Manners, Peer, Talk, answers, says, self_signed, server_context

_SCALE = 0.003
"""Turns the five minutes that the model may be silent into a second."""
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

type Address = Callable[[Path], Iterator[str]]
type Expected = tuple[Outcome, Charge]

NOT_SENT: Expected = (Outcome.FAILED_NETWORK, Charge.NONE)
UNSURE: Expected = (Outcome.OUTCOME_UNKNOWN, Charge.PRESUMED)
LOST: Expected = (Outcome.DELIVERY_LOST, Charge.PRESUMED)


def _request(size_bytes: int = 6_000_000, says_bytes: int = 6_000_000) -> GenerationRequest:
    image = InputImage("image/png", says_bytes, open=lambda: io.BytesIO(bytes(size_bytes)))
    return GenerationRequest(model_key="lite", prompt="a fox", images=(image,) * 3)


_SMALL = GenerationRequest(model_key="lite", prompt="a fox")


def _nobody(_: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def _stranger(directory: Path) -> Iterator[str]:
    with Peer(answers(b"{}"), tls=server_context(self_signed(directory))) as peer:
        yield peer.base_url


def _peer(manners: Manners) -> Address:
    def address(_: Path) -> Iterator[str]:
        with Peer(manners) as peer:
            yield peer.base_url

    return address


def _cuts_the_upload(talk: Talk) -> None:
    talk.read_head()
    talk.reset()


def _does_not_read(_: Talk) -> None:
    time.sleep(1)


def _resets(talk: Talk) -> None:
    talk.read_request()
    talk.reset()


def _is_silent(talk: Talk) -> None:
    talk.read_request()
    talk.wait_until_left()


def _drips(talk: Talk) -> None:
    talk.read_request()
    for each in _HEAD:
        talk.send(bytes([each]))
        time.sleep(0.1)


def _stops(talk: Talk) -> None:
    talk.read_request()
    talk.send(_HEAD + b'{"candidates":[')
    talk.wait_until_left()


def _has_enough(talk: Talk) -> None:
    talk.read_head()
    talk.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    talk.hang_up_politely()


CALLS: dict[str, tuple[Address, GenerationRequest, Expected]] = {
    "refused": (_nobody, _SMALL, NOT_SENT),
    "no trust in its certificate": (_stranger, _SMALL, NOT_SENT),
    "cut while we upload": (_peer(_cuts_the_upload), _request(), NOT_SENT),
    "does not read": (_peer(_does_not_read), _request(), NOT_SENT),
    "a picture shrank meanwhile": (
        _peer(_is_silent),
        _request(says_bytes=6_000_001),
        (Outcome.FAILED_INPUT, Charge.NONE),
    ),
    "hangs up without a word": (_peer(says()), _SMALL, UNSURE),
    "resets without a word": (_peer(_resets), _SMALL, UNSURE),
    "silent": (_peer(_is_silent), _SMALL, UNSURE),
    "a head that drips beyond the deadline": (_peer(_drips), _SMALL, UNSURE),
    "answer cut": (_peer(says(_HEAD + b'{"candidates":[')), _SMALL, LOST),
    "answer that stops coming": (_peer(_stops), _SMALL, LOST),
    "413 while we upload": (_peer(_has_enough), _request(), (Outcome.FAILED_INPUT, Charge.NONE)),
}


def classed_right() -> int:
    """How many of `CALLS` are; prints the others."""
    right = 0
    for name, (address, request, expected) in CALLS.items():
        with tempfile.TemporaryDirectory() as directory, contextmanager(address)(Path(directory)) as base_url:
            found = _verdict(Path(directory), request, base_url)
        right += found == expected
        if found != expected:
            print(f"  {name}: {found}, and should be {expected}")
    return right


def _verdict(directory: Path, request: GenerationRequest, base_url: str) -> Expected:
    spool = Spool(directory / "spool")
    evidence = generate(
        request,
        gateway=Gateway(base_url=base_url, api_key="sk-bench", timeout_scale=_SCALE),
        attempt_id="broken",
        spool=spool,
        before_send=lambda: None,
    )
    answer = spool.answer("broken")
    verdict = classify(evidence, read_answer(answer) if answer else None)
    return verdict.outcome, verdict.charge
