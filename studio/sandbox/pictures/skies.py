"""Skies, suns, moons, stars and mist: what every outdoor picture begins with."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageDraw

from .brief import Brief
from .canvas import blurred, ellipse, fill, glow, vertical
from .colours import Colour, darker, hexed, lighter, luminance, mix


@dataclass(frozen=True, slots=True)
class Sky:
    """From the zenith down to the horizon; `land` is the colour of what is nearest."""

    zenith: Colour
    middle: Colour
    horizon: Colour
    light: Colour
    land: Colour

    @property
    def is_night(self) -> bool:
        return luminance(self.zenith) < 0.2


def _sky(*colours: str) -> Sky:
    return Sky(*(hexed(colour) for colour in colours))


SKIES: Final[Mapping[str, tuple[Sky, ...]]] = {
    "dawn": (
        _sky("#7f9ec0", "#c3cbd2", "#f0d9c0", "#fff1d2", "#2c4257"),
        _sky("#8fa6c4", "#dcc4c0", "#f6d3b0", "#fff0d0", "#3d4361"),
    ),
    "dusk": (
        _sky("#5f5d8f", "#d98b7d", "#f7c58f", "#fff0c6", "#4d2340"),
        _sky("#3f5687", "#c97b70", "#f2b26b", "#ffe9b5", "#33233d"),
    ),
    "night": (
        _sky("#101a33", "#1f3152", "#4a6079", "#e9efe9", "#0b1422"),
        _sky("#161a3c", "#2d2f62", "#6b5d8c", "#f1ecf5", "#0e1024"),
    ),
    "winter": (_sky("#8fb1d0", "#c8d8e4", "#f1ede8", "#fffaf0", "#4d6780"),),
    "desert": (_sky("#6fa6bf", "#e5cda0", "#f3c584", "#fff3d0", "#8a3f22"),),
    "autumn": (_sky("#89a3ad", "#e3cda6", "#f0b672", "#fff0cb", "#6b3119"),),
    "forest": (_sky("#9db9b0", "#cfdbc8", "#eee6c6", "#fffbe0", "#1d3a2c"),),
    "spring": (_sky("#8fbfdd", "#cfe3ea", "#f9dfe0", "#fff6ea", "#3f6f5a"),),
    "ocean": (_sky("#4f93bf", "#a5cfdd", "#eee6d0", "#fff6dc", "#12435f"),),
    "day": (
        _sky("#5f97c7", "#a9cbe0", "#eee5d2", "#fff8e2", "#2b4a4a"),
        _sky("#7aa7c4", "#bcd2d8", "#f2e2c6", "#fff5d8", "#31425c"),
    ),
}


def sky_for(brief: Brief, chance: Random) -> Sky:
    """The sky of the prompt's mood, leaning towards the colours it names."""
    sky = chance.choice(SKIES.get(brief.mood) or (*SKIES["day"], *SKIES["dawn"], *SKIES["dusk"]))
    wanted = (brief.background, *brief.colours)
    tint = next((colour for colour in wanted if colour), None)
    if tint is None:
        return sky
    return Sky(
        mix(sky.zenith, darker(tint, 0.25) if sky.is_night else tint, 0.45),
        mix(sky.middle, lighter(tint, 0.3), 0.35),
        mix(sky.horizon, lighter(tint, 0.6), 0.25),
        sky.light,
        mix(sky.land, darker(tint, 0.6), 0.4),
    )


def paint_sky(size: tuple[int, int], sky: Sky, horizon: float) -> Image.Image:
    stops = [(0.0, sky.zenith), (horizon * 0.55, sky.middle), (horizon, sky.horizon), (1.0, sky.horizon)]
    return vertical(size, stops)


def paint_light(image: Image.Image, sky: Sky, x: float, y: float, radius: float, *, moon: bool) -> None:
    """The sun in its haze, or the moon with a shadow on its edge."""
    glow(image, x, y, radius * 11, sky.light, 0.28 if moon else 0.5)
    glow(image, x, y, radius * 4.5, sky.light, 0.35 if moon else 0.7)
    fill(image, ellipse(x, y, radius, radius), sky.light, 0.97)
    if moon:
        for dx, dy, share, strength in ((-0.3, -0.2, 0.24, 0.16), (0.28, 0.25, 0.32, 0.13), (0.05, -0.5, 0.14, 0.14)):
            spot = ellipse(x + dx * radius, y + dy * radius, radius * share, radius * share * 0.9, radius * 0.06)
            fill(image, spot, mix(sky.light, sky.zenith, 0.6), strength * 2)


def paint_stars(image: Image.Image, chance: Random, until: float, count: int) -> None:
    """Small ones everywhere above `until`, a few with a glow."""
    layer = Image.new("L", image.size)
    pen = ImageDraw.Draw(layer)
    for _ in range(count):
        x, y = chance.uniform(0, image.width), chance.uniform(0, until) * chance.uniform(0.3, 1)
        size = chance.choice((0, 0, 0, 0.7)) * max(image.size) / 1000
        pen.ellipse((x - size, y - size, x + size, y + size), fill=chance.randint(70, 210))
    image.paste((240, 244, 255), (0, 0), layer)
    for _ in range(max(3, count // 60)):
        glow(
            image,
            chance.uniform(0, image.width),
            chance.uniform(0, until * 0.8),
            max(image.size) * 0.008,
            (220, 232, 255),
            0.9,
        )


def paint_clouds(image: Image.Image, sky: Sky, chance: Random, horizon: float, count: int) -> None:
    """Long, thin banks, lit from below."""
    width, height = image.size
    layer = Image.new("L", (width // 2, height // 2))
    pen = ImageDraw.Draw(layer)
    for _ in range(count):
        y = chance.uniform(0.08, 0.8) * horizon / 2
        x, long = chance.uniform(0, width / 2), chance.uniform(0.12, 0.34) * width / 2
        for _ in range(9):
            dx, dy = chance.uniform(-long, long), chance.gauss(0, height * 0.004)
            across, down = long * chance.uniform(0.2, 0.5), height * chance.uniform(0.003, 0.01)
            pen.ellipse((x + dx - across, y + dy - down, x + dx + across, y + dy + down), fill=chance.randint(50, 120))
    mask = blurred(layer, height * 0.007).resize(image.size, Image.Resampling.BICUBIC)
    image.paste(lighter(sky.horizon, 0.35), (0, 0), mask)


def paint_birds(image: Image.Image, chance: Random, colour: Colour, until: float) -> None:
    width = image.width
    pen = ImageDraw.Draw(image)
    x, y = width * chance.uniform(0.2, 0.7), until * chance.uniform(0.25, 0.6)
    for _ in range(chance.randint(3, 7)):
        bx, by, wing = (
            x + chance.gauss(0, width * 0.05),
            y + chance.gauss(0, until * 0.06),
            width * chance.uniform(0.006, 0.012),
        )
        points = [
            (bx - wing, by - wing * 0.45),
            (bx - wing * 0.3, by - wing * 0.5),
            (bx, by),
            (bx + wing * 0.3, by - wing * 0.5),
            (bx + wing, by - wing * 0.4),
        ]
        pen.line(points, fill=colour, width=max(1, round(width / 700)), joint="curve")


def skyline(
    chance: Random, width: int, level: float, swing: float, waves: float, roughness: float
) -> list[tuple[float, float]]:
    """A line of hills from left to right: a few slow waves, and faster ones on top."""
    parts = [
        (chance.uniform(0.6, 1.4) * (waves + octave * 2.7), chance.uniform(0, math.tau), roughness**octave)
        for octave in range(5)
    ]
    whole = sum(weight for _, _, weight in parts)
    steps = 160
    points = []
    for step in range(steps + 1):
        across = step / steps
        height = sum(math.sin(across * speed * math.pi + start) * weight for speed, start, weight in parts) / whole
        points.append((across * width, level + height * swing))
    return points
