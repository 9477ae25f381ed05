"""Letting a person's picture in: through the real upload handler, in one multipart request, as a browser sends it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from studio.decoder import keeper
from studio.models import Upload
from studio.storage import uploads
from studio.storage.uploads import NAME_CHARACTERS_MAX, ORIGINAL_BYTES_MAX, UploadRefused, bring_in, clean_name
from tests import people
from tests.people import Cast
from tests.storage import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path / "media"


@pytest.fixture
def close_files() -> Iterator[list[HttpRequest]]:
    """Requests whose uploads are closed at the end, as the handler does after every response."""
    requests: list[HttpRequest] = []
    yield requests
    for request in requests:
        request.close()


def sent(close_files: list[HttpRequest], *files: tuple[str, bytes]) -> list["UploadedFile[bytes]"]:
    """The files as a view finds them."""
    parts = [SimpleUploadedFile(name, data, "image/png") for name, data in files]
    request = RequestFactory().post("/", {"files": parts})
    close_files.append(request)
    found = request.FILES
    assert isinstance(found, MultiValueDict)
    return found.getlist("files")


def refusal_of(file: "UploadedFile[bytes]", cast: Cast) -> UploadRefused:
    with pytest.raises(UploadRefused) as refusal:
        bring_in(file, project=cast.project, person=cast.bob)
    return refusal.value


def test_a_picture_is_let_in_with_what_its_bytes_say(cast: Cast, media: Path, close_files: list[HttpRequest]) -> None:
    data = samples.picture("JPEG")
    (file,) = sent(close_files, ("holiday.png", data))
    upload = bring_in(file, project=cast.project, person=cast.bob)
    assert (upload.name, upload.mime_type, upload.width, upload.height) == ("holiday.png", "image/jpeg", 30, 20)
    assert upload.size_bytes == len(data)
    assert (media / upload.key).read_bytes() == data
    assert (media / upload.thumbnail_key).read_bytes()[:4] == b"RIFF"


def test_what_is_sent_is_a_copy_that_tells_nothing(cast: Cast, media: Path, close_files: list[HttpRequest]) -> None:
    data = samples.picture("JPEG", comment=b"a secret")
    (file,) = sent(close_files, ("holiday.jpg", data))
    upload = bring_in(file, project=cast.project, person=cast.bob)
    assert (media / upload.key).read_bytes() == data
    copy = (media / upload.sent.key).read_bytes()
    assert b"a secret" not in copy
    assert (upload.sent.mime_type, upload.sent.size_bytes) == ("image/jpeg", len(copy))
    assert upload.sent.sha256 == hashlib.sha256(copy).hexdigest()


def test_two_originals_of_the_same_pixels_share_one_copy(cast: Cast, close_files: list[HttpRequest]) -> None:
    one, other = sent(close_files, *((f"{word!r}.jpg", samples.picture("JPEG", comment=word)) for word in (b"a", b"b")))
    first = bring_in(one, project=cast.project, person=cast.bob)
    second = bring_in(other, project=cast.project, person=cast.bob)
    assert first.key != second.key
    assert (first.sent, first.thumbnail_key) == (second.sent, second.thumbnail_key)


def test_a_picture_that_needs_no_copy_is_stored_once(cast: Cast, media: Path, close_files: list[HttpRequest]) -> None:
    (file,) = sent(close_files, ("plain.png", samples.picture()))
    upload = bring_in(file, project=cast.project, person=cast.bob)
    assert upload.sent.key == upload.key
    assert len(list((media / "pictures").rglob("*.png"))) == 1


def test_what_came_before_there_were_copies_gets_one_when_it_comes_again(
    cast: Cast, close_files: list[HttpRequest]
) -> None:
    data = samples.picture("JPEG", comment=b"a secret")
    one, again = sent(close_files, ("one.jpg", data), ("two.jpg", data))
    upload = bring_in(one, project=cast.project, person=cast.bob)
    Upload.objects.update(copy_key="", copy_sha256="", copy_mime_type="", copy_size_bytes=0)
    upload.refresh_from_db()
    assert (upload.sent.key, upload.sent.size_bytes) == (upload.key, len(data))
    assert bring_in(again, project=cast.project, person=cast.bob).sent.key != upload.key


def test_C24_more_than_a_days_images_are_refused_with_the_time_of_the_next(
    cast: Cast, close_files: list[HttpRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "UPLOADS_A_DAY_MAX", 2)
    files = sent(close_files, *((f"{height}.png", samples.picture(size=(30, height))) for height in (20, 21, 22, 23)))
    first, _ = (bring_in(file, project=cast.project, person=cast.bob) for file in files[:2])
    refusal = refusal_of(files[2], cast)
    assert (refusal.code, refusal.facts["at"]) == ("too_many", first.created_at + uploads.DAY)
    assert bring_in(files[3], project=cast.project, person=cast.alice), "of one person, not of all"
    Upload.objects.filter(pk=first.pk).update(created_at=first.created_at - uploads.DAY)
    assert bring_in(files[2], project=cast.project, person=cast.bob)


def test_a_file_is_cut_while_it_streams_in_and_the_others_are_kept(
    cast: Cast, tmp_path: Path, close_files: list[HttpRequest]
) -> None:
    big, small = sent(close_files, ("big.png", b"x" * (ORIGINAL_BYTES_MAX + 1)), ("small.png", samples.picture()))
    assert getattr(big, "was_cut", None) is True
    assert getattr(small, "was_cut", None) is False
    refusal = refusal_of(big, cast)
    assert (refusal.code, refusal.facts["size"]) == ("too_big", ORIGINAL_BYTES_MAX + 1)
    assert bring_in(small, project=cast.project, person=cast.bob).name == "small.png"


def test_what_is_past_the_limit_is_never_written(tmp_path: Path, close_files: list[HttpRequest]) -> None:
    """B67: a request of any size takes no more of the disk than one picture."""
    (file,) = sent(close_files, ("huge.png", b"x" * (3 * ORIGINAL_BYTES_MAX)))
    assert file.size == 3 * ORIGINAL_BYTES_MAX
    assert Path(file.temporary_file_path()).stat().st_size <= ORIGINAL_BYTES_MAX  # type: ignore[attr-defined]


def test_a_file_of_exactly_the_limit_is_whole(cast: Cast, close_files: list[HttpRequest]) -> None:
    picture = samples.picture()
    (file,) = sent(close_files, ("full.png", picture + b"\0" * (ORIGINAL_BYTES_MAX - len(picture))))
    assert bring_in(file, project=cast.project, person=cast.bob).size_bytes == ORIGINAL_BYTES_MAX


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (samples.STRANGERS["svg"], "wrong_type"),
        (samples.STRANGERS["html"], "wrong_type"),
        (samples.STRANGERS["pdf"], "wrong_type"),
        (samples.STRANGERS["gif"], "wrong_type"),
        (samples.picture("JPEG", size=(300, 200))[:800], "unreadable"),
        (samples.png_that_claims(13_000, 13_000), "too_many_pixels"),
    ],
)
def test_a_file_that_is_not_let_in_leaves_nothing(
    cast: Cast, media: Path, data: bytes, code: str, close_files: list[HttpRequest]
) -> None:
    (file,) = sent(close_files, ("image.png", data))
    assert refusal_of(file, cast).code == code
    assert not Upload.objects.exists()
    assert not media.exists()


def test_the_same_picture_again_is_the_same_upload(cast: Cast, close_files: list[HttpRequest]) -> None:
    first, again = sent(close_files, ("one.png", samples.picture()), ("two.png", samples.picture()))
    upload = bring_in(first, project=cast.project, person=cast.bob)
    assert bring_in(again, project=cast.project, person=cast.bob) == upload
    assert upload.name == "one.png"


def test_the_same_picture_of_two_people_is_two_uploads_and_one_object(
    cast: Cast, media: Path, close_files: list[HttpRequest]
) -> None:
    mine, hers = sent(close_files, ("one.png", samples.picture()), ("one.png", samples.picture()))
    first = bring_in(mine, project=cast.project, person=cast.bob)
    second = bring_in(hers, project=cast.project, person=cast.alice)
    assert first != second
    assert first.key == second.key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),  # B52
        ("..\\..\\win.ini", "win.ini"),  # B53
        ("%2e%2e%2fx.png", "%2e%2e%2fx.png"),  # B54: only a label, nothing decodes it
        ("C:\\Users\\bob\\cup.png", "cup.png"),
        ("a\0b.png", "ab.png"),  # B56
        ("\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe", "gnp.exe"),  # B57
        ("\N{RIGHT-TO-LEFT ISOLATE}cup\N{POP DIRECTIONAL ISOLATE}.png", "cup.png"),
        ("\N{BANANA}.png", "\N{BANANA}.png"),  # B58
        ("a" * 300 + ".png", "a" * NAME_CHARACTERS_MAX),  # B59
        ("", "image"),  # B60
        ("..", "image"),  # B61
        (".", "image"),
        ("/", "image"),
        ("...", "image"),
        (".htaccess", ".htaccess"),  # B62
        ("con.png", "con.png"),  # B63
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),  # B64
        ("one\N{LINE SEPARATOR}two.png", "onetwo.png"),
        ('a";b.png', 'a";b.png'),  # B65
        ("<script>.png", "<script>.png"),  # B66: templates escape it
        ("  cup.png  ", "cup.png"),  # B51
        ("cup", "cup"),  # B49
        ("half \ud83d pair.png", "half  pair.png"),
        ("Küche 你好.png", "Küche 你好.png"),
    ],
)
def test_a_name_is_a_label_and_nothing_more(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.parametrize("name", ["../../etc/passwd", "x.html", "x.png.html", "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe"])
def test_C25_where_it_is_stored_never_comes_from_the_name(
    cast: Cast, media: Path, name: str, close_files: list[HttpRequest]
) -> None:
    file = SimpleUploadedFile("x", samples.picture())
    vars(file)["_name"] = name  # past Django's own cleaning: it may come another way one day
    upload = bring_in(file, project=cast.project, person=cast.bob)
    assert upload.key == f"pictures/{upload.sha256[:2]}/{upload.sha256}.png"
    assert sorted(path.suffix for path in media.rglob("*") if path.is_file()) == [".png", *[".webp"] * 4]


def test_what_cannot_be_looked_at_just_now_is_not_called_damaged(
    cast: Cast, close_files: list[HttpRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.dismiss()
    monkeypatch.setattr(keeper, "MODULE", "studio.decoder.nowhere")
    (file,) = sent(close_files, ("boat.png", samples.picture()))
    assert refusal_of(file, cast).code == "away"
    assert not Upload.objects.exists()
