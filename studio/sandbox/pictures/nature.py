"""What grows and lives, for a still life: fruit, flowers, an animal and a bust of clay."""

import math

from PIL import Image

from .canvas import Point, ellipse_points, fill, polygon, smooth, tube
from .colours import WHITE, Colour, darker, hexed, mix
from .pottery import VASES, Place, curved
from .shading import Profile, Room
from .solids import ball, cast_shadow, contact_shadow, inflated, turned_body

LEAF = hexed("#5d7a52")


STEM = hexed("#6b5138")


PEAR: Profile = (
    (0, 0.16),
    (0.06, 0.26),
    (0.22, 0.36),
    (0.4, 0.355),
    (0.58, 0.25),
    (0.74, 0.17),
    (0.9, 0.14),
    (0.97, 0.09),
    (1, 0.01),
)


BUST: Profile = (
    (0, 0.13), (0.04, 0.135), (0.1, 0.2), (0.2, 0.27), (0.3, 0.315), (0.36, 0.31), (0.41, 0.22), (0.45, 0.115),
    (0.5, 0.085), (0.55, 0.095), (0.6, 0.145), (0.68, 0.185), (0.78, 0.2), (0.87, 0.185), (0.93, 0.15), (0.97, 0.105),
    (0.99, 0.06), (1, 0.005),
)  # fmt: skip


SITTING: Profile = ((0, 0.27), (0.08, 0.33), (0.22, 0.35), (0.42, 0.3), (0.6, 0.235), (0.78, 0.2), (1, 0.15))


def pear(place: Place, colour: Colour) -> None:
    turned_body(place.image, place.x, place.foot, place.height * 0.92, curved(PEAR), colour, place.room, gloss=0.35)
    _stalk(place, place.foot - place.height * 0.92, place.height * 0.12)


def apple(place: Place, colour: Colour) -> None:
    radius = place.height * 0.42
    ball(place.image, place.x, place.foot, radius, colour, place.room, gloss=0.4)
    top = place.foot - radius * 1.88
    dimple = polygon(ellipse_points(place.x, top + radius * 0.08, radius * 0.3, radius * 0.1), radius * 0.05)
    fill(place.image, dimple, darker(colour, 0.45), 0.8)
    _stalk(place, top + radius * 0.1, radius * 0.42)
    leaf(place.image, (place.x, top - radius * 0.12), radius * 0.75, -25, LEAF, place.room)


def banana(place: Place, colour: Colour) -> None:
    """A bent, tapering tube: the fruit that the models are named for."""
    image, room = place.image, place.room
    length, thick = place.height * 1.5, place.height * 0.21
    spine = smooth(
        [(-0.5, -0.36), (-0.4, -0.1), (-0.2, 0.07), (0.05, 0.12), (0.3, 0.02), (0.45, -0.17), (0.52, -0.34)], 10
    )
    count = len(spine) - 1
    upper, lower = [], []
    for index, (sx, sy) in enumerate(spine):
        share = index / count
        width = thick * min(1.0, 0.3 + 3.2 * share, 0.22 + 3.6 * (1 - share))
        ahead, behind = spine[min(index + 1, count)], spine[max(index - 1, 0)]
        dx, dy = ahead[0] - behind[0], ahead[1] - behind[1]
        norm = (dx * dx + dy * dy) ** 0.5 or 1.0
        px, py = place.x + sx * length, place.foot - thick * 1.0 + (sy - 0.12) * length
        upper.append((px + dy / norm * width, py - dx / norm * width))
        lower.append((px - dy / norm * width, py + dx / norm * width))
    outline = [*upper, *reversed(lower)]
    cast_shadow(image, outline, place.foot, room, place.height)
    contact_shadow(image, place.x + length * 0.04, place.foot, length * 0.24, room)
    inflated(image, polygon(outline), colour, room, thick * 0.75, gloss=0.35)
    for tip, share in ((spine[0], 0.1), (spine[-1], 0.13)):
        x, y = place.x + tip[0] * length, place.foot - thick + (tip[1] - 0.12) * length
        inflated(
            image,
            polygon(ellipse_points(x, y, thick * 0.27, thick * share * 2.1)),
            darker(STEM, 0.25),
            room,
            thick * 0.08,
        )


def flowers(place: Place, colour: Colour) -> None:
    """A vase that is not the point, and stems with leaves and blossoms that are."""
    image, room, chance = place.image, place.room, place.chance
    tall = place.height * 0.5
    pot = mix(WHITE, colour, 0.12)
    mouth = place.foot - tall
    stems = []
    for index in range(chance.randint(5, 7)):
        lean = (index - 2.6) * 0.13 + chance.uniform(-0.05, 0.05)
        top = mouth - place.height * chance.uniform(0.3, 0.56)
        tip = (place.x + lean * place.height * 1.5, top)
        curve = smooth(
            [(place.x, mouth + tall * 0.2), (place.x + lean * place.height * 0.5, (mouth + top) / 2), tip], 10
        )
        stems.append(curve)
    for curve in stems:
        _stroke(image, curve, place.height * 0.008, darker(LEAF, 0.2))
        for share in (0.45, 0.65, 0.82):
            spot = curve[int(len(curve) * share)]
            angle = chance.choice((-1, 1)) * chance.uniform(25, 70) - 90
            leaf(image, spot, place.height * chance.uniform(0.09, 0.15), angle, mix(LEAF, colour, 0.08), room)
    for curve in stems:
        blossom(
            image,
            curve[-1],
            place.height * chance.uniform(0.055, 0.085),
            mix(colour, WHITE, chance.uniform(0, 0.3)),
            room,
        )
    profile = curved(chance.choice(VASES[1:4]))
    turned_body(image, place.x, place.foot, tall, profile, pot, room, mouth=darker(pot, 0.55))
    for curve in stems[1:-1]:
        _stroke(image, curve[:4], place.height * 0.008, darker(LEAF, 0.35))


def blossom(image: Image.Image, at: Point, size: float, colour: Colour, room: Room) -> None:
    """Petals around a heart, seen a little from the side."""
    for ring, count, tint in ((1.0, 7, darker(colour, 0.12)), (0.62, 5, colour)):
        for index in range(count):
            angle = 360 / count * index + ring * 40
            (px, py) = ellipse_points(at[0], at[1], size * ring * 0.62, size * ring * 0.5, angle, angle + 1)[0]
            petal = polygon(ellipse_points(px, py, size * ring * 0.52, size * ring * 0.46))
            inflated(image, petal, tint, room, size * 0.2, gloss=0.0)
    inflated(image, polygon(ellipse_points(at[0], at[1], size * 0.24, size * 0.2)), hexed("#e2b13c"), room, size * 0.1)


def figure(place: Place, colour: Colour) -> None:
    """A bust without a face, as a sculptor of still lifes would have it."""
    turned_body(place.image, place.x, place.foot, place.height, curved(BUST), colour, place.room, gloss=0.18)


def animal(place: Place, colour: Colour) -> None:
    """A sitting animal of clay: body, head, two ears, a tail and a nose."""
    image, room, height = place.image, place.room, place.height
    side = room.side
    bends = ((0.2, 0.06), (0.42, 0.05), (0.46, 0.24), (0.4, 0.32))
    tail = smooth([(place.x + side * height * away, place.foot - height * up) for away, up in bends], 10)
    turned_body(image, place.x, place.foot, height * 0.66, curved(SITTING), colour, room, gloss=0.2)
    inflated(image, tube(tail, height * 0.04), colour, room, height * 0.035)
    head = (place.x, place.foot - height * 0.7)
    wide, tall = height * 0.23, height * 0.19
    for turn in (-1, 1):
        ear = [
            (head[0] + turn * wide * 0.9, head[1] - tall * 0.25),
            (head[0] + turn * wide * 0.78, head[1] - tall * 1.55),
            (head[0] + turn * wide * 0.14, head[1] - tall * 0.85),
        ]
        inflated(image, polygon(_rounded(ear)), darker(colour, 0.06), room, height * 0.03)
        inner = [
            (x * 0.45 + (head[0] + turn * wide * 0.6) * 0.55, y * 0.5 + (head[1] - tall * 0.85) * 0.5) for x, y in ear
        ]
        fill(image, polygon(_rounded(inner), height * 0.006), mix(darker(colour, 0.3), hexed("#c9847c"), 0.5), 0.8)
    inflated(image, polygon(ellipse_points(head[0], head[1], wide, tall)), colour, room, height * 0.11, gloss=0.25)
    ink = darker(colour, 0.82)
    for turn in (-1, 1):
        fill(
            image,
            polygon(ellipse_points(head[0] + turn * wide * 0.42, head[1] - tall * 0.05, wide * 0.075, tall * 0.13)),
            ink,
        )
    nose = [
        (head[0] - wide * 0.08, head[1] + tall * 0.22),
        (head[0] + wide * 0.08, head[1] + tall * 0.22),
        (head[0], head[1] + tall * 0.33),
    ]
    fill(image, polygon(nose), mix(ink, hexed("#a8554b"), 0.5))


def leaf(image: Image.Image, at: Point, length: float, angle: float, colour: Colour, room: Room) -> None:
    """A leaf that grows from a point; the angle is in degrees, 0 to the right, -90 upwards."""
    turn = math.radians(angle)
    shape = smooth([(0, 0), (0.3, 0.17), (0.62, 0.16), (1, 0), (0.62, -0.16), (0.3, -0.17), (0, 0)], 6)
    points = [
        (
            at[0] + length * (x * math.cos(turn) - y * math.sin(turn)),
            at[1] + length * (x * math.sin(turn) + y * math.cos(turn)),
        )
        for x, y in shape
    ]
    inflated(image, polygon(points), colour, room, max(1.0, length * 0.09), gloss=0.1)


def _stalk(place: Place, top: float, length: float) -> None:
    curve = smooth(
        [
            (place.x, top + length * 0.1),
            (place.x + length * 0.05, top - length * 0.5),
            (place.x + length * 0.22, top - length),
        ],
        6,
    )
    _stroke(place.image, curve, max(1.5, place.height * 0.011), STEM)


def _stroke(image: Image.Image, curve: list[Point], width: float, colour: Colour) -> None:
    fill(image, tube(curve, width), colour)


def _rounded(corners: list[Point]) -> list[Point]:
    """A polygon with its corners cut off softly."""
    count = len(corners)
    points = [
        (corner[0] * 0.82 + other[0] * 0.18, corner[1] * 0.82 + other[1] * 0.18)
        for index, corner in enumerate(corners)
        for other in (corners[index - 1], corners[(index + 1) % count])
    ]
    return smooth([*points, points[0]], 5)
