"""Fetching one file, over a real socket."""

import io
import time
from collections.abc import Sequence

import pytest

from studio.fetch import Fetched, FetchFailed, FetchRefused, download
from studio.fetch.errand import Reach, resolve_by_system
from studio.fetch.target import Target
from tests.network import NetworkClosed
from tests.provider.peer import Peer, Talk, answers, says

OSS = ("oss.example",)
LINK = "https://bucket.oss.example/x.png?Signature=abc"


def fetch(peer: Peer, path: str = "/x.png", *, bytes_max: int = 1_000_000, seconds: float = 5) -> tuple[Fetched, bytes]:
    into = io.BytesIO()
    fetched = download(
        peer.base_url + path, hosts=(peer.base_url,), into=into, bytes_max=bytes_max, deadline_seconds=seconds
    )
    return fetched, into.getvalue()


def refused(resolve: object) -> str:
    with pytest.raises(FetchRefused) as refusal:
        download(LINK, hosts=OSS, into=io.BytesIO(), bytes_max=10, deadline_seconds=1, resolve=resolve)  # type: ignore[arg-type]
    return refusal.value.reason


def test_the_file_comes_whole() -> None:
    body = bytes(range(256)) * 1_000
    with Peer(answers(body, headers="Content-Type: image/png\r\n")) as peer:
        assert fetch(peer) == (Fetched(256_000, "image/png"), body)
    assert len(peer.received) == 1


def test_no_key_and_no_cookie_goes_along() -> None:
    with Peer(answers(b"x")) as peer:
        fetch(peer, "/x.png?Signature=a%3D&b=1")
    assert peer.received[0].line == "GET /x.png?Signature=a%3D&b=1 HTTP/1.1"
    assert set(peer.received[0].headers) == {"host", "accept", "accept-encoding", "user-agent"}
    assert peer.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(("status", "reason"), [("403 Forbidden", "status"), ("404 Not Found", "status")])
def test_an_expired_link_tells_its_status(status: str, reason: str) -> None:
    with Peer(answers(b"<Error/>", status=status)) as peer, pytest.raises(FetchFailed) as failure:
        fetch(peer)
    assert (failure.value.reason, failure.value.status) == (reason, int(status[:3]))


@pytest.mark.parametrize("where", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "https://oss.example/"])
def test_a_redirect_is_never_followed(where: str) -> None:
    moved = answers(b"", status="302 Found", headers=f"Location: {where}\r\n")
    with Peer(moved) as peer, pytest.raises(FetchFailed, match="redirect: 302"):
        fetch(peer)
    assert peer.connections == 1


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_a_compressed_file_is_not_unpacked(encoding: str) -> None:
    packed = answers(b"\x1f\x8b", headers=f"Content-Encoding: {encoding}\r\n")
    with Peer(packed) as peer, pytest.raises(FetchFailed, match="compressed"):
        fetch(peer)


@pytest.mark.parametrize("head", [b"Content-Length: 2000\r\n\r\n", b"\r\n"])
def test_a_file_that_is_too_large_is_left_there(head: bytes) -> None:
    with Peer(says(b"HTTP/1.1 200 OK\r\n" + head, b"x" * 2_000)) as peer, pytest.raises(FetchFailed, match="too_large"):
        fetch(peer, bytes_max=1_999)


def test_half_a_file_is_no_file() -> None:
    with (
        Peer(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", b"x" * 1_999)) as peer,
        pytest.raises(FetchFailed, match="connection_lost"),
    ):
        fetch(peer)


def test_what_is_no_http_is_no_file() -> None:
    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.send(b"SSH-2.0-OpenSSH\r\n\r\n")
        talk.wait_until_left()

    with Peer(manners) as peer, pytest.raises(FetchFailed, match="not_http"):
        fetch(peer)


def test_a_drip_ends_with_the_deadline() -> None:
    def drips(talk: Talk) -> None:
        talk.read_request()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
        for _ in range(100):
            talk.send(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with Peer(drips) as peer, pytest.raises(FetchFailed, match="timeout"):
        fetch(peer, seconds=0.3)
    assert time.monotonic() - began < 5


def test_nobody_there() -> None:
    with Peer(says()) as peer:
        gone = peer.base_url
    with pytest.raises(FetchFailed, match="not_connected"):
        download(f"{gone}/x", hosts=(gone,), into=io.BytesIO(), bytes_max=10, deadline_seconds=5)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.1"],
        ["::1"],
        ["64:ff9b::a9fe:a9fe"],
        ["168.63.129.16"],
        ["8.8.8.8", "127.0.0.1"],
        ["2606:4700:4700::1111", "fd00::1"],
    ],
)
def test_a_name_that_leads_inside_is_refused_before_a_byte_is_sent(addresses: list[str]) -> None:
    assert refused(lambda host, port: addresses) == "internal_address"


# The closed network of the tests refuses with an exception that leaves the socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_name_is_looked_up_once_and_connected_to_what_was_checked() -> None:
    asked: list[tuple[str, int]] = []

    def changing(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    with pytest.raises(NetworkClosed, match=r"8\.8\.8\.8.*443"):
        download(LINK, hosts=OSS, into=io.BytesIO(), bytes_max=10, deadline_seconds=1, resolve=changing)
    assert asked == [("bucket.oss.example", 443)]


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_without_an_address(error: Exception) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise error

    with pytest.raises(FetchFailed, match="no_address"):
        download(LINK, hosts=OSS, into=io.BytesIO(), bytes_max=10, deadline_seconds=1, resolve=resolve)


def test_a_name_with_no_addresses() -> None:
    with pytest.raises(FetchFailed, match="no_address"):
        download(LINK, hosts=OSS, into=io.BytesIO(), bytes_max=10, deadline_seconds=1, resolve=lambda host, port: [])


def test_the_system_is_asked_by_default() -> None:
    with pytest.raises(NetworkClosed, match=r"bucket\.oss\.example"):
        download(LINK, hosts=OSS, into=io.BytesIO(), bytes_max=10, deadline_seconds=1)


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with Peer(answers(b"x")) as peer:
        target = Target(peer.base_url, "127.0.0.1", peer.port, "/", is_gateway_on_loopback=True)
        reach = Reach(ends_at=time.monotonic() + 5)
        with reach._connected(target, ["::1", "127.0.0.1"]) as connection:
            assert connection.send("GET", "/", ()).status == 200


def test_the_system_gives_each_address_once() -> None:
    addresses = resolve_by_system("localhost", 80)
    assert addresses
    assert len(addresses) == len(set(addresses))
