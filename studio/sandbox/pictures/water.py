"""Water, still or open, and the path that light makes on it."""

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .canvas import blurred, vertical
from .colours import lighter, mix
from .skies import Sky


def still_water(image: Image.Image, sky: Sky, line: int, chance: Random, light_x: float, murky: float = 0.32) -> None:
    """Still water below `line`: the picture again, darker and bluer, with streaks of light."""
    mirror = reflected(image, line, image.width * 0.004, chance)
    mirror = Image.blend(mirror, Image.new("RGB", mirror.size, mix(sky.land, sky.middle, 0.35)), murky)
    image.paste(mirror, (0, line))
    _glitter(image, sky, line, chance, light_x, 70)


def open_water(image: Image.Image, sky: Sky, line: int, chance: Random, light_x: float) -> None:
    width, depth = image.width, image.height - line
    far, near = mix(sky.horizon, sky.land, 0.4), mix(sky.land, sky.zenith, 0.3)
    image.paste(vertical((width, depth), [(0, far), (0.3, mix(far, near, 0.6)), (1, near)]), (0, line))
    waves = Image.new("L", (width, depth))
    pen = ImageDraw.Draw(waves)
    for _ in range(420):
        near_share = chance.random() ** 1.6
        y, long = near_share * depth, width * (0.01 + 0.09 * near_share) * chance.uniform(0.5, 1.3)
        x = chance.uniform(-0.05, 1.05) * width
        pen.ellipse(
            (x - long, y - 0.6 - depth * 0.004 * near_share, x + long, y + depth * 0.004 * near_share),
            fill=chance.randint(30, 90),
        )
    image.paste(lighter(far, 0.3), (0, line), blurred(waves, depth * 0.003))
    _glitter(image, sky, line, chance, light_x, 240)


def _glitter(image: Image.Image, sky: Sky, line: int, chance: Random, x: float, count: int) -> None:
    """The path of the light on the water, broken into short strokes that widen towards us."""
    width, depth = image.width, image.height - line
    layer = Image.new("L", (width, depth))
    pen = ImageDraw.Draw(layer)
    for _ in range(count):
        share = chance.random() ** 1.5
        y = share * depth * 0.96
        spread, long = width * (0.018 + 0.075 * share), width * (0.006 + 0.022 * share) * chance.uniform(0.4, 1.4)
        centre, tall = chance.gauss(x, spread), max(0.6, depth * 0.005 * (0.4 + share))
        pen.ellipse((centre - long, y - tall, centre + long, y + tall), fill=chance.randint(120, 255))
    image.paste(sky.light, (0, line), blurred(layer, max(0.6, depth * 0.002)).point(lambda value: round(value * 0.72)))


def reflected(image: Image.Image, line: int, ripple: float, chance: Random) -> Image.Image:
    """Everything above `line` again below it: upside down, softer, and shaken by small waves."""
    depth = image.height - line
    source = image.crop((0, max(0, line - depth), image.width, line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    source = source.resize((image.width, depth), Image.Resampling.BICUBIC)
    mesh = []
    step = max(2, depth // 90)
    for top in range(0, depth, step):
        far = top / depth
        shift = math.sin(top * 0.55 + chance.uniform(-0.5, 0.5)) * ripple * (0.25 + far)
        box = (0, top, image.width, min(depth, top + step))
        mesh.append((box, (shift, box[1], shift, box[3], image.width + shift, box[3], image.width + shift, box[1])))
    shaken = source.transform(source.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    # What the shaking has pulled in from beyond the edge is black: take it from the still picture.
    return ImageChops.lighter(blurred(shaken, ripple * 0.3), source.point(lambda value: round(value * 0.8)))
