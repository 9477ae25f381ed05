"""Fetching what a person points at: any named host of the open internet, every hop judged, over real TLS."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.fetch import Fetched, FetchFailed, FetchRefused, download_public, plain_url
from studio.wire import Connection, Limit, NotConnected
from tests.fetch.internet import OPEN_ADDRESS, Internet
from tests.provider.peer import Manners, Peer, Talk, answers, says

INSIDE = [
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "::127.0.0.1",
    "fec0::1",
    "2002:7f00:1::",
    "fd00:ec2::254",
    "fe80::1%eth0",
]


def moved(to: str, status: str = "302 Found") -> Manners:
    return answers(b"", status=status, headers=f"Location: {to}\r\n" if to else "")


picture = answers(b"picture", headers="Content-Type: image/png\r\n")


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Internet]:
    """An internet in which nobody answers; nobody should be asked, either."""
    with Internet(tmp_path) as internet:
        yield internet


def test_any_named_host_is_fetched_from_the_address_that_was_judged(tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=picture) as internet:
        assert internet.fetch("https://pictures.example/a.png?b=1") == (Fetched(7, "image/png"), b"picture")
        assert internet.requests("pictures.example") == ["GET /a.png?b=1 HTTP/1.1"]
    assert internet.dialled == [("pictures.example", OPEN_ADDRESS)]


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/a.png",
        "file:/etc/passwd",
        "gopher://pictures.example/",
        "ftp://pictures.example/a.png",
        "data:image/png;base64,QUJD",
        "javascript:alert(1)",
        "//pictures.example/a.png",
        "http:127.0.0.1",
        "https:127.0.0.1",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://\N{CIRCLED DIGIT ONE}27.0.0.1/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://8.8.8.8/",
        "https://localhost/",
        "https://studio/",
        "http://good\\@127.0.0.1/",
        "https://good.example\\@127.0.0.1/",
        "https://me:secret@pictures.example/",
        "https://@pictures.example/",
        "https:///a.png",
        "https://pictures.example:8443/",
        "https://pictures.example:22/",
        "https://pictures.example/a\tb",
        "https://pictures.example/\r\nHost: evil.example",
        "https://pictures.example/" + "x" * 8_000,
        "http://127.0.0.1:8490/oss/x.png",
        "",
    ],
)
def test_no_socket_is_opened_for_what_is_no_plain_https_address(nowhere: Internet, url: str) -> None:
    with pytest.raises(FetchRefused):
        nowhere.fetch(plain_url(url))
    assert (nowhere.asked, nowhere.dialled) == ([], [])


@pytest.mark.parametrize("address", INSIDE)
def test_no_socket_is_opened_to_an_address_inside(nowhere: Internet, address: str) -> None:
    for addresses in ([address], [OPEN_ADDRESS, address], [address, OPEN_ADDRESS]):
        nowhere.addresses["pictures.example"] = addresses
        with pytest.raises(FetchRefused, match=r"^pictures\.example leads into a closed network$"):
            nowhere.fetch("https://pictures.example/secret?token=abc")
    assert nowhere.dialled == []


@pytest.mark.parametrize("address", INSIDE)
def test_a_redirect_inside_is_refused_after_the_first_hop(tmp_path: Path, address: str) -> None:
    with Internet(tmp_path, first_example=moved("https://inside.example/")) as internet:
        internet.addresses["inside.example"] = [address]
        with pytest.raises(FetchFailed, match="redirect_refused"):
            internet.fetch("https://first.example/")
    assert internet.dialled == [("first.example", OPEN_ADDRESS)]


@pytest.mark.parametrize(
    "where",
    [
        "http://first.example/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://2130706433/",
        "https://[::1/",
        "https://me:secret@first.example/",
        "https://first.example:8443/",
        "//127.0.0.1/",
        "\\\\127.0.0.1\\",
        "file:/etc/passwd",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_redirect_is_judged_like_what_is_typed(tmp_path: Path, where: str) -> None:
    with (
        Internet(tmp_path, first_example=moved(where)) as internet,
        pytest.raises(FetchFailed, match="redirect_refused"),
    ):
        internet.fetch("https://first.example/")
    assert len(internet.dialled) == 1


def test_a_redirect_does_not_reach_the_gateway_on_loopback(tmp_path: Path) -> None:
    with Peer(picture) as inside, Internet(tmp_path, first_example=moved(f"{inside.base_url}/oss/x.png")) as internet:
        with pytest.raises(FetchFailed, match="redirect_refused"):
            download_public(
                "https://first.example/",
                into=io.BytesIO(),
                bytes_max=10,
                deadline_seconds=5,
                loopback=(inside.base_url,),
                resolve=internet.resolve,
                dial=internet.dial,
            )
        assert inside.connections == 0


def test_the_gateway_on_loopback_is_reached_when_it_is_typed() -> None:
    with Peer(picture) as inside:
        fetched = download_public(
            f"{inside.base_url}/a.png",
            into=io.BytesIO(),
            bytes_max=10,
            deadline_seconds=5,
            loopback=(inside.base_url,),
        )
    assert fetched == Fetched(7, "image/png")


def test_a_name_that_changes_its_mind_is_looked_up_once_and_pinned(tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=picture) as internet:
        answers_in_turn = iter([[OPEN_ADDRESS], ["127.0.0.1"]])
        fetched = download_public(
            "https://pictures.example/",
            into=io.BytesIO(),
            bytes_max=10,
            deadline_seconds=5,
            resolve=lambda host, port: next(answers_in_turn),
            dial=internet.dial,
        )
    assert fetched.size_bytes == 7
    assert internet.dialled == [("pictures.example", OPEN_ADDRESS)]


def test_a_name_that_changes_its_mind_between_two_hops_is_refused_at_the_second(tmp_path: Path) -> None:
    with Internet(tmp_path, first_example=moved("/again")) as internet:
        answers_in_turn = iter([[OPEN_ADDRESS], ["127.0.0.1"]])
        with pytest.raises(FetchFailed, match="redirect_refused"):
            download_public(
                "https://first.example/",
                into=io.BytesIO(),
                bytes_max=10,
                deadline_seconds=5,
                resolve=lambda host, port: next(answers_in_turn),
                dial=internet.dial,
            )
    assert len(internet.dialled) == 1


@pytest.mark.parametrize(
    "status",
    ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"],
)
def test_two_redirects_are_followed(tmp_path: Path, status: str) -> None:
    hops = {
        "first_example": moved("https://second.example/b?c=1", status),
        "second_example": moved("//third.example/d", status),
        "third_example": picture,
    }
    with Internet(tmp_path, **hops) as internet:
        assert internet.fetch("https://first.example/a")[1] == b"picture"
        assert internet.requests("second.example") == ["GET /b?c=1 HTTP/1.1"]
    assert internet.asked == ["first.example", "second.example", "third.example"]


def test_a_third_redirect_is_not_followed(tmp_path: Path) -> None:
    with (
        Internet(tmp_path, first_example=moved("/round")) as internet,
        pytest.raises(FetchFailed, match="too_many_redirects"),
    ):
        internet.fetch("https://first.example/")
    assert len(internet.dialled) == 3


def test_a_certificate_for_another_name_is_no_connection(tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=picture) as internet:
        peer = internet._peers.pop("pictures.example")
        internet._peers["other.example"] = peer
        with pytest.raises(FetchFailed, match="not_connected"):
            internet.fetch("https://other.example/")
        assert peer.received == []


def test_the_deadline_is_one_for_all_hops(tmp_path: Path) -> None:
    def slowly(talk: Talk) -> None:
        talk.read_request()
        time.sleep(0.2)
        talk.send(b"HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n")

    began = time.monotonic()
    with Internet(tmp_path, first_example=slowly) as internet, pytest.raises(FetchFailed, match="timeout"):
        internet.fetch("https://first.example/", seconds=0.3)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("head", [b"Content-Length: 2000\r\n\r\n", b"\r\n"])
def test_a_file_over_the_cap_is_left_there(tmp_path: Path, head: bytes) -> None:
    with (
        Internet(tmp_path, big_example=says(b"HTTP/1.1 200 OK\r\n" + head, b"x" * 2_000)) as internet,
        pytest.raises(FetchFailed, match="too_large"),
    ):
        internet.fetch("https://big.example/", bytes_max=1_999)


def test_an_address_that_takes_nobody_is_passed_over(tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=picture) as internet:
        internet.addresses["pictures.example"] = ["1.1.1.1", OPEN_ADDRESS]
        real = internet.dial

        def dial(url: str, limit: Limit, *, address: str) -> Connection:
            if address == "1.1.1.1":
                raise NotConnected("refused")
            return real(url, limit, address=address)

        internet.dial = dial  # type: ignore[method-assign]
        assert internet.fetch("https://pictures.example/")[1] == b"picture"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("  https://pictures.example/a.png\n", "https://pictures.example/a.png"),
        ("https://bücher.example/größe.png", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe.png"),
        ("https://图片.example/船.png?名=船", "https://xn--wcsw84d.example/%E8%88%B9.png?%E5%90%8D=%E8%88%B9"),
        # A Cyrillic а: whoever looks sees that it is not what it seems to be.
        ("https://p\N{CYRILLIC SMALL LETTER A}ypal.example/", "https://xn--pypal-4ve.example/"),
        ("https://pictures.example/a%20b.png?x=%E8", "https://pictures.example/a%20b.png?x=%E8"),
        ("https://pictures.example/ö\\b", "https://pictures.example/ö\\b"),
        ("https://pictures.example/ö b", "https://pictures.example/ö b"),
    ],
)
def test_what_is_typed_is_written_as_the_wire_wants_it(typed: str, plain: str) -> None:
    assert plain_url(typed) == plain
