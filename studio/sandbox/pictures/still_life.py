"""A still life in a studio: a few quiet things on seamless paper, with light from a window."""

from collections.abc import Mapping
from random import Random
from typing import Final

from PIL import Image

from . import nature, pottery
from .brief import Brief
from .canvas import fill, glow, polygon, vertical, vignette
from .colours import Colour, darker, hexed, lighter, mix
from .palettes import Palette, choose
from .pottery import Place, Thing
from .shading import Room
from .solids import plinth

HEROES: Final[Mapping[str, tuple[Thing, ...]]] = {
    "vase": (pottery.vase,),
    "cup": (pottery.cup,),
    "banana": (nature.banana,),
    "fruit": (nature.pear, nature.apple),
    "bottle": (pottery.bottle,),
    "flowers": (nature.flowers,),
    "figure": (nature.figure,),
    "animal": (nature.animal,),
    "blocks": (pottery.arch, pottery.cube, pottery.cylinder),
}
OWN_COLOURS: Final[Mapping[str, tuple[Colour, ...]]] = {
    "banana": (hexed("#f2cb1d"),),
    "fruit": (hexed("#b9bd4a"), hexed("#c9402f"), hexed("#e0962e"), hexed("#d8c14a")),
    "cup": (hexed("#b5442c"), hexed("#efece6"), hexed("#33566b")),
    "animal": (hexed("#d9813f"), hexed("#8f8a86"), hexed("#e8dccb"), hexed("#5a4a44")),
    "flowers": (hexed("#d9665f"), hexed("#e3a13f"), hexed("#b784b8"), hexed("#eef0ea")),
}
COMPANIONS: Final[tuple[Thing, ...]] = (
    pottery.sphere,
    pottery.sphere,
    pottery.tall_vase,
    pottery.bowl,
    pottery.cylinder,
    pottery.cube,
    pottery.cone,
    pottery.arch,
    nature.pear,
)


def still_life(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    palette = choose(brief, chance)
    side = chance.choice((1, 1, -1))
    if brief.has("left"):
        side = 1
    image, room = _studio(size, palette, side, chance)
    width, height = size
    # Everything is measured by the side that is short, so that wide and tall formats look alike.
    unit = min(width, height * 1.15)
    middle = width * chance.uniform(0.42, 0.5) if side > 0 else width * chance.uniform(0.5, 0.58)
    ground = height * chance.uniform(0.76, 0.82)
    motif = brief.motif if brief.motif in HEROES else "vase"
    hero = _hero(motif, brief, chance)
    colours = list(palette.things)
    if not brief.colours and motif in OWN_COLOURS:
        colours = [chance.choice(OWN_COLOURS[motif]), *palette.things[1:]]
    tall = unit * _share(motif)
    if height > width * 1.5:
        tall *= 1.15
    elif width > height:
        tall *= 0.92
    _companions_behind(image, room, chance, brief, colours, middle, ground, unit, side)
    foot = ground
    if motif not in {"cup", "animal"} and chance.random() < 0.6:
        across = unit * chance.uniform(0.25, 0.31)
        foot = plinth(
            image,
            middle,
            ground + across * 0.1,
            across,
            unit * chance.uniform(0.07, 0.13),
            _stage(palette, chance),
            room,
        )
    # Nothing grows out of the top, not even flowers.
    tall = min(tall, (foot - height * 0.05) / 1.08)
    hero(Place(image, middle, foot + unit * 0.012, tall, room, chance), colours[0])
    _companions_before(image, room, chance, colours, middle, ground, unit, side)
    return vignette(image, 0.32)


def _hero(motif: str, brief: Brief, chance: Random) -> Thing:
    if brief.has("pear", "pears"):
        return nature.pear
    if motif == "fruit" and brief.has("apple", "apples", "orange", "oranges", "peach", "lemon", "lemons"):
        return nature.apple
    return chance.choice(HEROES[motif])


def _share(motif: str) -> float:
    return {
        "cup": 0.42,
        "banana": 0.4,
        "fruit": 0.36,
        "blocks": 0.4,
        "bottle": 0.6,
        "flowers": 0.78,
        "figure": 0.62,
        "animal": 0.6,
    }.get(motif, 0.54)


def _stage(palette: Palette, chance: Random) -> Colour:
    return chance.choice((lighter(palette.wall, 0.3), lighter(palette.wall, 0.12), palette.things[-1]))


def _companions_behind(
    image: Image.Image,
    room: Room,
    chance: Random,
    brief: Brief,
    colours: list[Colour],
    middle: float,
    ground: float,
    unit: float,
    side: int,
) -> None:
    """Something taller and quieter, a step back and towards the light or away from it."""
    places = [(-0.36, 0.42), (0.38, 0.36)]
    chance.shuffle(places)
    wide = image.width > image.height * 1.45
    for index in range(2 if wide else chance.randint(0, 1)):
        away, share = places[index]
        thing = chance.choice((pottery.tall_vase, pottery.cylinder, pottery.cube, pottery.arch, pottery.vase))
        x = middle + away * unit * chance.uniform(0.9, 1.15) * (1.5 if wide else 1)
        place = Place(image, x, ground - unit * 0.045, unit * share * chance.uniform(0.85, 1.15), room, chance)
        thing(place, colours[min(3 + index, len(colours) - 1)])


def _companions_before(
    image: Image.Image,
    room: Room,
    chance: Random,
    colours: list[Colour],
    middle: float,
    ground: float,
    unit: float,
    side: int,
) -> None:
    """Something small in front: nearly always a ball, since it shows the light best."""
    spots = [(0.3 * side, 0.055), (-0.29 * side, 0.085)]
    for index in range(chance.randint(1, 2)):
        away, ahead = spots[index]
        thing = pottery.sphere if index == 0 and chance.random() < 0.7 else chance.choice(COMPANIONS)
        share = chance.uniform(0.17, 0.24) if thing is pottery.sphere else chance.uniform(0.16, 0.22)
        place = Place(
            image, middle + away * unit * chance.uniform(0.95, 1.2), ground + unit * ahead, unit * share, room, chance
        )
        thing(place, colours[min(1 + index, len(colours) - 1)])


def _studio(size: tuple[int, int], palette: Palette, side: int, chance: Random) -> tuple[Image.Image, Room]:
    """Paper that runs from the wall into the floor without an edge, and a pool of light on it."""
    width, height = size
    wall = palette.wall
    floor = lighter(wall, 0.14 if palette.is_dark else 0.3)
    bend = chance.uniform(0.56, 0.64)
    stops = [
        (0.0, darker(wall, 0.1)),
        (bend - 0.12, wall),
        (bend + 0.06, mix(wall, floor, 0.8)),
        (0.86, floor),
        (1.0, mix(floor, wall, 0.35)),
    ]
    image = vertical(size, stops)
    corner = 0.12 if side > 0 else 0.88
    glow(image, width * corner, height * 0.1, max(size) * 0.95, (255, 246, 228), 0.26 if palette.is_dark else 0.34)
    if chance.random() < 0.45:
        _window_light(image, side, chance, wall)
    return image, Room(floor=floor, side=side, tilt=chance.uniform(0.17, 0.23), shadow=0.75 if palette.is_dark else 0.6)


def _window_light(image: Image.Image, side: int, chance: Random, wall: Colour) -> None:
    """The panes of a window on the wall, leaning with the sun."""
    width, height = image.size
    bright = mix(lighter(wall, 0.5), (255, 240, 210), 0.35)
    lean = 0.16 * side * height
    left = width * (chance.uniform(0.42, 0.52) if side > 0 else chance.uniform(0.1, 0.2))
    pane, tall, gap = width * 0.155, height * 0.2, min(width, height) * 0.018
    top = height * chance.uniform(0.06, 0.14)
    for column in range(2):
        for row in range(2):
            x, y = left + column * (pane + gap) + row * lean * 0.48, top + row * (tall + gap)
            shape = [
                (x, y),
                (x + pane, y - pane * 0.06),
                (x + pane + lean * 0.46, y + tall - pane * 0.06),
                (x + lean * 0.46, y + tall),
            ]
            fill(image, polygon(shape, min(width, height) * 0.008), bright, 0.42)
