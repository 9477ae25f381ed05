"""TLS that fails, in every way it may: our wire says "not connected", nothing was sent, and nothing is charged."""

import json
import ssl
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import trustme

from studio import wire
from studio.sandbox.options import add_arguments, from_arguments
from studio.sandbox.server import SandboxServer
from studio.sandbox.tls import Certificate
from tests.sandbox.client import PRO, question
from tests.sandbox.inside import sandbox_inside

type Files = Callable[[trustme.CA, trustme.LeafCert | None], Certificate]


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Writes a certificate and its key; without one the authority's own, which is signed by itself."""

    def write(ca: trustme.CA, leaf: trustme.LeafCert | None) -> Certificate:
        chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
        chain.write_bytes(leaf.cert_chain_pems[0].bytes() if leaf else ca.cert_pem.bytes())
        key.write_bytes(leaf.private_key_pem.bytes() if leaf else ca.private_key_pem.bytes())
        return chain, key

    return write


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def connect(server: SandboxServer, seconds: float = 5) -> wire.Connection:
    limit = wire.Limit(seconds, time.monotonic() + seconds)
    return wire.connect(server.url, limit, ssl_context=trusting())


def ask(connection: wire.Connection, prompt: str) -> wire.Response:
    body = json.dumps(question(prompt)).encode()
    headers = (("Authorization", "Bearer sk-test"), ("Content-Length", str(len(body))))
    return connection.send("POST", f"/v1beta/models/{PRO}:generateContent", headers, [body])


def assert_nothing_happened(server: SandboxServer) -> None:
    assert (server.books.requests(), server.books.charges()) == ([], [])


def test_a_good_certificate_carries_a_call(files: Files) -> None:
    with (
        sandbox_inside(tls=files(authority(), authority().issue_cert("127.0.0.1"))) as server,
        connect(server) as connection,
    ):
        response = ask(connection, "a cat")
        answer = json.loads(b"".join(response.chunks))
        assert (response.status, answer["candidates"][0]["finishReason"]) == (200, "STOP")
        assert len(server.books.charges()) == 1


def test_its_download_addresses_say_https(files: Files) -> None:
    with (
        sandbox_inside(tls=files(authority(), authority().issue_cert("127.0.0.1"))) as server,
        connect(server) as connection,
    ):
        answer = json.loads(b"".join(ask(connection, "[sandbox:oss]").chunks))
        assert answer["candidates"][0]["content"]["parts"][0]["text"].startswith(f"{server.url}/oss/")
        assert server.url.startswith("https://")


def _expired() -> trustme.LeafCert:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return authority().issue_cert("127.0.0.1", not_before=yesterday - timedelta(days=30), not_after=yesterday)


def _not_yet() -> trustme.LeafCert:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return authority().issue_cert("127.0.0.1", not_before=tomorrow, not_after=tomorrow + timedelta(days=30))


BAD: dict[str, Callable[[], tuple[trustme.CA, trustme.LeafCert | None]]] = {
    "expired": lambda: (authority(), _expired()),
    "not yet valid": lambda: (authority(), _not_yet()),
    "another host": lambda: (authority(), authority().issue_cert("api.example.com")),
    "unknown authority": lambda: (authority(), trustme.CA().issue_cert("127.0.0.1")),
    "self-signed": lambda: (trustme.CA(), None),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_certificate_is_no_connection(files: Files, fault: str) -> None:
    with sandbox_inside(tls=files(*BAD[fault]())) as server:
        with pytest.raises(wire.NotConnected, match="certificate"):
            connect(server)
        assert_nothing_happened(server)


def test_a_handshake_that_hangs_is_no_connection() -> None:
    with sandbox_inside(tls_fault="hang") as server:
        started = time.monotonic()
        with pytest.raises((wire.NotConnected, wire.TimedOut)):
            connect(server, seconds=0.3)
        assert time.monotonic() - started < 2
        assert_nothing_happened(server)


def test_a_handshake_that_breaks_off_is_no_connection() -> None:
    with sandbox_inside(tls_fault="close") as server:
        with pytest.raises(wire.NotConnected):
            connect(server)
        assert_nothing_happened(server)


def test_plain_http_where_tls_is_expected_is_no_connection() -> None:
    with sandbox_inside() as server:
        limit = wire.Limit(2, time.monotonic() + 2)
        with pytest.raises(wire.NotConnected):
            wire.connect(server.url.replace("http:", "https:"), limit, ssl_context=trusting())
        assert_nothing_happened(server)


@pytest.mark.parametrize(
    ("marker", "raised"),
    [("cut", wire.ConnectionLost), ("reset", wire.ConnectionLost), ("timeout", wire.TimedOut)],
)
def test_answers_fail_to_arrive_over_tls_as_they_do_without(
    files: Files, marker: str, raised: type[wire.WireError]
) -> None:
    with (
        sandbox_inside(tls=files(authority(), authority().issue_cert("127.0.0.1"))) as server,
        connect(server, seconds=0.5) as connection,
    ):
        with pytest.raises(raised):
            b"".join(ask(connection, f"[sandbox:{marker}]").chunks)
        assert len(server.books.charges()) == 1


def test_a_client_that_hangs_up_is_noticed_over_tls_too(files: Files) -> None:
    with sandbox_inside(tls=files(authority(), authority().issue_cert("127.0.0.1"))) as server:
        with connect(server, seconds=0.3) as connection, pytest.raises(wire.TimedOut):
            ask(connection, "[sandbox:slow=30]")
        until = time.monotonic() + 5
        while not server.books.requests()[0]["ended_at"]:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert server.books.requests()[0]["stayed"] is False


def test_the_command_line_takes_two_files_or_says_so(files: Files) -> None:
    chain, key = files(authority(), authority().issue_cert("127.0.0.1"))
    parser = ArgumentParser()
    add_arguments(parser)
    assert from_arguments(parser.parse_args(["--tls", f"{chain},{key}"])).tls == (chain, key)
    with pytest.raises(SystemExit):
        parser.parse_args(["--tls", str(chain)])
