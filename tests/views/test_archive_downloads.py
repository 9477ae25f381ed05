"""Many pictures at once, over a real connection."""

import http.client
import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from studio.archive import pictures
from studio.models import Generation, Project, User
from tests import people
from tests.opened import linux, open_below
from tests.people import Cast
from tests.stored import delivered, keep

type SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def address(project: Project) -> str:
    return reverse("downloads", args=[project.public_id])


def ids(*frames: Generation) -> dict[str, list[str]]:
    return {"frames": [str(frame.public_id) for frame in frames]}


def names_in(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_whoever_may_look_takes_a_selection_along(cast: Cast, signed_in: SignIn) -> None:
    one, _, three = delivered(cast.bob, cast.project, variations=3)
    for person in (cast.vera, cast.bob, cast.alice, cast.dana):
        answer = signed_in(person).post(address(cast.project), ids(three, one))
        data = b"".join(answer)  # type: ignore[arg-type]
        assert names_in(data)[1:] == [
            "Autumn-catalogue-1A-pro-2K-A-red-boat.png",
            "Autumn-catalogue-1C-pro-2K-A-red-boat.png",
        ]
        assert answer.headers["Content-Length"] == str(len(data))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="Autumn-catalogue-2-images.zip"'
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_run_as_a_whole_by_its_number(cast: Cast, signed_in: SignIn) -> None:
    delivered(cast.bob, cast.project, variations=2)
    delivered(cast.bob, cast.project)
    answer = signed_in(cast.vera).get(f"{address(cast.project)}?run=1")
    assert len(names_in(b"".join(answer))) == 3  # type: ignore[arg-type]
    assert 'filename="Autumn-catalogue-run-1.zip"' in answer.headers["Content-Disposition"]


def test_all_of_a_project(cast: Cast, signed_in: SignIn) -> None:
    delivered(cast.bob, cast.project, variations=2)
    delivered(cast.alice, cast.project)
    answer = signed_in(cast.vera).get(address(cast.project))
    assert len(names_in(b"".join(answer))) == 4  # type: ignore[arg-type]


def test_strangers_and_those_who_are_not_signed_in_get_nothing(cast: Cast, signed_in: SignIn) -> None:
    delivered(cast.bob, cast.project)
    assert signed_in(cast.charlie).get(address(cast.project)).status_code == 404
    assert Client().get(address(cast.project)).status_code == 302
    assert signed_in(cast.bob).delete(address(cast.project)).status_code == 405


def test_B141_a_frame_of_another_project_does_not_come_along(cast: Cast, signed_in: SignIn) -> None:
    private = Project.objects.create(name="Private")
    (hidden,) = delivered(cast.charlie, private)
    (mine,) = delivered(cast.bob, cast.project)
    bob = signed_in(cast.bob)
    answer = bob.post(address(cast.project), ids(hidden, mine))
    assert len(names_in(b"".join(answer))) == 2  # type: ignore[arg-type]
    for asked in (ids(hidden), {"frames": ["no id"]}, {"run": "x"}, {"run": ""}):
        answer = bob.post(address(cast.project), asked, follow=True)
        assert "There is no picture among these." in answer.content.decode()


def test_more_than_one_archive_holds_is_said(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered(cast.bob, cast.project, variations=3)
    monkeypatch.setattr("studio.views.downloads.FRAMES_MAX", 2)
    answer = signed_in(cast.bob).get(address(cast.project), follow=True)
    assert "One archive holds at most 2 images." in answer.content.decode()
    assert pictures.FRAMES_MAX > 2


# ── Over a real connection ─────────────────────────────────────────────────────────────────────────


@contextmanager
def connected(live_server: LiveServer, person: User, path: str) -> Iterator[http.client.HTTPResponse]:
    """The answer as it comes; at the end of the block the client hangs up."""
    client = Client()
    client.force_login(person)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    with closing(http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=60)) as connection:
        connection.request("GET", path, headers={"Cookie": cookies})
        with connection.getresponse() as answer:
            yield answer


@pytest.mark.django_db(transaction=True)
def test_it_arrives_whole_and_says_how_long_it_is(live_server: LiveServer) -> None:
    cast = people.cast()
    for frame in delivered(cast.bob, cast.project, variations=4):
        keep(frame.outputs.get(), os.urandom(3_000_000))
    with connected(live_server, cast.vera, address(cast.project)) as answer:
        data = answer.read()
    assert int(answer.headers["Content-Length"]) == len(data) > 12_000_000
    assert len(names_in(data)) == 5


@pytest.mark.django_db(transaction=True)
@linux
def test_a_client_that_hangs_up_leaves_nothing_open(live_server: LiveServer, media: Path) -> None:
    cast = people.cast()
    for frame in delivered(cast.bob, cast.project, variations=4):
        keep(frame.outputs.get(), os.urandom(8_000_000))
    with connected(live_server, cast.vera, address(cast.project)) as answer:
        answer.read(1_000)
        wait_until(lambda: bool(open_below(media)))  # and then for a client that reads no more
    wait_until(lambda: not open_below(media))


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, "waited for it in vain"
        time.sleep(0.05)
