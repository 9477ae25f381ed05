"""One fresh connection for one request."""

import ssl
import time
from pathlib import Path

import pytest

from studio.wire import ConnectionLost, Limit, NotConnected, NotHTTP, TimedOut, connect
from tests.provider.peer import Peer, Talk, answers, says, self_signed, server_context


def soon(seconds: float = 5) -> Limit:
    return Limit(seconds, time.monotonic() + seconds)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    return server_context(certificate)


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_a_request_and_its_answer() -> None:
    manners = answers(b"hello", headers="X-Request-Id: r-1\r\nX-Request-Id: r-2\r\n")
    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection:
        response = connection.send("POST", "/path?a=1", (("X-A", "b"), ("Content-Length", "2")), iter((b"h", b"i")))
        body = b"".join(response.chunks)
        assert connection.bytes_received > len(body)
    assert (response.status, body) == (200, b"hello")
    assert response.header("x-request-id") == "r-1"
    assert response.header("x-nothing") == ""
    assert peer.received[0].line == "POST /path?a=1 HTTP/1.1"
    assert peer.received[0].headers == {"host": f"127.0.0.1:{peer.port}", "x-a": "b", "content-length": "2"}
    assert peer.received[0].body == b"hi"


def test_the_name_is_checked_although_we_connect_to_an_address(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with Peer(answers(b"hello"), tls=server_tls) as peer:
        url = f"https://bucket.oss.example:{peer.port}"
        with connect(url, soon(), address="127.0.0.1", ssl_context=trusting) as connection:
            assert b"".join(connection.send("GET", "/", ()).chunks) == b"hello"
        with pytest.raises(NotConnected, match="CERTIFICATE_VERIFY_FAILED"):
            connect(f"https://other.oss.example:{peer.port}", soon(), address="127.0.0.1", ssl_context=trusting)
    assert peer.received[0].headers["host"] == f"bucket.oss.example:{peer.port}"


def test_a_certificate_that_nobody_trusts_is_refused(server_tls: ssl.SSLContext) -> None:
    with (
        Peer(answers(b"hello"), tls=server_tls) as peer,
        pytest.raises(NotConnected, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        connect(peer.base_url, soon())
    assert peer.received == []


def test_the_usual_port_is_not_named_and_ipv6_has_brackets(trusting: ssl.SSLContext) -> None:
    with Peer(answers(b"")) as peer, connect(peer.base_url, soon()) as connection:
        assert connection._host() == f"127.0.0.1:{peer.port}"
        connection._origin.port = 80
        assert connection._host() == "127.0.0.1"
        connection._origin.host = b"::1"
        assert connection._host() == "[::1]"


@pytest.mark.parametrize("url", ["http://" + "a" * 70 + ".example", "http://a..example", "http://127.0.0.1:1"])
def test_a_machine_that_is_not_there(url: str) -> None:
    with pytest.raises(NotConnected):
        connect(url, soon())


def test_no_time_is_no_connection() -> None:
    with pytest.raises(TimedOut):
        connect("http://127.0.0.1:1", soon(0))


def test_silence_ends_with_the_step() -> None:
    with Peer(lambda talk: talk.wait_until_left()) as peer, connect(peer.base_url, soon()) as connection:
        connection.limit_receiving(soon(0.1))
        with pytest.raises(TimedOut, match="no byte"):
            connection.send("GET", "/", ())


def drips(talk: Talk) -> None:
    talk.read_request()
    for _ in range(1_000):
        talk.send(b"H")
        time.sleep(0.02)


@pytest.mark.thorough
def test_a_head_that_drips_ends_with_the_call() -> None:
    with Peer(drips) as peer, connect(peer.base_url, soon()) as connection:
        connection.limit_receiving(Limit(5, time.monotonic() + 0.2))
        with pytest.raises(TimedOut):
            connection.send("GET", "/", ())


def test_time_that_is_over_is_no_time() -> None:
    with pytest.raises(TimedOut, match="the whole call"):
        Limit(5, 10.0, clock=lambda: 10.0).seconds_left()


@pytest.mark.thorough
def test_a_peer_that_does_not_read_ends_the_sending() -> None:
    with Peer(lambda talk: time.sleep(1)) as peer, connect(peer.base_url, soon()) as connection:
        connection.limit_sending(soon(0.2))
        headers = (("Content-Length", str(100_000_000)),)
        with pytest.raises(TimedOut, match="does not read"):
            connection.send("POST", "/", headers, (bytes(1_000_000) for _ in range(100)))


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_a_peer_that_hangs_up_half_way(half: bytes) -> None:
    with Peer(says(half)) as peer, connect(peer.base_url, soon()) as connection, pytest.raises(ConnectionLost):
        b"".join(connection.send("GET", "/", ()).chunks)


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 200000",
        "Content-Length: 200000\r\nContent-Length: 200000",
        "Content-Length: 200000, 200000",
        "Content-Length: 7\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_body_comes_whole_however_its_length_is_said(headers: str) -> None:
    body = bytes(range(250)) * 800
    sent = b"30d40\r\n%b\r\n0\r\n\r\n" % body if "chunked" in headers else body
    head = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode()

    def manners(talk: Talk) -> None:
        talk.read_request()
        for piece in (head, sent[:10], sent[10:70_000], sent[70_000:] + b"and what belongs to nobody"):
            talk.send(piece)
            time.sleep(0.01)
        talk.wait_until_left()

    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection:
        assert b"".join(connection.send("GET", "/", ()).chunks) == body


@pytest.mark.parametrize(("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Found")])
def test_a_length_without_a_body_is_not_waited_for(method: str, status: str) -> None:
    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.send(f"HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\n".encode())
        talk.wait_until_left()

    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection:
        assert b"".join(connection.send(method, "/", ()).chunks) == b""


def test_a_body_that_is_cut_after_its_beginning_is_lost() -> None:
    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha")
        time.sleep(0.05)
        talk.send(b"lf")
        talk.hang_up_politely()

    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection:
        chunks = connection.send("GET", "/", ()).chunks
        assert next(chunks) == b"ha"
        with pytest.raises(ConnectionLost, match="5 bytes before"):
            b"".join(chunks)


def test_a_peer_that_resets() -> None:
    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.reset()

    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection, pytest.raises(ConnectionLost):
        connection.send("GET", "/", ())


def test_a_peer_that_speaks_something_else() -> None:
    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.send(b"\x16\x03\x01 no\r\n\r\n")
        talk.wait_until_left()

    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection, pytest.raises(NotHTTP):
        connection.send("GET", "/", ())


def test_what_a_peer_says_while_it_stops_reading_is_heard() -> None:
    def manners(talk: Talk) -> None:
        talk.read_head()
        talk.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        talk.hang_up_politely()

    with Peer(manners) as peer, connect(peer.base_url, soon()) as connection:
        headers = (("Content-Length", str(50_000_000)),)
        response = connection.send("POST", "/", headers, (bytes(1_000_000) for _ in range(50)))
    assert response.status == 413


def test_an_exception_of_the_body_comes_through() -> None:
    def broken() -> object:
        yield b"x"
        raise ZeroDivisionError

    with Peer(says()) as peer, connect(peer.base_url, soon()) as connection, pytest.raises(ZeroDivisionError):
        connection.send("POST", "/", (("Content-Length", "2"),), broken())  # type: ignore[arg-type]
