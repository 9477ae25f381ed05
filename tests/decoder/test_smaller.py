"""A smaller copy: fewer bytes first, fewer pixels when that is asked for or does not suffice, and the same kind."""

import io

import pytest
from PIL import Image

from studio.decoder.facts import NotAPicture, Smaller
from studio.decoder.smaller import smaller_copy
from tests.decoder.test_working import corners, saved, seen, telling
from tests.storage import samples

HARD, SOFT = 7_000_000, 1_500_000


def copy(data: bytes, edge: int = 2_048, bytes_max: int = HARD) -> Image.Image:
    made = smaller_copy(io.BytesIO(data), Smaller(edge, bytes_max, SOFT))
    assert len(made.data) < len(data)
    assert len(made.data) <= bytes_max
    image = Image.open(io.BytesIO(made.data))
    assert image.size == (made.facts.width, made.facts.height)
    return image


def large(size: tuple[int, int] = (3_000, 2_000)) -> Image.Image:
    return Image.open(samples.ROOT / "demo/photos/coffee.jpg").convert("RGB").resize(size)


def test_the_long_side_is_shortened() -> None:
    small = copy(saved(large(), "JPEG", quality=97))
    assert (small.format, small.size) == ("JPEG", (2_048, 1_365))


def test_the_same_pixels_in_fewer_bytes() -> None:
    small = copy(saved(large(), "JPEG", quality=100, subsampling=0), edge=0)
    assert (small.format, small.size) == ("JPEG", (3_000, 2_000))


def test_what_stays_too_heavy_loses_pixels() -> None:
    noise = Image.effect_noise((1_500, 1_000), 80).convert("RGB")
    small = copy(saved(noise, "PNG"), edge=0, bytes_max=300_000)
    assert small.width < 1_500
    assert abs(small.width / small.height - 1.5) < 0.02


def test_a_drawing_stays_without_loss_and_a_photograph_does_not() -> None:
    drawing = corners((4_000, 3_000))
    assert copy(saved(drawing, "PNG")).format == "PNG"
    assert copy(saved(large(), "PNG")).format == "JPEG"


def test_a_png_that_is_a_little_too_heavy_loses_nothing_but_bytes() -> None:
    image = large((1_500, 1_000))
    data = saved(image, "PNG")
    small = copy(data, edge=0, bytes_max=len(data) - 1)
    assert small.format == "WEBP"
    assert small.convert("RGB").tobytes() == image.tobytes()


def test_what_shines_through_stays_transparent() -> None:
    image = large()
    image.putalpha(90)
    small = copy(saved(image, "PNG"))
    assert (small.format, small.mode) == ("PNG", "RGBA")


def test_a_webp_stays_one() -> None:
    assert copy(saved(large(), "WEBP", quality=98)).format == "WEBP"


def test_it_is_upright_and_tells_nothing() -> None:
    data = saved(
        corners((3_000, 2_000)).transpose(Image.Transpose.ROTATE_90), "JPEG", quality=100, exif=telling(t274=6)
    )
    small = copy(data)
    assert seen(small)["top left"] == "red"
    assert small.size == (2_048, 1_365)
    assert not small.getexif()


def test_what_gains_nothing_is_not_made() -> None:
    with pytest.raises(NotAPicture) as refusal:
        smaller_copy(io.BytesIO(saved(large((800, 600)), "JPEG", quality=40)), Smaller(2_048, HARD, SOFT))
    assert refusal.value.code == "no_smaller"
