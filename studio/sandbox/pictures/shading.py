"""How light falls on a round body, computed on a small grid and stretched over any size.

Light comes from the upper left (or right), a little from the front. A large picture costs no more than a
small one: only the stretching grows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PIL import Image

from .canvas import Stencil
from .colours import Colour, darker, lighter, mix

type Profile = Sequence[tuple[float, float]]
"""Height (0 at the foot, 1 at the rim) and radius, both as shares of the body's height."""


ACROSS, DOWN = 56, 64
"""Samples of a body's surface."""


@dataclass(frozen=True, slots=True)
class Room:
    """What all things in one picture share. `side` is 1 for light from the left, -1 for light from the right.

    `tilt` is how far one looks down: the height of a circle that lies flat, as a share of its width.
    """

    floor: Colour
    side: int = 1
    tilt: float = 0.2
    softness: float = 1.0
    shadow: float = 0.55

    @property
    def light(self) -> tuple[float, float, float]:
        return -0.58 * self.side, 0.52, 0.63


def dyed(intensity: Image.Image, colour: Colour, room: Room) -> Image.Image:
    """A grey shading (128 is the plain colour) in a colour, with the floor's colour in its shadows."""
    deep = mix(darker(colour, 0.6), darker(room.floor, 0.55), 0.35)
    bright = lighter(colour, 0.45)
    bands = []
    for channel in range(3):
        low, middle, high = deep[channel], colour[channel], bright[channel]
        table = [
            round(low + (middle - low) * (value / 150))
            if value < 150
            else round(middle + (high - middle) * ((value - 150) / 105))
            for value in range(256)
        ]
        bands.append(intensity.point(table))
    return Image.merge("RGB", bands)


def turned(
    stencil: Stencil, x: float, foot: float, height: float, profile: Profile, room: Room, gloss: float
) -> Image.Image:
    """The shading of a turned body, as large as its stencil: row by row as wide as the body is there."""
    width, tall = stencil.mask.size
    tilt = room.tilt
    source = _surface(tuple(profile), room.light, gloss).resize((128, max(2, min(tall, 512))), Image.Resampling.BICUBIC)
    mesh = []
    step = max(1, tall // 160)
    for row in range(0, tall, step):
        level = _level(row + stencil.top, foot, height, profile, tilt)
        below = _level(row + step + stencil.top, foot, height, profile, tilt)
        radius = _widest(profile, (foot - row - stencil.top) / height, (foot - row - step - stencil.top) / height)
        radius = radius * height + 1
        left, right = round(x - radius - stencil.left), round(x + radius - stencil.left)
        top, bottom = (1 - level) * (source.height - 1), (1 - below) * (source.height - 1)
        if right <= left:
            continue
        box = (left, row, right, min(row + step, tall))
        mesh.append((box, (0, top, 0, bottom, 127, bottom, 127, top)))
    return source.transform((width, tall), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


@lru_cache(maxsize=16)
def sphere(light: tuple[float, float, float], gloss: float, side: int = 72) -> Image.Image:
    values = bytearray()
    for row in range(side):
        v = 1 - 2 * (row + 0.5) / side
        for column in range(side):
            u = 2 * (column + 0.5) / side - 1
            far = math.hypot(u, v)
            if far > 1:
                u, v_in = u / far, v / far
            else:
                v_in = v
            depth = math.sqrt(max(0.0, 1 - min(1.0, far) ** 2))
            values.append(_lit((u, v_in, depth), light, gloss, 1.0))
    return Image.frombytes("L", (side, side), bytes(values))


@lru_cache(maxsize=128)
def _surface(profile: tuple[tuple[float, float], ...], light: tuple[float, float, float], gloss: float) -> Image.Image:
    """The shading of a turned body, unrolled: across from its left edge to its right, down from rim to foot."""
    values = bytearray()
    for row in range(DOWN):
        level = 1 - row / (DOWN - 1)
        slope = (_radius(profile, min(1.0, level + 0.02)) - _radius(profile, max(0.0, level - 0.02))) / 0.04
        lift = -max(-1.6, min(1.6, slope))
        # Less light where the body meets the floor, and a little that the floor throws back.
        nearby = min(1.0, 0.72 + level * 2.2)
        for column in range(ACROSS):
            u = -1 + 2 * column / (ACROSS - 1)
            values.append(_lit((u, lift, math.sqrt(max(0.0, 1 - u * u))), light, gloss, nearby))
    return Image.frombytes("L", (ACROSS, DOWN), bytes(values))


def _lit(normal: tuple[float, float, float], light: tuple[float, float, float], gloss: float, nearby: float) -> int:
    length = math.sqrt(sum(part * part for part in normal)) or 1.0
    nx, ny, nz = (part / length for part in normal)
    lx, ly, lz = light
    facing = nx * lx + ny * ly + nz * lz
    wrapped = max(0.0, facing * 0.78 + 0.22)
    bounce = 0.10 * max(0.0, -ny) + 0.07 * max(0.0, -nx * lx / abs(lx))
    value = 22 + 168 * wrapped + 150 * bounce
    # The half-way direction between the light and the eye.
    hx, hy, hz = lx, ly, lz + 1
    half = max(0.0, (nx * hx + ny * hy + nz * hz) / math.sqrt(hx * hx + hy * hy + hz * hz))
    value = value * nearby + 210 * gloss * half**26
    return max(0, min(255, round(value)))


def _level(y: float, foot: float, height: float, profile: Profile, tilt: float) -> float:
    """How high on the body a point of the picture is: seen from above, its front hangs below its middle."""
    rough = max(0.0, min(1.0, (foot - y) / height))
    return max(0.0, min(1.0, (foot + 0.8 * tilt * _radius(profile, rough) * height - y) / height))


def _widest(profile: Profile, one: float, other: float) -> float:
    return max(_radius(profile, max(0.0, min(1.0, one))), _radius(profile, max(0.0, min(1.0, other))))


def _radius(profile: Profile, level: float) -> float:
    for (low, first), (high, second) in pairwise(profile):
        if level <= high:
            share = (level - low) / (high - low) if high > low else 0.0
            return first + (second - first) * max(0.0, share)
    return profile[-1][1]
