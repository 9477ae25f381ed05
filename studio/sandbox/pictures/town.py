"""Three rows of towers in the haze, lit windows in the nearest, all of it again in the water."""

from random import Random

from PIL import Image, ImageDraw

from .brief import Brief
from .canvas import vertical, vignette
from .colours import Colour, darker, hexed, mix
from .skies import Sky, paint_clouds, paint_light, paint_sky, paint_stars, sky_for
from .water import still_water


def city(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """Three rows of towers in the haze, lit windows in the nearest, all of it again in the water."""
    width, height = size
    sky = sky_for(brief, chance)
    ground = round(height * chance.uniform(0.7, 0.78))
    image = paint_sky(size, sky, ground / height)
    x = width * chance.uniform(0.25, 0.75)
    if sky.is_night:
        paint_stars(image, chance, ground * 0.6, 160)
    else:
        paint_clouds(image, sky, chance, ground * 0.8, 4)
    paint_light(image, sky, x, ground * chance.uniform(0.3, 0.55), min(size) * 0.05, moon=sky.is_night)
    neon = [hexed("#ff5fa2"), hexed("#4fd6ff"), hexed("#ffd166")] if brief.has("neon", "cyberpunk") else []
    for row in range(3):
        share = 0.3 + row * 0.32
        tall = ground * (0.66 - row * 0.15)
        _towers(image, sky, chance, ground, tall, share, lit=row >= 1, neon=neon)
        haze = vertical((width, ground), [(0, (0, 0, 0)), (0.55, (0, 0, 0)), (1, (120 - row * 40,) * 3)]).convert("L")
        image.paste(sky.horizon, (0, 0, width, ground), haze)
    still_water(image, sky, ground, chance, x, murky=0.55)
    quay = darker(sky.land, 0.3)
    image.paste(quay, (0, ground - max(2, height // 160), width, ground + max(2, height // 220)))
    return vignette(image, 0.3)


def _towers(
    image: Image.Image,
    sky: Sky,
    chance: Random,
    ground: int,
    tall: float,
    share: float,
    *,
    lit: bool,
    neon: list[Colour],
) -> None:
    width = image.width
    pen = ImageDraw.Draw(image)
    tone = mix(mix(sky.horizon, sky.middle, 0.5), darker(sky.land, 0.1), share)
    x = -width * 0.03
    lamp = hexed("#ffd88f")
    while x < width:
        across = width * chance.uniform(0.035, 0.085)
        high = tall * chance.uniform(0.35, 1.0) * (1.0 if chance.random() > 0.12 else 1.25)
        top = ground - high
        own = mix(tone, sky.land, chance.uniform(0, 0.18))
        pen.rectangle((x, top, x + across, ground), fill=own)
        pen.rectangle((x, top, x + across * 0.16, ground), fill=mix(own, sky.light, 0.1))
        crown = chance.random()
        if crown < 0.25:
            pen.rectangle((x + across * 0.25, top - high * 0.07, x + across * 0.75, top), fill=own)
        elif crown < 0.4:
            pen.line((x + across / 2, top - high * 0.16, x + across / 2, top), fill=own, width=max(1, width // 500))
        elif crown < 0.5:
            pen.polygon([(x, top), (x + across, top), (x + across, top - across * 0.5)], fill=own)
        if lit:
            _windows(pen, chance, (x, top, across, ground), own, sky, lamp, neon)
        x += across * chance.uniform(0.85, 1.25)


def _windows(
    pen: ImageDraw.ImageDraw,
    chance: Random,
    tower: tuple[float, float, float, float],
    own: Colour,
    sky: Sky,
    lamp: Colour,
    neon: list[Colour],
) -> None:
    x, top, across, ground = tower
    columns, gap = max(3, int(across / 15)), across * 0.14
    wide = (across - 2 * gap) / columns
    tall = wide * 1.35
    likely = 0.34 if sky.is_night else 0.1
    glass = mix(own, sky.horizon, 0.25)
    for row in range(int((ground - top) / (tall * 1.3))):
        for column in range(columns):
            left, upper = x + gap + column * wide, top + tall * 0.8 + row * tall * 1.3
            if upper + tall > ground:
                continue
            on = chance.random() < likely
            colour = (
                chance.choice(neon)
                if on and neon and chance.random() < 0.4
                else mix(lamp, own, chance.uniform(0, 0.4))
                if on
                else glass
            )
            pen.rectangle((left, upper, left + wide * 0.55, upper + tall * 0.6), fill=colour)
