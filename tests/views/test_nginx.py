"""Pictures sent by a real nginx, set up as the docs say: whole, in parts, and only where the studio says so."""

import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from nbweb.environment import BASE_DIR
from studio.demo.processes import free_port
from studio.models import Output, User
from tests import nginx
from tests.people import PASSWORD, Cast
from tests.views.picture_door import address, data, output

__all__ = ["data", "output"]

pytestmark = nginx.needed

SERVER = """
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass {studio}; proxy_set_header Host $host:{studio_port}; }}
    {documented}
  }}
"""


@pytest.fixture
def in_front(live_server: LiveServer, own_storage: Path, settings: Settings, tmp_path: Path) -> Iterator[int]:
    """The port of an nginx before the studio, which sends what lies in the storage."""
    settings.NB_MEDIA_DELIVERY = "accel"
    documented = re.search(r"```nginx\n(.+?)```", (BASE_DIR / "docs/pictures.md").read_text(), re.DOTALL)
    assert documented
    port = free_port()
    http = SERVER.format(
        port=port,
        studio=live_server.url,
        studio_port=live_server.url.rpartition(":")[2],
        documented=documented[1].replace("/srv/nb/media/", f"{own_storage}/"),
    )
    with nginx.serving(tmp_path / "nginx", http, port=port):
        yield port


def ask(
    port: int, path: str, person: User | None = None, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if person:
        client = Client()
        client.force_login(person)
        name = django_settings.SESSION_COOKIE_NAME
        sent["Cookie"] = f"{name}={client.cookies[name].value}"
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def test_nginx_sends_what_the_studio_says_and_nothing_else(
    in_front: int, cast: Cast, output: Output, data: bytes, own_storage: Path
) -> None:
    status, headers, sent = ask(in_front, address(output), cast.bob)
    assert (status, sent) == (200, data)
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"].startswith('inline; filename="Autumn-catalogue-1A')
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["accept-ranges"] == "bytes"
    assert "x-accel-redirect" not in headers

    for wanted, part in (("bytes=10-99", data[10:100]), ("bytes=-7", data[-7:]), ("bytes=100-", data[100:])):
        status, within, sent = ask(in_front, address(output), cast.bob, Range=wanted)
        assert (status, sent) == (206, part)
        assert within["content-range"].endswith(f"/{len(data)}")
    assert ask(in_front, address(output), cast.bob, Range="bytes=5-9", If_Range='"another"')[::2] == (200, data)
    going_on = ask(in_front, address(output), cast.bob, Range="bytes=5-9", If_Range=headers["etag"])
    assert going_on[::2] == (206, data[5:10])
    assert ask(in_front, address(output), cast.bob, Range=f"bytes={len(data)}-")[0] == 416
    status, headers, sent = ask(in_front, address(output), cast.bob, method="HEAD")
    assert (status, headers["content-length"], sent) == (200, str(len(data)), b"")
    assert ask(in_front, address(output, "thumbnail"), cast.bob)[1]["content-type"] == "image/webp"

    hidden = f"/nb-pictures/{output.key}"
    for path in (hidden, hidden.replace("nb-", "%6eb-"), f"/x/..{hidden}", f"/{hidden}", "/nb-pictures/../nginx.conf"):
        for person in (None, cast.bob):
            status, _, sent = ask(in_front, path, person)
            assert status in {400, 404}, path
            assert data[:20] not in sent
    assert ask(in_front, address(output))[0] == 404
    assert ask(in_front, address(output), cast.charlie)[0] == 404
    (own_storage / output.key).unlink()
    assert ask(in_front, address(output), cast.bob)[0] == 404


def test_one_signs_in_through_the_proxy_of_the_compose_file(
    live_server: LiveServer, cast: Cast, tmp_path: Path
) -> None:
    """By the address that a browser on this machine has, with its port: forms of another site are refused by it."""
    port = free_port()
    studio = live_server.url.removeprefix("http://")
    with nginx.serving(tmp_path / "nginx", nginx.as_deployed(port, studio), port=port):
        _status, headers, page = ask(port, "/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        form = {"login": cast.bob.email, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode()}
        cookie = headers["set-cookie"].partition(";")[0]
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            said = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            said["Origin"] = f"http://127.0.0.1:{port}"
            connection.request("POST", "/accounts/login/", urlencode(form), said)
            assert connection.getresponse().status == 302
