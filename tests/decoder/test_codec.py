"""What a picture is, by its own bytes; how large; which side is up; and what never gets as far as being decoded."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from studio.decoder.codec import facts_of, thumbnails
from studio.decoder.facts import THUMBNAIL_EDGE, NotAPicture
from tests.storage import samples


def facts(data: bytes) -> tuple[str, int, int]:
    found = facts_of(io.BytesIO(data))
    return found.mime_type, found.width, found.height


def small(data: bytes, edge: int = THUMBNAIL_EDGE) -> Image.Image:
    return Image.open(io.BytesIO(thumbnail(io.BytesIO(data), edge)))


def thumbnail(file: io.BytesIO, edge: int = THUMBNAIL_EDGE) -> bytes:
    (small,), _ = thumbnails(file, (edge,))
    return small


def main_colour(data: bytes) -> str:
    return thumbnails(io.BytesIO(data), (960, 240))[1]


def colour(image: Image.Image, across: float, down: float) -> str:
    red, _, blue = image.convert("RGB").getpixel((int(image.width * across), int(image.height * down)))  # type: ignore[misc]
    return "red" if red > blue else "blue"


@pytest.mark.parametrize(("kind", "mime_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_the_type_is_in_the_bytes(kind: str, mime_type: str) -> None:
    assert facts(samples.picture(kind)) == (mime_type, 30, 20)


@pytest.mark.parametrize("name", samples.STRANGERS)
def test_what_we_do_not_deal_in_is_refused(name: str) -> None:
    with pytest.raises(NotAPicture) as refusal:
        facts(samples.STRANGERS[name])
    assert refusal.value.code == "wrong_type"


@pytest.mark.parametrize("place", [33, -12])
def test_a_png_says_which_side_is_up_before_its_pixels_or_behind(place: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = samples.picture()
    data = whole[:place] + samples.chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")) + whole[place:]
    assert facts(data) == ("image/png", 20, 30)
    assert small(data).size == (20, 30)


def test_what_a_png_is_is_known_without_a_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decode)
    assert facts(samples.picture()) == ("image/png", 30, 20)


@pytest.mark.parametrize(
    ("orientation", "shape", "left_or_top"),
    [
        # orientation, size as seen, where the red half is: (across, down)
        (1, (30, 20), (0.2, 0.5)),
        (2, (30, 20), (0.8, 0.5)),
        (3, (30, 20), (0.8, 0.5)),
        (4, (30, 20), (0.2, 0.5)),
        (5, (20, 30), (0.5, 0.2)),
        (6, (20, 30), (0.5, 0.2)),
        (7, (20, 30), (0.5, 0.8)),
        (8, (20, 30), (0.5, 0.8)),
        (0, (30, 20), (0.2, 0.5)),
        (99, (30, 20), (0.2, 0.5)),
    ],
)
def test_a_picture_is_seen_upright(orientation: int, shape: tuple[int, int], left_or_top: tuple[float, float]) -> None:
    data = samples.turned(orientation)
    assert facts(data)[1:] == shape
    shown = small(data)
    assert shown.size == shape
    assert colour(shown, *left_or_top) == "red"
    assert colour(shown, 1 - left_or_top[0], 1 - left_or_top[1]) == ("red" if left_or_top == (0.5, 0.5) else "blue")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "RGBA"), ("WEBP", "RGBA"), ("JPEG", "L"), ("PNG", "LA"), ("PNG", "1")],
)
def test_every_mode_becomes_a_thumbnail_of_the_right_colours(kind: str, mode: str) -> None:
    shown = small(samples.picture(kind, mode=mode))
    assert shown.size == (30, 20)
    if mode in {"CMYK", "P", "RGBA"}:
        assert (colour(shown, 0.2, 0.5), colour(shown, 0.8, 0.5)) == ("red", "blue")


@pytest.mark.parametrize(("level", "seen"), [(0, 0), (32_768, 128), (65_535, 255)])
def test_sixteen_bits_of_grey_are_scaled_and_not_cut(level: int, seen: int) -> None:
    red, green, blue = small(samples.grey_of_16_bits(level)).convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert abs(red - seen) < 4
    assert red == green == blue


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_main_colour_is_the_one_that_most_of_it_has(kind: str) -> None:
    image = Image.new("RGB", (300, 200), (200, 40, 40))
    image.paste((30, 60, 220), (0, 0, 120, 200))  # two fifths
    kept = io.BytesIO()
    image.save(kept, kind, quality=95)
    red, green, blue = bytes.fromhex(main_colour(kept.getvalue()).removeprefix("#"))
    assert (abs(red - 200), abs(green - 40), abs(blue - 40)) < (8, 8, 8)


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (2, 3000)])
def test_a_picture_of_any_shape_has_a_main_colour(size: tuple[int, int]) -> None:
    kept = io.BytesIO()
    Image.new("RGB", size, (10, 200, 10)).save(kept, "PNG")
    assert main_colour(kept.getvalue()) == "#0ac80a"


def test_a_picture_that_shows_what_lies_under_it_has_none() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 254)).save(kept, "PNG")
    assert main_colour(kept.getvalue()) == ""
    solid = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 255)).save(solid, "PNG")
    assert main_colour(solid.getvalue()) == "#ff0000"


def test_transparency_stays_transparent() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(kept, "PNG")
    assert small(kept.getvalue()).convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_a_thumbnail_is_no_larger_than_asked_and_never_larger_than_the_picture() -> None:
    assert small(samples.picture(size=(2000, 1000)), edge=100).size == (100, 50)
    assert small(samples.picture(size=(30, 20)), edge=100).size == (30, 20)


def test_a_thumbnail_tells_nothing_but_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)  # where it was taken
    data = samples.picture("JPEG", exif=exif, comment=b"a secret")
    shown = thumbnail(io.BytesIO(data))
    assert b"A camera" not in shown
    assert b"secret" not in shown
    assert not Image.open(io.BytesIO(shown)).getexif()


@pytest.mark.parametrize("size", [(13_000, 13_000), (60_000, 60_000), (60_000, 1), (1, 60_000), (16_385, 10)])
def test_a_picture_too_large_is_refused_by_its_header(size: tuple[int, int]) -> None:
    """13000 x 13000 of 20 kB would take 800 MB."""
    for look in (facts_of, thumbnail):
        with pytest.raises(NotAPicture) as refusal:
            look(io.BytesIO(samples.png_that_claims(*size)))
        assert refusal.value.code == "too_many_pixels"


@pytest.mark.parametrize("size", [(12_288, 1_536), (5_504, 3_072), (1, 1), (16_384, 1)])
def test_the_largest_and_the_smallest_we_deal_in_are_let_in(size: tuple[int, int]) -> None:
    assert facts(samples.png_that_claims(*size)) == ("image/png", *size)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_half_a_picture_is_unreadable(kind: str) -> None:
    whole = samples.picture(kind, size=(300, 200))
    with pytest.raises(NotAPicture) as refusal:
        thumbnail(io.BytesIO(whole[: len(whole) // 2]))
    assert refusal.value.code in {"unreadable", "wrong_type"}


def test_a_bomb_of_text_goes_off_nowhere() -> None:
    with pytest.raises(NotAPicture):
        thumbnail(io.BytesIO(samples.text_bomb()))


@pytest.mark.parametrize("behind", [b"<script>alert(1)</script>", samples.zipped(), b"\0" * 1000])
def test_what_stands_behind_a_picture_does_not_make_it_another_type(behind: bytes) -> None:
    assert facts(samples.picture() + behind) == ("image/png", 30, 20)


@settings(max_examples=150)
@given(data=st.data(), kind=st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_no_damage_does_more_than_make_it_unreadable(data: st.DataObject, kind: str) -> None:
    whole = bytearray(samples.picture(kind))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    stream = io.BytesIO(bytes(whole))
    try:
        facts_of(stream)
        stream.seek(0)
        thumbnail(stream)
    except NotAPicture:
        pass


def test_the_photographs_of_the_demo_are_pictures() -> None:
    photos = sorted((samples.ROOT / "demo/photos").glob("*.jpg"))
    assert photos
    assert {facts_of(io.BytesIO(photo.read_bytes())).mime_type for photo in photos} == {"image/jpeg"}
