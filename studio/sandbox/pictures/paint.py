"""From an order to the bytes of a picture: composed small, enlarged smoothly, grained, marked, encoded."""

import math
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops

from ...provider.catalogue import Pixels
from ..chance import seeded
from .brief import understand
from .edits import edited
from .mark import mark
from .order import Format, Order
from .scenes import scene

COMPOSED_PIXELS_MAX = 1_100_000
"""Nothing is painted larger; what is asked larger is enlarged, so that 4K costs little more than 1K."""
GRAIN_SIDE = 512
JPEG_QUALITY = 90


def paint(order: Order) -> bytes:
    brief = understand(order.prompt, order.turn)
    chance = seeded(order.seed, order.prompt)
    size = _composed(order.pixels)
    if order.photos:
        image = edited(size, [photo.picture() for photo in order.photos], brief, chance)
    else:
        image = scene(size, brief, chance)
    if image.size != order.pixels:
        image = image.resize(order.pixels, Image.Resampling.BICUBIC)
    if order.format is Format.JPEG:
        image = _grained(image, chance)
    mark(image, order.prompt)
    return _encoded(image, order.format)


def plain(order: Order) -> bytes:
    """One colour and the mark: for tests that want thousands of pictures and look at none."""
    chance = seeded(order.seed)
    image = Image.new("RGB", order.pixels, (chance.randint(40, 220), chance.randint(40, 220), chance.randint(40, 220)))
    mark(image, order.prompt)
    return _encoded(image, order.format)


def _composed(pixels: Pixels) -> Pixels:
    scale = math.sqrt(COMPOSED_PIXELS_MAX / (pixels[0] * pixels[1]))
    if scale >= 1:
        return pixels
    return max(1, round(pixels[0] * scale)), max(1, round(pixels[1] * scale))


def _grained(image: Image.Image, chance: Random) -> Image.Image:
    """A breath of film grain: it hides the steps of long gradients, which JPEG would show as stripes."""
    tile = _grain()
    noise = Image.new("L", image.size)
    for top in range(-chance.randrange(GRAIN_SIDE), image.height, GRAIN_SIDE):
        for left in range(-chance.randrange(GRAIN_SIDE), image.width, GRAIN_SIDE):
            noise.paste(tile, (left, top))
    return ImageChops.add(image, Image.merge("RGB", [noise] * 3), scale=1.0, offset=-128)


@cache
def _grain() -> Image.Image:
    chance = seeded("grain")
    area, side = GRAIN_SIDE * GRAIN_SIDE, (GRAIN_SIDE, GRAIN_SIDE)
    first, second = (Image.frombytes("L", side, chance.randbytes(area)) for _ in range(2))
    # The mean of two even noises is one that prefers the middle, as real grain does.
    return ImageChops.add(first, second, scale=2).point(lambda value: 128 + round((value - 128) / 24))


def _encoded(image: Image.Image, kind: Format) -> bytes:
    data = BytesIO()
    if kind is Format.PNG:
        image.save(data, "PNG", compress_level=1)
    else:
        image.save(data, "JPEG", quality=JPEG_QUALITY)
    return data.getvalue()
