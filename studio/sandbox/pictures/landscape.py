"""Ridge behind ridge, each nearer one darker, with mist between them and perhaps a lake."""

from random import Random

from PIL import Image, ImageDraw

from .brief import Brief
from .canvas import fill, polygon, vertical, vignette
from .colours import Colour, darker, mix
from .skies import Sky, paint_birds, paint_clouds, paint_light, paint_sky, paint_stars, sky_for, skyline
from .water import still_water

WATER_WORDS = ("lake", "river", "reflection", "fjord", "pond", "harbour", "harbor", "bay")


def ridges(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """Ridge behind ridge, each nearer one darker; mist lies between them."""
    width, height = size
    sky = sky_for(brief, chance)
    horizon = chance.uniform(0.42, 0.52)
    image = paint_sky(size, sky, horizon + 0.1)
    short = min(size)
    x, y = (
        width * chance.choice((chance.uniform(0.2, 0.36), chance.uniform(0.6, 0.8))),
        height * horizon * chance.uniform(0.45, 0.8),
    )
    if sky.is_night:
        paint_stars(image, chance, height * horizon, 260)
    else:
        paint_clouds(image, sky, chance, height * horizon, chance.randint(2, 4))
    paint_light(image, sky, x, y, short * chance.uniform(0.035, 0.055), moon=sky.is_night)
    lake = brief.has(*WATER_WORDS)
    layers = chance.randint(5, 7)
    dunes = brief.mood == "desert"
    bottom = 0.74 if lake else 1.0
    for layer in range(layers):
        share = layer / (layers - 1)
        level = height * (horizon + (bottom - 0.06 - horizon) * share**1.25)
        swing = min(height, width * 1.2) * (0.03 + 0.035 * share)
        line = skyline(chance, width, level, swing, 1.3 + 0.2 * layer, 0.22 if dunes else 0.5)
        ridge(image, sky, line, share, height, brief)
        if share > 0.8 and not dunes and brief.mood in {"forest", "winter", "dawn", ""}:
            _pines(image, chance, line, short * 0.035, _tone(sky, share))
    if lake:
        still_water(image, sky, round(height * bottom), chance, x)
    if not sky.is_night and chance.random() < 0.5:
        paint_birds(image, chance, mix(sky.land, sky.middle, 0.3), height * horizon)
    return vignette(image, 0.25)


def ridge(
    image: Image.Image, sky: Sky, line: list[tuple[float, float]], share: float, bottom: float, brief: Brief
) -> None:
    """One ridge down to the bottom, paler towards its foot where the mist is."""
    stencil = polygon([*line, (image.width, bottom), (0, bottom)])
    tone = _tone(sky, share)
    if brief.mood == "winter":
        tone = mix(tone, (240, 246, 252), 0.35 * (1 - share * 0.5))
    foot = mix(tone, mix(sky.horizon, sky.light, 0.3), 0.42 * (1 - share) + 0.1)
    body = vertical(stencil.mask.size, [(0, tone), (0.25, tone), (1, foot)])
    fill(image, stencil, body)


def _tone(sky: Sky, share: float) -> Colour:
    return mix(mix(sky.horizon, sky.middle, 0.45), sky.land, min(1.0, 0.14 + 0.86 * share**0.85))


def _pines(image: Image.Image, chance: Random, line: list[tuple[float, float]], tall: float, colour: Colour) -> None:
    """Firs on a near ridge, in groups."""
    dark = darker(colour, 0.25)
    scale = 2
    layer = Image.new("L", (image.width * scale, image.height * scale))
    pen = ImageDraw.Draw(layer)
    group = 0.0
    for px, py in line:
        group = group * 0.8 + chance.gauss(0, 0.6)
        for _ in range(3 if group > 0.3 else 1 if group > -0.2 else 0):
            x, foot = (px + chance.uniform(-0.5, 0.5) * image.width / 80) * scale, (py + tall * 0.15) * scale
            size = tall * chance.uniform(0.6, 1.6) * scale
            for part in range(3):
                top, wide = foot - size * (0.45 + 0.28 * part), size * (0.26 - 0.06 * part)
                pen.polygon(
                    [(x - wide, foot - size * 0.27 * part), (x, top), (x + wide, foot - size * 0.27 * part)], fill=255
                )
    image.paste(dark, (0, 0), layer.reduce(scale))
