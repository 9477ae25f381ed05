"""A planet with its ring and its moon, before stars and clouds of gas."""

import math
from random import Random

from PIL import Image

from .brief import Brief
from .canvas import ellipse, ellipse_points, fill, glow, polygon, vertical, vignette
from .colours import Colour, hexed, lighter, mix
from .shading import Room, sphere
from .skies import paint_stars

PALETTES_OF_SPACE = (
    (hexed("#d98a5b"), hexed("#6b4fa0")),
    (hexed("#4fa3a5"), hexed("#c95d7b")),
    (hexed("#c9b27a"), hexed("#4b6fb5")),
    (hexed("#b5608f"), hexed("#4a7fc0")),
)


def space(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """A planet with its ring and its moon, before stars and a cloud of gas."""
    width, height = size
    dark, violet = hexed("#0b1024"), hexed("#1c1c44")
    image = vertical(size, [(0, dark), (0.6, violet), (1, dark)])
    colours = brief.colours or chance.choice(PALETTES_OF_SPACE)
    for _ in range(7):
        spot = width * chance.uniform(0, 1), height * chance.uniform(0, 1), max(size) * chance.uniform(0.2, 0.5)
        glow(image, *spot, mix(chance.choice(colours), violet, 0.35), chance.uniform(0.2, 0.45))
    paint_stars(image, chance, height, 420)
    short = min(size)
    x, y, radius = (
        width * chance.uniform(0.42, 0.58),
        height * chance.uniform(0.44, 0.56),
        short * chance.uniform(0.22, 0.28),
    )
    planet = colours[0]
    glow(image, x, y, radius * 1.9, lighter(planet, 0.2), 0.4)
    turn = chance.uniform(-24, -12)
    ringed = chance.random() < 0.7
    ring = mix(lighter(planet, 0.6), colours[-1], 0.3)
    if ringed:
        _ring(image, x, y, radius, turn, ring, behind=True)
    _planet(image, x, y, radius, planet, colours[-1], chance)
    if ringed:
        _ring(image, x, y, radius, turn, ring, behind=False)
    _planet(
        image,
        width * chance.uniform(0.14, 0.26),
        height * chance.uniform(0.14, 0.3),
        radius * 0.22,
        colours[-1],
        planet,
        chance,
    )
    return vignette(image, 0.3)


def _planet(
    image: Image.Image, x: float, y: float, radius: float, colour: Colour, other: Colour, chance: Random
) -> None:
    stencil = ellipse(x, y, radius, radius)
    width, height = stencil.mask.size
    bands: list[tuple[float, Colour]] = [
        (
            step / 9,
            mix(colour, other, chance.uniform(0, 0.45)) if step % 2 else lighter(colour, chance.uniform(0, 0.25)),
        )
        for step in range(10)
    ]
    surface = vertical((width * 2, height), bands).rotate(chance.uniform(-18, -8), Image.Resampling.BICUBIC)
    surface = surface.crop((width // 2, 0, width // 2 + width, height))
    room = Room(floor=hexed("#0b1024"))
    light = sphere(room.light, 0.05).resize((width, height), Image.Resampling.BICUBIC)
    shaded = Image.composite(
        surface,
        Image.blend(surface, Image.new("RGB", (width, height), (8, 10, 26)), 0.86),
        light.point(lambda value: min(255, max(0, round((value - 25) * 1.5)))),
    )
    fill(image, stencil, shaded)


def _ring(image: Image.Image, x: float, y: float, radius: float, turn: float, colour: Colour, *, behind: bool) -> None:
    angle = math.radians(turn)
    arcs = ((1.95, 1.62, 0.75), (1.56, 1.32, 0.5))
    for outer, inner, strength in arcs:
        start, end = (180, 360) if behind else (0, 180)
        points = [
            *ellipse_points(0, 0, radius * outer, radius * outer * 0.24, start, end),
            *ellipse_points(0, 0, radius * inner, radius * inner * 0.24, end, start),
        ]
        turned = [
            (x + px * math.cos(angle) - py * math.sin(angle), y + px * math.sin(angle) + py * math.cos(angle))
            for px, py in points
        ]
        fill(image, polygon(turned), colour, strength)
