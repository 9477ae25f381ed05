"""The corpus at the decoder itself: what is let in, and what its thumbnail shows and tells."""

import io
from collections.abc import Set
from pathlib import Path

import pytest
from PIL import Image

from studio.decoder import NotAPicture, copy_clean, examine
from tests.badinputs.pictures import ACCEPTED, PICTURES, SECRET, BadPicture


def verdict(bad: BadPicture) -> str:
    try:
        examine(io.BytesIO(bad.data))
    except NotAPicture as refusal:
        return refusal.code
    return ACCEPTED


@pytest.mark.parametrize("bad", PICTURES, ids=str)
def test_C23_every_bad_picture_has_its_verdict(bad: BadPicture) -> None:
    assert verdict(bad) == (bad.verdict if bad.verdict != "empty" else "wrong_type")


@pytest.mark.parametrize("bad", [bad for bad in PICTURES if bad.verdict == ACCEPTED], ids=str)
def test_C27_a_thumbnail_shows_the_picture_and_tells_nothing_else(bad: BadPicture) -> None:
    for small in examine(io.BytesIO(bad.data)).thumbnails:
        shows_the_picture_and_no_more(small, bad)


@pytest.mark.parametrize("bad", [bad for bad in PICTURES if bad.verdict == ACCEPTED], ids=str)
def test_C27_a_working_copy_shows_the_picture_and_tells_nothing_else(bad: BadPicture, tmp_path: Path) -> None:
    with (tmp_path / "copy").open("w+b") as copied:
        examined = copy_clean(io.BytesIO(bad.data), copied)
        data = copied.read()
    kind = {"image/heic": {"JPEG", "PNG"}}.get(examined.facts.mime_type, {examined.facts.mime_type[6:].upper()})
    shows_the_picture_and_no_more(data, bad, kind)
    for small in examined.thumbnails:
        shows_the_picture_and_no_more(small, bad)


def shows_the_picture_and_no_more(small: bytes, bad: BadPicture, kind: Set[str] = frozenset({"WEBP"})) -> None:
    assert SECRET not in small
    shown = Image.open(io.BytesIO(small))
    assert shown.format in kind
    assert not getattr(shown, "is_animated", False)
    assert not {"exif", "xmp", "icc_profile"} & shown.info.keys()
    if bad.has_halves:
        upright = shown.convert("RGB")
        left = upright.getpixel((upright.width // 5, upright.height // 2))
        right = upright.getpixel((upright.width * 4 // 5, upright.height // 2))
        assert left[0] > 180 > 90 > left[2], left  # type: ignore[index, operator]
        assert right[2] > 180 > 90 > right[0], right  # type: ignore[index, operator]
