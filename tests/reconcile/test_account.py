"""Reading the gateway's account pages: over a real socket, from the sandbox, and from a gateway that misbehaves."""

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from studio.reconcile.account import PAGE_BYTES_MAX, Account, AccountUnread
from studio.sandbox.server import SandboxServer
from tests.provider.peer import Manners, Peer, Talk, answers, says
from tests.reconcile.rows import NOON, SECRET, page_of, sent
from tests.sandbox.inside import sandbox_inside

DAY = timedelta(days=1)
TOKEN = "sys-token-of-the-test"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_inside() as server:
        yield server


def add(server: SandboxServer, request_id: str, at: datetime) -> None:
    server.log.clock = at.timestamp
    server.log.add(
        request_id=request_id,
        model_name="gemini-3-pro-image-preview",
        key=f"sk-{SECRET}",
        group="default",
        quota=45_000,
        content="",
        other={"usage": {}, "group_ratio": 1},
        seconds=20,
    )


def account(url: str, token: str = TOKEN, **facts: object) -> Account:
    """It does not wait; `sleep` may be given to see how long it would."""
    return Account(url, token, **({"sleep": lambda _: None} | facts))  # type: ignore[arg-type]


def of_the_sandbox(server: SandboxServer, **facts: object) -> Account:
    return account(server.url, "sys-sandbox", **facts)


def unread(manners: Manners) -> AccountUnread:
    with Peer(manners) as peer, pytest.raises(AccountUnread) as failure:
        list(account(peer.base_url).rows(NOON, NOON + DAY))
    return failure.value


def test_every_row_of_a_month_is_read_once(sandbox: SandboxServer) -> None:
    """Also those of the first and of the last second of a window, and of pages that are full."""
    moments = [NOON + DAY * day + timedelta(seconds=second) for day in range(30) for second in (0, 1, 86_399)]
    for number, moment in enumerate(moments):
        add(sandbox, f"req-{number}", moment)
    add(sandbox, "too late", NOON + DAY * 30)
    rows = list(of_the_sandbox(sandbox, page_rows=2).rows(NOON, NOON + DAY * 30))
    assert sorted(row.request_id for row in rows) == sorted(f"req-{number}" for number in range(90))
    assert {row.charged_micros for row in rows} == {90_000}


def test_part_of_a_day_is_read_as_part_of_a_day(sandbox: SandboxServer) -> None:
    for hour in range(4):
        add(sandbox, f"req-{hour}", NOON + timedelta(hours=hour))
    rows = of_the_sandbox(sandbox).rows(NOON + timedelta(hours=1), NOON + timedelta(hours=3))
    assert {row.request_id for row in rows} == {"req-1", "req-2"}


def test_the_balance_is_in_micro_dollars(sandbox: SandboxServer) -> None:
    assert of_the_sandbox(sandbox).balance_micros() == 1_000_000_000


def test_the_key_of_a_call_is_in_the_log_and_not_in_what_is_read(
    sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    add(sandbox, "req-1", NOON)
    with caplog.at_level(logging.DEBUG):
        rows = list(of_the_sandbox(sandbox).rows(NOON, NOON + DAY))
    assert len(rows) == 1
    assert SECRET not in repr(rows) + caplog.text


def test_the_query_is_spelled_as_the_gateway_reads_it() -> None:
    body = gzip.compress(page_of(sent()))
    with Peer(answers(body, headers="Content-Encoding: gzip\r\n")) as peer:
        list(account(peer.base_url).rows(NOON, NOON + DAY))
    [asked] = peer.received
    start = int(NOON.timestamp())
    assert asked.line == (
        f"GET /api/log/self?p=0&pageSize=5000&type=2&start_timestamp={start}&end_timestamp={start + 86_399} HTTP/1.1"
    )
    assert asked.headers["authorization"] == TOKEN  # no Bearer
    assert asked.headers["accept-encoding"] == "gzip"


def test_calls_are_a_second_apart_from_end_to_beginning() -> None:
    now, waited = [100.0], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    def clock() -> float:
        now[0] += 0.25  # looking at the clock takes a quarter of a second here
        return now[0]

    with Peer(answers(page_of())) as peer:
        list(account(peer.base_url, sleep=sleep, clock=clock).rows(NOON, NOON + DAY * 3))
    assert len(peer.received) == 3
    assert waited == [0.75, 0.75]


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_wrong_kind_of_token_is_told_apart(status: str) -> None:
    assert unread(answers(b"{}", status=status)).reason == "refused_token"


@pytest.mark.parametrize("token", ["", "  \n", "sys token", "sys-töken"])
def test_nothing_is_asked_without_a_token(token: str) -> None:
    with Peer(answers(page_of())) as peer, pytest.raises(AccountUnread):
        account(peer.base_url, token).balance_micros()
    assert peer.received == []


def reset(talk: Talk) -> None:
    talk.read_request()
    talk.reset()


PACKED = "Content-Encoding: gzip\r\n"
BOMB = gzip.compress(bytes(PAGE_BYTES_MAX + 1))
FAILURES = {
    "redirect": (answers(b"", status="302 Found", headers="Location: http://127.0.0.1:1/\r\n"), "status"),
    "busy": (answers(b"", status="429 Too Many Requests"), "status"),
    "html": (answers(b"<html>"), "not_a_log"),
    "no success": (answers(b'{"success": false}'), "not_a_log"),
    "bomb": (answers(BOMB, headers=PACKED), "too_large"),
    "no gzip": (answers(b"plain", headers=PACKED), "compressed"),
    "half a gzip": (answers(gzip.compress(page_of())[:-9], headers=PACKED), "connection_lost"),
    "brotli": (answers(b"x", headers="Content-Encoding: br\r\n"), "compressed"),
    "cut": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", b"{"), "connection_lost"),
    "reset": (reset, "connection_lost"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_goes_wrong_has_a_word(name: str) -> None:
    manners, reason = FAILURES[name]
    assert unread(manners).reason == reason


def test_a_gateway_that_turns_in_circles_is_left() -> None:
    with Peer(answers(page_of(sent()))) as peer, pytest.raises(AccountUnread, match="endless"):
        list(account(peer.base_url, page_rows=1).rows(NOON, NOON + DAY))


@pytest.mark.parametrize("body", [page_of({"token_key": SECRET}), json.dumps({"message": SECRET}).encode()])
def test_no_failure_repeats_what_was_sent_or_said(body: bytes) -> None:
    failure = unread(answers(body))
    seen = f"{failure} {failure!r} {failure.__cause__!r}"
    assert SECRET not in seen
    assert TOKEN not in seen + repr(account("http://127.0.0.1:1"))


def test_a_gateway_that_is_not_there_is_no_log() -> None:
    with Peer(answers(b"")) as peer:
        url = peer.base_url
    with pytest.raises(AccountUnread, match="not_connected"):
        account(url).balance_micros()
