"""What falls, floats or shines in front of a photograph."""

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from PIL import Image, ImageDraw

from .canvas import blurred, ellipse, fill, glow, polygon, smooth
from .colours import Colour
from .skies import paint_stars


def light_leak(image: Image.Image, chance: Random) -> None:
    """A warm flare from one corner, as old cameras let it in."""
    x = image.width * chance.choice((chance.uniform(-0.05, 0.15), chance.uniform(0.85, 1.05)))
    colour = chance.choice(((255, 170, 90), (255, 120, 110), (255, 205, 120), (150, 190, 255)))
    glow(image, x, image.height * chance.uniform(0.0, 0.6), max(image.size) * chance.uniform(0.45, 0.7), colour, 0.62)


def _snow(image: Image.Image, chance: Random) -> None:
    for size, count, soft in ((0.0022, 240, 0.0006), (0.0045, 90, 0.0018), (0.009, 26, 0.004)):
        layer = Image.new("L", image.size)
        pen = ImageDraw.Draw(layer)
        for _ in range(count):
            x, y = chance.uniform(0, image.width), chance.uniform(0, image.height)
            radius = max(image.size) * size * chance.uniform(0.5, 1.2)
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=chance.randint(140, 245))
        image.paste((250, 252, 255), (0, 0), blurred(layer, max(image.size) * soft))


def _rain(image: Image.Image, chance: Random) -> None:
    layer = Image.new("L", image.size)
    pen = ImageDraw.Draw(layer)
    for _ in range(340):
        x, y, long = (
            chance.uniform(0, image.width),
            chance.uniform(-0.1, 1) * image.height,
            image.height * chance.uniform(0.03, 0.08),
        )
        pen.line((x, y, x - long * 0.16, y + long), fill=chance.randint(40, 130), width=max(1, image.width // 700))
    image.paste((214, 226, 240), (0, 0), blurred(layer, 0.7))


def _lights(image: Image.Image, chance: Random) -> None:
    """Discs of light out of focus."""
    for _ in range(26):
        radius = min(image.size) * chance.uniform(0.015, 0.05)
        spot = ellipse(
            chance.uniform(0, image.width), chance.uniform(0, image.height * 0.75), radius, radius, radius * 0.06
        )
        fill(image, spot, chance.choice(((255, 214, 140), (255, 176, 120), (255, 236, 200))), chance.uniform(0.12, 0.4))


def _petals(image: Image.Image, chance: Random) -> None:
    _flakes(image, chance, 34, ((250, 190, 205), (255, 220, 226), (240, 160, 186)))


def _leaves(image: Image.Image, chance: Random) -> None:
    _flakes(image, chance, 30, ((214, 112, 38), (232, 164, 56), (178, 66, 36)))


def _flakes(image: Image.Image, chance: Random, count: int, colours: Sequence[Colour]) -> None:
    """Leaf-shaped things in the air, each turned its own way, the nearest out of focus."""
    for _ in range(count):
        x, y, turn = chance.uniform(0, image.width), chance.uniform(0, image.height), chance.uniform(0, math.tau)
        size = min(image.size) * chance.uniform(0.007, 0.02)
        shape = smooth([(-1, 0), (-0.3, 0.5), (0.4, 0.42), (1, 0), (0.4, -0.42), (-0.3, -0.5), (-1, 0)], 4)
        points = [
            (
                x + size * (px * math.cos(turn) - py * math.sin(turn)),
                y + size * (px * math.sin(turn) + py * math.cos(turn)),
            )
            for px, py in shape
        ]
        fill(image, polygon(points, size * 0.08), chance.choice(colours), 0.92)


def _stars(image: Image.Image, chance: Random) -> None:
    paint_stars(image, chance, image.height * 0.6, 200)


WEATHER: Final[tuple[tuple[tuple[str, ...], Callable[[Image.Image, Random], None]], ...]] = (
    (("snow", "snowy", "snowing", "blizzard", "christmas"), _snow),
    (("rain", "rainy", "raining", "storm"), _rain),
    (("bokeh", "lights", "festive", "party", "fireflies", "sparkle", "sparkles", "glitter"), _lights),
    (("petals", "blossom", "confetti", "spring"), _petals),
    (("leaves", "autumn"), _leaves),
    (("stars", "starry"), _stars),
)
