"""Posters: cut paper on cream, one strong sign, few colours, and room for words."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from .brief import Brief
from .canvas import smooth
from .colours import BLACK, WHITE, Colour, hexed, luminance
from .lettering import letter
from .palettes import Palette

type Sign = Callable[[ImageDraw.ImageDraw, float, float, float, Palette, Random], None]

SHARP = 2
"""Posters are drawn this many times larger and reduced, for clean edges."""


INKS = (
    Palette(hexed("#f3ecdf"), (hexed("#d84f27"), hexed("#235d86"), hexed("#e2a83b"), hexed("#1f3a4d"))),
    Palette(hexed("#f0e8da"), (hexed("#2f6650"), hexed("#d99532"), hexed("#c4472e"), hexed("#22392f"))),
    Palette(hexed("#efe3d6"), (hexed("#c9566a"), hexed("#3a4f86"), hexed("#efb95a"), hexed("#5b2f4c"))),
    Palette(hexed("#e6ece6"), (hexed("#1f6e78"), hexed("#ef8354"), hexed("#f2c14e"), hexed("#2d3047"))),
    Palette(hexed("#25335c"), (hexed("#f2b84b"), hexed("#e4603c"), hexed("#f0e6d2"), hexed("#5f8ab5"))),
)
"""Paper, and four inks that print well on it."""


def poster(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """Cut paper on cream: one strong sign, few colours, room for words."""
    inks = _inks(brief, chance)
    paper = inks.wall
    width, height = size[0] * SHARP, size[1] * SHARP
    image = Image.new("RGB", (width, height), paper)
    pen = ImageDraw.Draw(image)
    sign = _sign(brief, chance)
    words = bool(brief.lettering)
    unit = min(width * 1.08, height * (0.8 if words else 1.06))
    sign(pen, width / 2, height * (0.37 if words else 0.5), unit, inks, chance)
    image = image.reduce(SHARP)
    if words:
        ink = max((*inks.things, BLACK, WHITE), key=lambda colour: abs(luminance(colour) - luminance(paper)))
        letter(image, brief.lettering, size[0] / 2, size[1] * 0.83, size[0] * 0.84, size[1] * 0.14, ink)
    return image


def _sign(brief: Brief, chance: Random) -> Sign:
    if brief.has("sun", "sea", "ocean", "wave", "waves", "beach"):
        return _sun_and_waves
    if brief.has("mountain", "mountains", "hills"):
        return _hills
    signs: tuple[Sign, ...] = (_sun_and_waves, _rainbow, _hills, _quarters, _moons)
    return chance.choice(signs)


def _inks(brief: Brief, chance: Random) -> Palette:
    """The colours of the prompt first, then those of a printer's choice."""
    chosen = INKS[-1] if brief.mood == "night" else chance.choice(INKS)
    return Palette(brief.background or chosen.wall, (*brief.colours, *chosen.things)[:4])


def _sun_and_waves(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float, inks: Palette, chance: Random) -> None:
    radius = unit * 0.24
    _disc(pen, x + unit * chance.uniform(-0.06, 0.06), y - unit * 0.16, radius, inks.things[0])
    wide, line = unit * 0.38, max(2, round(unit * 0.014))
    for row in range(8):
        top = y + unit * (0.13 + row * 0.042)
        points = [
            (x - wide + 2 * wide * step / 60, top + math.sin(step / 60 * math.pi * 5 + row * 0.9) * unit * 0.011)
            for step in range(61)
        ]
        pen.line(points, fill=inks.things[1], width=line, joint="curve")


def _rainbow(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float, inks: Palette, chance: Random) -> None:
    foot = y + unit * 0.3
    bands = 6
    for band in range(bands):
        radius = unit * (0.46 - band * 0.066)
        _disc(pen, x, foot, radius, inks.things[band % 3])
        _disc(pen, x, foot, radius - unit * 0.036, inks.wall)
    _disc(pen, x, foot, unit * 0.065, inks.things[2])
    pen.rectangle((x - unit * 0.5, foot, x + unit * 0.5, foot + unit * 0.5), fill=inks.wall)
    _disc(pen, x + unit * chance.choice((-0.3, 0.3)), y - unit * 0.32, unit * 0.085, inks.things[0])


def _hills(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float, inks: Palette, chance: Random) -> None:
    _disc(pen, x + unit * chance.uniform(-0.18, 0.18), y - unit * 0.14, unit * 0.17, inks.things[0])
    base = y + unit * 0.4
    for layer, colour in enumerate((inks.things[1], inks.things[2], inks.things[3])):
        top = y + unit * (0.0 + layer * 0.13)
        swing = unit * 0.06
        corners = [(x - unit * 0.42 + unit * 0.84 * step / 6, top + chance.uniform(-1, 1) * swing) for step in range(7)]
        pen.polygon([*smooth(corners, 14), (x + unit * 0.42, base), (x - unit * 0.42, base)], fill=colour)


def _quarters(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float, inks: Palette, chance: Random) -> None:
    """A grid of quarter circles, half circles and dots, as they taught it in Weimar."""
    count, side = 4, unit * 0.84 / 4
    left, top = x - side * count / 2, y - side * count / 2
    for row in range(count):
        for column in range(count):
            cx, cy = left + column * side, top + row * side
            back, ink = chance.sample([*inks.things[:4], inks.wall], 2)
            pen.rectangle((cx, cy, cx + side, cy + side), fill=back)
            match chance.randrange(4):
                case 0 | 1:
                    px, py = chance.choice((0, 1)), chance.choice((0, 1))
                    start = {(0, 0): 0, (1, 0): 90, (1, 1): 180, (0, 1): 270}[px, py]
                    pen.pieslice(
                        (cx + px * side - side, cy + py * side - side, cx + px * side + side, cy + py * side + side),
                        start,
                        start + 90,
                        fill=ink,
                    )
                case 2:
                    _disc(pen, cx + side / 2, cy + side / 2, side * 0.3, ink)
                case _:
                    pen.pieslice(
                        (cx, cy, cx + side, cy + side),
                        0 if chance.random() < 0.5 else 180,
                        180 if chance.random() < 0.5 else 360,
                        fill=ink,
                    )


def _moons(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float, inks: Palette, chance: Random) -> None:
    """A column of phases, and one large disc behind a bar."""
    _disc(pen, x, y - unit * 0.05, unit * 0.33, inks.things[1])
    _disc(pen, x + unit * 0.11, y - unit * 0.12, unit * 0.2, inks.things[0])
    pen.rectangle((x - unit * 0.42, y + unit * 0.09, x + unit * 0.42, y + unit * 0.135), fill=inks.things[2])
    for step in range(5):
        cx = x + (step - 2) * unit * 0.17
        _disc(pen, cx, y + unit * 0.29, unit * 0.055, inks.things[3])
        _disc(pen, cx + (step - 2) * unit * 0.03, y + unit * 0.29, unit * 0.055 if step != 2 else 0, inks.wall)


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: Colour) -> None:
    if radius > 0:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
