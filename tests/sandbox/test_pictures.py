"""The pictures themselves: right size, decodable, different each time, marked, quick, and true to the words."""

import time
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from studio.provider.catalogue import BY_KEY
from studio.sandbox.photo import NotAPhoto, Photo, reduce
from studio.sandbox.pictures.brief import MOTIFS, understand
from studio.sandbox.pictures.colours import NAMES
from studio.sandbox.pictures.mark import mark
from studio.sandbox.pictures.order import Format, Order
from studio.sandbox.pictures.paint import paint
from studio.sandbox.pictures.scenes import PAINTERS
from tests.sandbox.client import photo

SMALL = (320, 240)


def painted(prompt: str, *photos: Photo, size: tuple[int, int] = SMALL, seed: str = "1", turn: int = 0) -> Image.Image:
    image = Image.open(BytesIO(paint(Order(prompt, photos, size, Format.JPEG, seed, turn))))
    image.load()
    return image


def difference(first: Image.Image, second: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


@pytest.mark.parametrize("motif", MOTIFS)
def test_every_motif_has_a_painter(motif: str) -> None:
    picture = painted(MOTIFS[motif][0])
    assert understand(MOTIFS[motif][0]).motif == motif
    assert motif in PAINTERS
    # More than one colour, less than noise.
    assert 5 < sum(ImageStat.Stat(picture).stddev) / 3 < 90


@pytest.mark.parametrize("size", [(792, 168), (96, 768), (768, 96)])
def test_extreme_formats_can_be_painted(size: tuple[int, int]) -> None:
    for prompt in ("a vase", "mountains", "city", "poster", "sea", "abstract", "planet", "bouquet"):
        assert painted(prompt, size=size).size == size


def test_the_same_call_gives_the_same_picture_and_another_call_another() -> None:
    assert difference(painted("a vase"), painted("a vase")) == 0
    assert difference(painted("a vase"), painted("a vase", seed="2")) > 3


def test_a_named_colour_shows() -> None:
    for name in ("red", "blue", "green"):
        wall = painted(f"a white vase on a {name} background").resize((1, 1), box=(0, 0, 320, 60)).getpixel((0, 0))
        assert isinstance(wall, tuple)
        strongest = max(range(3), key=lambda channel: wall[channel])
        assert strongest == max(range(3), key=lambda channel: NAMES[name][channel])


def test_several_palettes_take_turns() -> None:
    walls = {painted("a vase in sage, terracotta, slate", turn=turn).getpixel((5, 5)) for turn in range(3)}
    assert len(walls) == 3


def test_chinese_words_are_understood() -> None:
    brief = understand("蓝色背景前的一只猫")
    assert (brief.motif, brief.background) == ("animal", NAMES["blue"])


def test_an_edit_shows_its_photo_and_its_words() -> None:
    bright = reduce(photo(400, 300), 1536)
    plain = painted("make it nicer", bright)
    night = painted("at night", bright)
    grey = painted("black and white", bright)
    assert sum(ImageStat.Stat(night).mean) < sum(ImageStat.Stat(plain).mean) * 0.75
    red, green, blue = ImageStat.Stat(grey).mean
    assert max(red, green, blue) - min(red, green, blue) < 4


def test_other_references_lie_in_the_corner() -> None:
    base, other = reduce(photo(400, 300), 1536), reduce(photo(50, 50), 512)
    alone, together = painted("warm", base), painted("warm", other, base)
    corner = (250, 170, 320, 240)
    assert difference(alone.crop(corner), together.crop(corner)) > 5
    assert difference(alone.crop((0, 0, 200, 100)), together.crop((0, 0, 200, 100))) < 3


def test_every_picture_is_marked() -> None:
    image = Image.new("RGB", (1024, 768), (200, 200, 200))
    marked = image.copy()
    mark(marked, "a very long prompt that goes on and on and on, far beyond the picture's edge")
    box = ImageChops.difference(image, marked).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert (left < 60, bottom > 700) == (True, True)
    # Legible, and yet nowhere near covering the picture.
    assert 20 < bottom - top < 60
    assert right - left < 1024 * 0.7


@pytest.mark.thorough
@pytest.mark.parametrize(("size", "seconds"), [("2K", 0.6), ("4K", 2.0)])
def test_large_pictures_cost_little(size: str, seconds: float) -> None:
    pixels = BY_KEY["pro"].pixels(size, "4:5")
    painted("warm up")
    started = time.process_time()
    assert painted("a still life with pears", size=pixels).size == pixels
    # Generous by half: the bound is for a quiet machine, and decoding is not the painter's.
    assert time.process_time() - started < seconds * 1.5


def test_a_photo_is_kept_small_and_upright() -> None:
    data = BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (3000, 2000)).save(data, "JPEG", exif=turned)
    kept = reduce(data.getvalue(), 512)
    assert (kept.shape, kept.picture().size) == ((2000, 3000), (341, 512))


def test_what_is_no_photo_is_refused() -> None:
    for data in (b"", b"GIF89a", photo()[:40], b"<svg/>"):
        with pytest.raises(NotAPhoto):
            reduce(data, 512)


def test_transparent_pictures_lie_on_white() -> None:
    data = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(data, "PNG")
    assert reduce(data.getvalue(), 512).picture().getpixel((5, 5)) == (255, 255, 255)
