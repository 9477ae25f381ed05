"""How answers do not arrive: cut, reset, stalled, late or never. Read from the bare socket where it matters."""

import json
import socket
import time

import httpx2
import pytest

from tests.sandbox.client import PRO, Client, images, question


def raw(client: Client, prompt: str, seconds: float = 1.0) -> tuple[bytes, str]:
    """Every byte that came, and how it ended: `closed`, `reset`, or `open` when nothing more came in time."""
    host, port = client.sandbox.url.removeprefix("http://").split(":")
    body = json.dumps(question(prompt)).encode()
    head = f"POST /v1beta/models/{PRO}:generateContent HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer sk-test\r\n"
    received = b""
    with socket.create_connection((host, int(port)), timeout=seconds) as wire:
        wire.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        try:
            while piece := wire.recv(65536):
                received += piece
        except TimeoutError:
            return received, "open"
        except ConnectionResetError:
            return received, "reset"
    return received, "closed"


def test_a_cut_body_is_shorter_than_promised(client: Client) -> None:
    received, end = raw(client, "[sandbox:cut]")
    head, _, body = received.partition(b"\r\n\r\n")
    promised = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert (end, 0 < len(body) < promised) == ("closed", True)
    assert raw(client, "[sandbox:cut=10]")[0].partition(b"\r\n\r\n")[2].__len__() == 10


def test_a_reset_leaves_nothing(client: Client) -> None:
    assert raw(client, "[sandbox:reset]") == (b"", "reset")


def test_a_reset_may_come_after_the_status(client: Client) -> None:
    received, end = raw(client, "[sandbox:reset=20]")
    assert (received[:15], end) == (b"HTTP/1.1 200 OK", "reset")


def test_a_timeout_sends_no_byte_and_stays_open(client: Client) -> None:
    assert raw(client, "[sandbox:timeout]", seconds=0.2) == (b"", "open")
    assert raw(client, "[sandbox:timeout=0.1]") == (b"", "closed")


def test_a_stalled_tail_has_the_whole_answer_but_no_end(client: Client) -> None:
    received, end = raw(client, "[sandbox:tail_stall]", seconds=0.3)
    assert (end, received.endswith(b"}\r\n"), received.endswith(b"0\r\n\r\n")) == ("open", True, False)
    received, end = raw(client, "[sandbox:tail_close]")
    assert (end, received.endswith(b"}\r\n")) == ("closed", True)


def test_a_stall_stops_in_the_middle(client: Client) -> None:
    received, end = raw(client, "[sandbox:stall=100]", seconds=0.3)
    assert (len(received.partition(b"\r\n\r\n")[2]), end) == (100, "open")


def test_a_drip_arrives_at_its_own_pace(client: Client) -> None:
    started = time.monotonic()
    answer = client.ask("[sandbox:text_refusal] [sandbox:drip=1500]")
    assert (answer.status_code, time.monotonic() - started > 0.2) == (200, True)


def test_a_head_may_drip_without_an_end(client: Client) -> None:
    received, end = raw(client, "[sandbox:drip_head=0.3]")
    assert (received.startswith(b"HTTP/1.1 200 "), received.count(b"X-Drip-"), end) == (True, 3, "closed")
    [request] = client.sandbox.wait_for_requests(1)
    assert (request["status"], client.sandbox.charged_quota) == (200, 45_000)


def test_slow_means_real_seconds(client: Client) -> None:
    started = time.monotonic()
    assert images(client.ask("[sandbox:slow=0.3]"))
    assert 0.3 <= time.monotonic() - started < 2


def test_what_and_how_can_be_combined(client: Client) -> None:
    received, _ = raw(client, "[sandbox:status:500] [sandbox:cut=5]")
    assert received.startswith(b"HTTP/1.1 500")


def test_a_client_that_hangs_up_is_noticed_and_charged(client: Client) -> None:
    with pytest.raises(httpx2.TimeoutException):
        client.http.post(
            f"/v1beta/models/{PRO}:generateContent",
            json=question("[sandbox:slow=30]"),
            headers={"Authorization": "Bearer sk-test"},
            timeout=0.1,
        )
    [request] = client.sandbox.wait_for_requests(1)
    assert (request["stayed"], request["status"]) == (False, None)
    assert client.sandbox.charged_quota == 45_000
