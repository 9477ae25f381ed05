"""Small pictures: made with the picture, and made later for what an older version stored."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image
from pytest_django import Settings

from studio.decoder import EDGES
from studio.models import Link, Output, Upload
from studio.storage import keys, objects
from studio.storage.thumbnails import make_missing
from studio.storage.uploads import keep_picture
from studio.templatetags.pictures import srcset
from tests.people import Cast
from tests.people import cast as people
from tests.storage import samples
from tests.views.composing import make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return people()


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def upload(cast: Cast) -> Upload:
    data = samples.picture("JPEG", size=(2000, 1000))
    return keep_picture(io.BytesIO(data), name="boat.jpg", project=cast.project, person=cast.bob)


def small_files(media: Path) -> list[str]:
    return sorted(path.name.rpartition("-")[2] for path in media.rglob("*.webp"))


def forget(media: Path, *edges: int) -> None:
    """As an older version left it."""
    for edge in edges:
        for path in media.rglob(f"*-{edge}.webp"):
            path.unlink()
    for model in (Output, Upload, Link):
        model._base_manager.update(colour=None)


def thumbnails(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    call_command("thumbnails")
    said = capsys.readouterr()
    return said.out.strip(), said.err


def test_a_picture_is_stored_with_every_size_and_its_colour(upload: Upload, media: Path) -> None:
    assert small_files(media) == ["240.webp", "320.webp", "640.webp", "960.webp"]
    assert upload.colour in {"#fe0000", "#0000fe", "#ff0000", "#0000ff"}


def test_what_an_older_version_stored_gets_what_is_missing(
    upload: Upload, media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, colour = {path: path.read_bytes() for path in media.rglob("*.webp")}, upload.colour
    forget(media, 320, 640)
    assert thumbnails(capsys) == ("1 pictures looked at, 2 small ones made.", "")
    assert {path: path.read_bytes() for path in media.rglob("*.webp")} == before
    upload.refresh_from_db()
    assert upload.colour == colour
    assert thumbnails(capsys) == ("1 pictures looked at, 0 small ones made.", "")


def test_a_link_has_nothing_but_its_thumbnail_to_make_them_from(cast: Cast, media: Path) -> None:
    data = samples.picture("WEBP", size=(960, 480))
    key = keys.thumbnail_key("ab" * 32)
    objects.put_bytes(key, data)
    link = make_link(cast.project, cast.bob, thumbnail_key=key)
    assert make_missing(link) == len(EDGES) - 1
    assert (media / key).read_bytes() == data
    with objects.open_object(keys.small_key(key, 320)) as small:
        assert Image.open(small).size == (320, 160)


def test_a_picture_that_is_gone_keeps_no_other_from_its_small_ones(
    upload: Upload, media: Path, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    data = samples.picture("PNG", size=(400, 300))
    gone = keep_picture(io.BytesIO(data), name="gone.png", project=cast.project, person=cast.bob)
    (media / gone.key).unlink()
    forget(media, 240)
    out, err = thumbnails(capsys)
    assert out == "2 pictures looked at, 1 small ones made."
    assert f"upload {gone.pk}" in err


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((2000, 1000), [320, 640, 960]),
        ((1000, 2000), [160, 320, 480]),  # the long side is what an edge measures
        ((500, 500), [320, 500]),
        ((200, 100), [200]),
        ((1536, 12_288), [40, 80, 120]),
    ],
)
def test_a_browser_is_told_how_wide_each_of_them_really_is(size: tuple[int, int], widths: list[int]) -> None:
    told = srcset(Upload(width=size[0], height=size[1], thumbnail_key="small"))
    assert [int(each.rpartition(" ")[2].removesuffix("w")) for each in told.split(", ")] == widths


def test_a_picture_that_nobody_here_has_seen_has_none() -> None:
    assert srcset(Link(url="gs://bucket/boat.png", width=0, height=0)) == ""
