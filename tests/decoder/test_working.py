"""The working copy: not a pixel changes that need not, and the rest comes out upright, bare, in the right colours."""

import io
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

from studio.decoder.facts import NotAPicture
from studio.decoder.working import working_copy
from tests.badinputs.pictures import PICTURES, SECRET
from tests.storage import samples
from tests.storage.profiles import display_p3, srgb

PHOTOS = sorted((samples.ROOT / "demo/photos").glob("*.jpg"))
FOUR = {"top left": "red", "top right": "lime", "bottom left": "blue", "bottom right": "yellow"}
"""The corners of a picture that can be told to be upright from any side."""


# ── Pictures to try it on ──────────────────────────────────────────────────────────────────────────


def corners(size: tuple[int, int] = (64, 48)) -> Image.Image:
    image = Image.new("RGB", size)
    across, down = size[0] // 2, size[1] // 2
    for place, colour in zip(((0, 0), (across, 0), (0, down), (across, down)), FOUR.values(), strict=True):
        image.paste(colour, (*place, place[0] + across, place[1] + down))
    return image


def drawn() -> Image.Image:
    image = Image.new("RGB", (301, 203), "white")
    pen = ImageDraw.Draw(image)
    for number in range(12):
        pen.ellipse((number * 20, 30, number * 20 + 60, 170), outline=(number * 20, 90, 200), width=3)
    return image


def noisy() -> Image.Image:
    return Image.effect_noise((257, 129), 90).convert("RGB").filter(ImageFilter.GaussianBlur(1))


def pictures() -> list[tuple[str, Image.Image]]:
    photos = [(path.stem, Image.open(path).convert("RGB")) for path in PHOTOS]
    return [*photos, ("drawn", drawn()), ("noisy", noisy()), ("corners", corners((67, 41)))]


every_picture = pytest.mark.parametrize(
    "image", [image for _, image in pictures()], ids=[name for name, _ in pictures()]
)


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind, **how)
    return kept.getvalue()


def telling(**tags: object) -> bytes:
    """EXIF with a place, and whatever else."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    for number, value in tags.items():
        exif[int(number.removeprefix("t"))] = value
    return exif.tobytes()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def copy_of(data: bytes) -> Image.Image:
    made = working_copy(io.BytesIO(data))
    image = opened(made.data)
    assert (made.facts.width, made.facts.height) == image.size
    assert SECRET not in made.data
    assert not {"exif", "xmp", "icc_profile", "comment", "XML:com.adobe.xmp"} & image.info.keys()
    assert not getattr(image, "is_animated", False)
    assert working_copy(io.BytesIO(made.data)).data == made.data, "a copy of a copy is the copy"
    return image


def assert_same_pixels(one: Image.Image, other: Image.Image) -> None:
    assert one.size == other.size
    mode = "RGBA" if "A" in one.mode + other.mode or one.has_transparency_data else "RGB"
    assert one.convert(mode).tobytes() == other.convert(mode).tobytes()


def decibels(one: Image.Image, other: Image.Image) -> float:
    """The peak signal-to-noise ratio; above 40 nobody sees a difference."""
    difference = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    mean = sum(difference.sum2) / sum(difference.count)
    return 10 * math.log10(255**2 / mean) if mean else math.inf


def seen(image: Image.Image) -> dict[str, str]:
    """The colour in each corner, by the nearest of the four."""
    places = zip(FOUR, ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)), strict=True)
    return {name: nearest(at(image, *place)) for name, place in places}


def at(image: Image.Image, across: float, down: float) -> tuple[int, int, int]:
    found = image.convert("RGB").getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    red, green, blue = found
    return int(red), int(green), int(blue)


def nearest(colour: tuple[int, int, int]) -> str:
    known = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}
    name = min(known, key=lambda name: math.dist(known[name], colour))
    assert math.dist(known[name], colour) < 60, colour
    return name


# ── Without loss ───────────────────────────────────────────────────────────────────────────────────

JPEGS: dict[str, dict[str, object]] = {
    "plain": {},
    "fine": {"quality": 97, "subsampling": 0},
    "halved across": {"subsampling": "4:2:2"},
    "progressive": {"progressive": True},
    "with restarts": {"restart_marker_rows": 1},
    "in sRGB by its profile": {"icc_profile": srgb()},
    "in sRGB by another name": {"icc_profile": srgb(b"c2")},
}


@every_picture
@pytest.mark.parametrize("how", JPEGS.values(), ids=JPEGS)
def test_an_upright_jpeg_loses_its_words_and_not_a_pixel(image: Image.Image, how: dict[str, object]) -> None:
    data = saved(image, "JPEG", exif=telling(), comment=SECRET, xmp=SECRET, **how)
    copy = copy_of(data)
    assert copy.format == "JPEG"
    assert_same_pixels(copy, opened(data))
    assert bool(copy.info.get("progressive")) == ("progressive" in how)


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.stem)
def test_a_photograph_as_it_is_keeps_every_pixel(photo: Path) -> None:
    data = photo.read_bytes()
    made = working_copy(io.BytesIO(data))
    assert_same_pixels(opened(made.data), opened(data))
    assert len(made.data) <= len(data)


def test_a_grey_jpeg_stays_one() -> None:
    data = saved(noisy().convert("L"), "JPEG", exif=telling(), comment=SECRET)
    copy = copy_of(data)
    assert copy.mode == "L"
    assert_same_pixels(copy, opened(data))


@every_picture
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
def test_a_png_keeps_its_compressed_pixels_as_they_are(image: Image.Image, mode: str) -> None:
    small = image.resize((image.width // 4 + 1, image.height // 4 + 1)).convert(mode)
    if mode.endswith("A"):
        small.putalpha(small.convert("L").point(lambda level: level // 2))
    data = saved(small, "PNG", exif=telling(), icc_profile=srgb(SECRET), dpi=(300, 300), compress_level=1)
    made = working_copy(io.BytesIO(data))
    copy = copy_of(data)
    assert (copy.format, copy.mode) == ("PNG", mode)
    assert_same_pixels(copy, small)
    assert compressed_pixels(made.data) == compressed_pixels(data)


def compressed_pixels(data: bytes) -> bytes:
    at, found = 8, b""
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            found += data[at + 8 : at + 8 + length]
        at += 12 + length
    return found


@pytest.mark.parametrize(
    ("mode", "how"), [("P", {}), ("P", {"transparency": 3}), ("1", {}), ("RGB", {"transparency": (255, 255, 255)})]
)
def test_a_png_of_few_colours_shows_the_same_pixels(mode: str, how: dict[str, object]) -> None:
    data = saved(drawn().convert(mode), "PNG", **how)
    copy = copy_of(data)
    assert copy.format == "PNG"
    assert copy.mode in {"RGB", "RGBA", "L"}
    assert_same_pixels(copy, opened(data))


@pytest.mark.parametrize("turn", range(2, 9))
def test_a_png_is_turned_without_loss(turn: int) -> None:
    data = saved(corners((37, 21)), "PNG", exif=telling(t274=turn))
    assert_same_pixels(copy_of(data), ImageOps.exif_transpose(opened(data)))


@every_picture
@pytest.mark.parametrize("how", [{"lossless": True}, {"quality": 80}, {"quality": 80, "alpha": True}], ids=str)
def test_a_webp_goes_over_as_it_is_compressed(image: Image.Image, how: dict[str, object]) -> None:
    small = image.resize((image.width // 4 + 1, image.height // 4 + 1))
    if how.get("alpha"):
        small.putalpha(small.convert("L"))
    told = {"exif": telling(), "xmp": SECRET, "icc_profile": srgb()}
    data = saved(small, "WEBP", **{name: value for name, value in how.items() if name != "alpha"}, **told)
    copy = copy_of(data)
    assert copy.format == "WEBP"
    assert_same_pixels(copy, opened(data))


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_webp_is_turned_without_loss(turn: int) -> None:
    data = saved(corners((37, 21)), "WEBP", quality=80, exif=telling(t274=turn))
    assert_same_pixels(copy_of(data), ImageOps.exif_transpose(opened(data)))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("how", [{"lossless": True}, {"quality": 80}], ids=str)
def test_of_an_animation_the_first_frame_stays(kind: str, how: dict[str, object]) -> None:
    first, second = corners(), Image.new("RGB", (64, 48), "black")
    data = saved(first, kind, save_all=True, append_images=[second, second], **(how if kind == "WEBP" else {}))
    assert_same_pixels(copy_of(data), opened(data))


# ── With as little loss as there must be ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_comes_out_upright(kind: str, turn: int) -> None:
    upright = corners()
    back = {6: 8, 8: 6}.get(turn, turn)
    exif = Image.Exif()
    exif[0x0112] = back
    lying = upright.copy()
    lying.info["exif"] = exif.tobytes()
    lying.getexif()[0x0112] = back
    stored = ImageOps.exif_transpose(lying)
    copy = copy_of(saved(stored, kind, exif=telling(t274=turn)))
    assert copy.size == (64, 48)
    assert seen(copy) == FOUR


@pytest.mark.parametrize("turn", [2, 3, 5, 6, 8])
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.stem)
def test_a_turned_jpeg_is_rounded_to_the_same_steps_again(photo: Path, turn: int) -> None:
    """Along whole blocks hardly a coefficient changes: the difference stays under a rounding of the pixels."""
    image = Image.open(photo).convert("RGB")
    whole_blocks = image.crop((0, 0, image.width // 16 * 16, image.height // 16 * 16))
    data = saved(whole_blocks, "JPEG", quality=85, exif=telling(t274=turn))
    copy, source = copy_of(data), opened(data)
    assert decibels(copy, ImageOps.exif_transpose(source)) > 44
    assert len(working_copy(io.BytesIO(data)).data) < 1.1 * len(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_wide_colours_become_those_of_the_web(kind: str) -> None:
    """(234, 51, 35) of Display P3 is the red of sRGB, (117, 251, 76) its green."""
    image = Image.new("RGB", (64, 32), (234, 51, 35))
    image.paste((117, 251, 76), (32, 0, 64, 32))
    copy = copy_of(saved(image, kind, icc_profile=display_p3(SECRET), **({} if kind == "PNG" else {"quality": 98})))
    assert math.dist(at(copy, 0.25, 0.5), (255, 0, 0)) < 20
    assert math.dist(at(copy, 0.75, 0.5), (0, 255, 0)) < 20


def test_transparency_stays_while_the_colours_change() -> None:
    image = Image.new("RGBA", (32, 32), (234, 51, 35, 77))
    copy = copy_of(saved(image, "PNG", icc_profile=display_p3()))
    red, green, blue, alpha = copy.getpixel((9, 9))  # type: ignore[misc]
    assert math.dist((red, green, blue), (255, 0, 0)) < 8
    assert alpha == 77


def test_four_inks_become_three_colours() -> None:
    copy = copy_of(saved(corners().convert("CMYK"), "JPEG", quality=95, exif=telling()))
    assert copy.mode == "RGB"
    assert seen(copy) == FOUR


def test_sixteen_bits_become_eight() -> None:
    colour = next(bad.data for bad in PICTURES if bad.number == "B21")
    copy = copy_of(colour)
    assert at(copy, 0.2, 0.5) == (255, 0, 0)
    assert at(copy, 0.8, 0.5) == (0, 0, 255)
    for level, expected in ((0, 0), (32_768, 128), (65_535, 255)):
        grey = copy_of(samples.grey_of_16_bits(level))
        assert grey.mode == "L"
        assert at(grey, 0.5, 0.5) == (expected,) * 3


def test_of_a_telephones_two_pictures_the_first_stays() -> None:
    """A `.jpg` with a second picture behind the first: Pillow calls it MPO."""
    first = corners((160, 120))
    data = saved(first, "MPO", save_all=True, append_images=[Image.new("RGB", (160, 120), "black")], exif=telling())
    assert Image.open(io.BytesIO(data)).format == "MPO"
    copy = copy_of(data)
    assert copy.format == "JPEG"
    assert seen(copy) == FOUR
    assert_same_pixels(copy, opened(data))


def test_a_telephones_heic_becomes_what_every_model_takes() -> None:
    made = working_copy(io.BytesIO((samples.ROOT / "tests/badinputs/files/two-halves.heic").read_bytes()))
    copy = opened(made.data)
    assert made.facts.mime_type in {"image/jpeg", "image/png"}
    assert SECRET not in made.data
    red, blue = at(copy, 0.2, 0.5), at(copy, 0.8, 0.5)
    assert red[0] > 180 > 90 > red[2]
    assert blue[2] > 180 > 90 > blue[0]


# ── Bytes made to break it ─────────────────────────────────────────────────────────────────────────


@settings(max_examples=200)
@given(data=st.data(), kind=st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_no_damage_does_more_than_make_it_unreadable(data: st.DataObject, kind: str) -> None:
    whole = bytearray(saved(corners(), kind, exif=telling(), icc_profile=srgb()))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = working_copy(io.BytesIO(bytes(whole)))
    except NotAPicture:
        return
    assert made.data


def assert_refused(code: str, make: Callable[[], object]) -> None:
    with pytest.raises(NotAPicture) as refusal:
        make()
    assert refusal.value.code == code


def test_half_a_jpeg_is_no_working_copy() -> None:
    whole = saved(noisy(), "JPEG")
    assert_refused("unreadable", lambda: working_copy(io.BytesIO(whole[: len(whole) // 2])))
