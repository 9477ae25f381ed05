"""Every bad body of the corpus at every door that takes files: refused, in little memory, and nothing left behind."""

import time
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bench.meter import Meter
from nbweb.bodies import CROWDED
from studio.models import Run, Upload, User
from studio.storage.uploads import ORIGINAL_BYTES_MAX
from tests.api.calling import caller
from tests.badinputs.bodies import BODIES, BOUNDARY, MULTIPART, BadBody, body, part
from tests.people import Cast
from tests.storage.samples import picture, png_that_claims
from tests.views.composing import HTMX, fields

type SignIn = Callable[[User], Client]

DOORS = {"uploads": "files", "runs": "files", "reconciliation-files": "file", "api:project-uploads": "file"}
"""Every address that takes files, with the name of its field."""
every_door = pytest.mark.parametrize("door", DOORS)


@pytest.fixture(autouse=True)
def temporary(settings: Settings, tmp_path: Path) -> Path:
    """Where files are while they arrive."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "temporary"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    return folder


def address_of(door: str, cast: Cast) -> str:
    return reverse(door, args=[] if door == "reconciliation-files" else [cast.project.public_id])


def client_of(door: str, person: User, signed_in: SignIn) -> Client:
    """A browser, or a program."""
    return caller(person) if door.startswith("api:") else signed_in(person)


@pytest.mark.parametrize("bad", BODIES, ids=str)
@every_door
def test_a_bad_body_is_refused(cast: Cast, signed_in: SignIn, temporary: Path, door: str, bad: BadBody) -> None:
    data = bad.make(DOORS[door])
    length = len(data) if bad.length is None else bad.length
    response = client_of(door, cast.dana, signed_in).request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": address_of(door, cast),
            "CONTENT_TYPE": bad.content_type,
            "CONTENT_LENGTH": str(length),
            "wsgi.input": BytesIO(data),
            "HTTP_HX_REQUEST": "true",
        }
    )
    takes_it = bad.keeps and DOORS[door] == "files"
    expected = {HTTPStatus.OK} if takes_it else {HTTPStatus.UNPROCESSABLE_ENTITY}
    assert response.status_code in (expected if bad.is_parsed else {HTTPStatus.BAD_REQUEST})
    assert "Traceback" not in response.content.decode()
    assert Upload.objects.count() == (bad.keeps if takes_it else 0)
    assert not Run.objects.exists()
    assert not list(temporary.iterdir())


class Endless:
    """A body of any length that takes no memory, and knows how far it was read."""

    def __init__(self, size_bytes: int) -> None:
        self._head = part("files", b"", file=b"huge.png").removesuffix(b"\r\n") + picture()
        self._tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.size_bytes = size_bytes
        self.read_bytes = 0
        self.largest_on_disk = 0
        self.watched: Path | None = None

    readline = None  # asked for, and never called

    def read(self, wanted: int = -1) -> bytes:
        assert wanted >= 0, "nobody reads all of it at once"
        begin, end = self.read_bytes, min(self.read_bytes + wanted, self.size_bytes)
        self.read_bytes = end
        if self.watched and (kept := list(self.watched.iterdir())):
            self.largest_on_disk = max(self.largest_on_disk, *(path.stat().st_size for path in kept))
        piece = bytearray(end - begin)
        for start, content in ((0, self._head), (self.size_bytes - len(self._tail), self._tail)):
            inside = content[max(0, begin - start) : max(0, end - start)]
            at = max(0, start - begin)
            piece[at : at + len(inside)] = inside
        return bytes(piece)


def send(client: Client, address: str, endless: Endless) -> HTTPStatus:
    return client.request(  # type: ignore[no-any-return]
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": address,
            "CONTENT_TYPE": MULTIPART,
            "CONTENT_LENGTH": str(endless.size_bytes),
            "wsgi.input": endless,
            "HTTP_HX_REQUEST": "true",
        }
    ).status_code


@every_door
def test_B67_600_megabytes_are_refused_before_they_are_read(
    cast: Cast, signed_in: SignIn, temporary: Path, door: str
) -> None:
    client, endless = client_of(door, cast.dana, signed_in), Endless(600_000_000)
    with Meter() as meter:
        status = send(client, address_of(door, cast), endless)
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert endless.read_bytes == 0
    assert meter.peak_bytes < 8 << 20
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("door", ["uploads", "runs"])
def test_B67_of_120_megabytes_no_more_is_kept_than_an_image_may_have(
    cast: Cast, signed_in: SignIn, temporary: Path, door: str
) -> None:
    client, endless = signed_in(cast.bob), Endless(120_000_000)
    endless.watched = temporary
    with Meter() as meter:
        status = send(client, address_of(door, cast), endless)
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert endless.read_bytes == endless.size_bytes
    assert 0 < endless.largest_on_disk <= ORIGINAL_BYTES_MAX
    assert meter.peak_bytes < 8 << 20
    assert not list(temporary.iterdir())
    assert not Upload.objects.exists()


@pytest.mark.parametrize("side", [13_000, 60_000])
def test_C28_a_picture_that_unpacks_to_gigabytes_is_refused_with_memory_flat(
    cast: Cast, signed_in: SignIn, side: int, capsys: pytest.CaptureFixture[str]
) -> None:
    client, address = signed_in(cast.bob), address_of("uploads", cast)
    client.post(address, {"files": SimpleUploadedFile("boat.png", picture())}, headers=HTMX)  # the decoder is up
    tries = []
    with Meter() as meter:
        for _ in range(3):
            bomb = SimpleUploadedFile("bomb.png", png_that_claims(side, side))
            began = time.perf_counter()
            response = client.post(address, {"files": bomb}, headers=HTMX)
            tries.append(time.perf_counter() - began)
    seconds = min(tries)  # the machine may be busy
    with capsys.disabled():
        print(f" {side} x {side} refused in {seconds:.3f} s, {meter.peak_bytes / 1e6:.1f} MB", end=" ")
    assert "bomb.png has too many pixels" in response.content.decode()
    assert seconds < 1
    assert meter.peak_bytes < 8 << 20


def test_a_body_without_files_says_so(cast: Cast, signed_in: SignIn) -> None:
    client, address = signed_in(cast.bob), address_of("uploads", cast)
    for sent in (body(), body(part("files", b"", file=b""))):
        response = client.generic("POST", address, sent, MULTIPART, headers=HTMX)
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "No image was chosen." in response.content.decode()
    assert client.post(address, fields()).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_whoever_finds_no_room_is_told_that_nothing_was_taken(cast: Cast, signed_in: SignIn) -> None:
    address = reverse("uploads", args=[cast.project.public_id])
    answer = signed_in(cast.bob).post(address, **{CROWDED: True})  # type: ignore[arg-type]
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Too many uploads are on their way" in answer.content.decode()
    program = Client().post("/api/v1/runs", **{CROWDED: True})  # type: ignore[arg-type]
    assert (program.status_code, program.json()["type"]) == (503, "urn:nb-studio:away")
