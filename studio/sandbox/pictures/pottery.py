"""Vessels and plain bodies for a still life. Each takes its place and its colour."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image

from .canvas import Point, ellipse_points, fill, polygon, smooth
from .colours import WHITE, Colour, darker, hexed, lighter, mix
from .shading import Profile, Room
from .solids import ball, block, cast_shadow, contact_shadow, disc_top, inflated, turned_body


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing goes: the middle of its foot, and how tall it may be."""

    image: Image.Image
    x: float
    foot: float
    height: float
    room: Room
    chance: Random


type Thing = Callable[[Place, Colour], None]


VASES: tuple[Profile, ...] = (
    ((0, 0.15), (0.08, 0.19), (0.3, 0.29), (0.45, 0.3), (0.62, 0.2), (0.76, 0.095), (0.92, 0.085), (1, 0.115)),
    ((0, 0.17), (0.1, 0.21), (0.28, 0.25), (0.5, 0.23), (0.68, 0.16), (0.82, 0.12), (1, 0.16)),
    ((0, 0.12), (0.2, 0.15), (0.5, 0.19), (0.72, 0.16), (0.84, 0.09), (0.93, 0.08), (1, 0.1)),
    ((0, 0.2), (0.1, 0.28), (0.3, 0.36), (0.5, 0.35), (0.66, 0.24), (0.76, 0.13), (0.9, 0.12), (1, 0.155)),
    ((0, 0.13), (0.12, 0.24), (0.32, 0.3), (0.52, 0.24), (0.64, 0.17), (0.78, 0.2), (0.9, 0.17), (1, 0.13)),
)


TALL: tuple[Profile, ...] = (
    ((0, 0.13), (0.1, 0.15), (0.45, 0.135), (0.62, 0.085), (0.78, 0.06), (0.94, 0.06), (1, 0.075)),
    ((0, 0.115), (0.3, 0.125), (0.55, 0.11), (0.75, 0.07), (1, 0.065)),
)


BOWLS: tuple[Profile, ...] = (
    ((0, 0.34), (0.1, 0.44), (0.35, 0.62), (0.7, 0.74), (1, 0.78)),
    ((0, 0.42), (0.2, 0.6), (0.5, 0.66), (0.8, 0.58), (1, 0.5)),
)


def curved(profile: Profile) -> Profile:
    """The profile with its corners rounded."""
    return tuple((level, max(0.005, radius)) for radius, level in smooth([(r, h) for h, r in profile], 5))


def vase(place: Place, colour: Colour) -> None:
    profile = curved(place.chance.choice(VASES))
    turned_body(place.image, place.x, place.foot, place.height, profile, colour, place.room, mouth=darker(colour, 0.55))


def tall_vase(place: Place, colour: Colour) -> None:
    profile = curved(place.chance.choice(TALL))
    turned_body(place.image, place.x, place.foot, place.height, profile, colour, place.room, mouth=darker(colour, 0.6))


def bowl(place: Place, colour: Colour) -> None:
    profile = curved(place.chance.choice(BOWLS))
    height = place.height * 0.5
    turned_body(place.image, place.x, place.foot, height, profile, colour, place.room, mouth=darker(colour, 0.45))


def sphere(place: Place, colour: Colour) -> None:
    ball(place.image, place.x, place.foot, place.height * 0.5, colour, place.room)


def cylinder(place: Place, colour: Colour) -> None:
    across = place.height * place.chance.uniform(0.17, 0.24)
    profile = ((0.0, across / place.height), (1.0, across / place.height))
    turned_body(place.image, place.x, place.foot, place.height, profile, colour, place.room, gloss=0.08)
    disc_top(place.image, place.x, place.foot - place.height, across, colour, place.room)


def cone(place: Place, colour: Colour) -> None:
    profile = ((0.0, 0.34), (0.97, 0.02), (1.0, 0.004))
    turned_body(place.image, place.x, place.foot, place.height, profile, colour, place.room, gloss=0.1)


def cube(place: Place, colour: Colour) -> None:
    side = place.height * 0.72
    block(place.image, place.x, place.foot, side * 1.15, side, colour, place.room, place.chance.uniform(0.3, 0.45))


def arch(place: Place, colour: Colour) -> None:
    """Half a ring on its two feet, with the depth that tells it from a drawing of one."""
    image, room = place.image, place.room
    outer, inner = place.height * 0.95, place.height * 0.56
    depth = place.height * 0.16 * room.side
    rise = place.height * 0.06

    def ring(dx: float, dy: float) -> list[Point]:
        return [
            *ellipse_points(place.x + dx, place.foot + dy, outer, outer, 180, 360),
            *ellipse_points(place.x + dx, place.foot + dy, inner, inner, 360, 180),
        ]

    cast_shadow(image, ring(0, 0), place.foot, room, place.height)
    for step in range(12, 0, -1):
        share = step / 12
        tint = darker(colour, 0.42 - 0.12 * (1 - share))
        fill(image, polygon(ring(depth * share, -rise * share)), tint)
    inflated(image, polygon(ring(0, 0)), colour, room, place.height * 0.03, gloss=0.0)


def bottle(place: Place, colour: Colour) -> None:
    """A cosmetics bottle: round body, collar, and a cap of wood or metal."""
    image, room, height = place.image, place.room, place.height
    body: Profile = ((0, 0.24), (0.02, 0.25), (0.9, 0.25), (0.96, 0.23), (1, 0.15))
    turned_body(image, place.x, place.foot, height * 0.7, body, colour, room, gloss=0.75)
    collar = place.foot - height * 0.7
    ring: Profile = ((0, 0.9), (1, 0.9))
    turned_body(
        image, place.x, collar + height * 0.01, height * 0.08, ring, darker(colour, 0.3), room, gloss=0.5, shadow=False
    )
    cap_colour = place.chance.choice((hexed("#c9a46a"), hexed("#b98a5c"), WHITE, hexed("#2f3033")))
    cap: Profile = ((0, 0.46), (1, 0.44))
    turned_body(image, place.x, collar - height * 0.06, height * 0.2, cap, cap_colour, room, gloss=0.3, shadow=False)
    disc_top(image, place.x, collar - height * 0.26, height * 0.2 * 0.44, cap_colour, room)
    label = height * 0.7 * 0.25
    top, bottom = place.foot - height * 0.47, place.foot - height * 0.2
    sag = label * room.tilt
    shape = [
        *[(x, y + sag * 0.9) for x, y in ellipse_points(place.x, top, label * 0.78, sag * 0.35, 180, 0)],
        *[(x, y + sag * 0.9) for x, y in ellipse_points(place.x, bottom, label * 0.78, sag * 0.35, 0, 180)],
    ]
    fill(image, polygon(shape), mix(lighter(colour, 0.9), WHITE, 0.5), 0.82)
    line = darker(colour, 0.55)
    for offset, wide in ((0.3, 0.42), (0.42, 0.26), (0.72, 0.34)):
        y = top + sag * 1.2 + (bottom - top) * offset
        fill(
            image,
            polygon(
                [
                    (place.x - label * wide, y),
                    (place.x + label * wide, y),
                    (place.x + label * wide, y + height * 0.008),
                    (place.x - label * wide, y + height * 0.008),
                ]
            ),
            line,
            0.7,
        )


def cup(place: Place, colour: Colour) -> None:
    """A cup on its saucer, with coffee and the light that lies on it."""
    image, room, height = place.image, place.room, place.height
    plate = height * 0.82
    outline = ellipse_points(place.x, place.foot - height * 0.06, plate, plate * room.tilt)
    cast_shadow(image, outline, place.foot, room, height * 0.6)
    contact_shadow(image, place.x, place.foot, plate * 0.8, room)
    dish: Profile = ((0, 0.45 / 0.1), (0.4, 0.7 / 0.1), (1, 0.82 / 0.1))
    turned_body(image, place.x, place.foot, height * 0.1, dish, colour, room, gloss=0.3, shadow=False)
    disc_top(image, place.x, place.foot - height * 0.1, plate, colour, room)
    hollow = polygon(
        ellipse_points(place.x, place.foot - height * 0.085, plate * 0.62, plate * 0.62 * room.tilt), height * 0.015
    )
    fill(image, hollow, darker(colour, 0.3), 0.5)
    foot = place.foot - height * 0.1
    side = room.side
    grip = [
        *ellipse_points(place.x + side * height * 0.47, foot - height * 0.42, height * 0.21, height * 0.2),
        *reversed(ellipse_points(place.x + side * height * 0.46, foot - height * 0.42, height * 0.11, height * 0.11)),
    ]
    inflated(image, polygon(grip), colour, room, height * 0.035, gloss=0.3)
    body: Profile = curved(((0, 0.26), (0.08, 0.3), (0.4, 0.44), (0.75, 0.5), (1, 0.53)))
    coffee = hexed("#5b3420")
    turned_body(image, place.x, foot, height * 0.8, body, colour, room, gloss=0.4, mouth=lighter(colour, 0.3))
    rim = height * 0.8 * 0.53
    surface = ellipse_points(place.x, foot - height * 0.785, rim * 0.86, rim * room.tilt * 0.76)
    fill(image, polygon(surface), coffee)
    foam = polygon(ellipse_points(place.x, foot - height * 0.785, rim * 0.76, rim * room.tilt * 0.64), rim * 0.03)
    fill(image, foam, hexed("#a9713f"), 0.85)
    gleam = ellipse_points(place.x - side * rim * 0.3, foot - height * 0.795, rim * 0.26, rim * room.tilt * 0.16)
    fill(image, polygon(gleam, rim * 0.04), hexed("#f0d9b4"), 0.7)
