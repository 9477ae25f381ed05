"""The bucket of the link group: downloads that work, and the ways in which they do not."""

import socket
import time
from io import BytesIO

import httpx2
import pytest
from PIL import Image, UnidentifiedImageError

from tests.sandbox.client import Client, question, texts


def address(client: Client, marker: str) -> str:
    [url] = texts(client.ask(f"a cat [sandbox:{marker}]"))
    return url


def fetch(client: Client, marker: str) -> httpx2.Response:
    return client.http.get(address(client, marker))


def test_the_book_knows_every_download_and_that_no_key_came_with_it(client: Client) -> None:
    url = address(client, "oss_later=1")
    for _ in range(2):
        client.http.get(url)
    downloads = client.sandbox.downloads()
    assert [download["status"] for download in downloads] == [503, 200]
    assert all("authorization" not in download["headers"] for download in downloads)
    client.http.get(url, headers={"Authorization": "Bearer sk-secret"})
    assert client.sandbox.downloads()[-1]["headers"]["authorization"] == "***"
    # However often it is fetched, it is paid once.
    assert client.sandbox.charged_quota == 45_000


def test_a_reset_empties_the_bucket(client: Client) -> None:
    url = address(client, "oss")
    client.sandbox.reset()
    assert client.http.get(url).status_code == 404
    assert [download["status"] for download in client.sandbox.downloads()] == [404]


def test_a_page_and_other_bytes_are_no_pictures(client: Client) -> None:
    page = fetch(client, "oss_html")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    other = fetch(client, "oss_other")
    assert (other.status_code, other.headers["content-type"]) == (200, "image/jpeg")
    with pytest.raises(UnidentifiedImageError):
        Image.open(BytesIO(other.content))


def test_a_label_may_be_wrong(client: Client) -> None:
    for marker, label in (("oss_type", "text/plain"), ("oss_type:image/png", "image/png")):
        answer = fetch(client, marker)
        assert answer.headers["content-type"] == label
        assert Image.open(BytesIO(answer.content)).format == "JPEG"


def test_a_download_may_be_nothing_or_far_too_much(client: Client) -> None:
    empty = fetch(client, "oss_empty")
    assert (empty.status_code, empty.content) == (200, b"")
    huge = fetch(client, "oss_huge=2")
    assert ("content-length" not in huge.headers, len(huge.content) > 2_000_000) == (True, True)
    assert huge.content[:2] == b"\xff\xd8"
    with client.http.stream("GET", address(client, "oss_gzip=4")) as bomb:
        packed = sum(len(piece) for piece in bomb.iter_raw())
    assert (bomb.headers["content-encoding"], packed < 100_000) == ("gzip", True)


def test_a_download_may_drip(client: Client) -> None:
    url = address(client, "oss_drip=500")
    host, port = client.sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=2) as wire:
        wire.sendall(f"GET {url.removeprefix(client.sandbox.url)} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        received, until = b"", time.monotonic() + 0.35
        while time.monotonic() < until:
            received += wire.recv(65536)
    assert 50 <= len(received.partition(b"\r\n\r\n")[2]) <= 300


def test_a_download_may_break_off(client: Client) -> None:
    url = address(client, "oss_cut=10")
    with pytest.raises(httpx2.RemoteProtocolError):
        client.http.get(url)


def test_a_redirect_leads_inside_the_house_or_round_in_a_circle(client: Client) -> None:
    assert fetch(client, "oss_redirect").headers["location"] == "http://169.254.169.254/latest/meta-data/"
    assert fetch(client, "oss_redirect:ftp://10.0.0.1/").headers["location"] == "ftp://10.0.0.1/"
    url = address(client, "oss_loop")
    with pytest.raises(httpx2.TooManyRedirects):
        client.http.get(url, follow_redirects=True)


def test_an_answer_may_hold_any_address(client: Client) -> None:
    assert "sandbox-bucket.example" in address(client, "oss_foreign")
    client.sandbox.script([{"then": "oss_foreign", "reason": "https://[::ffff:169.254.169.254]/"}])
    assert texts(client.post(question("a cat"))) == ["https://[::ffff:169.254.169.254]/"]
