"""A wide sea under a wide sky, with a path of light, and a sail or a lighthouse."""

from random import Random

from PIL import Image

from .brief import Brief
from .canvas import fill, glow, polygon, vignette
from .colours import darker, hexed, mix
from .landscape import ridge
from .skies import Sky, paint_birds, paint_clouds, paint_light, paint_sky, paint_stars, sky_for, skyline
from .water import open_water


def sea(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """A wide sea under a wide sky, with a light path, and a sail or a lighthouse."""
    width, height = size
    sky = sky_for(brief, chance)
    horizon = chance.uniform(0.48, 0.58)
    line = round(height * horizon)
    image = paint_sky(size, sky, horizon)
    x = width * chance.choice((chance.uniform(0.22, 0.4), chance.uniform(0.58, 0.76)))
    if sky.is_night:
        paint_stars(image, chance, height * horizon * 0.9, 220)
    else:
        paint_clouds(image, sky, chance, line, chance.randint(4, 7))
    paint_light(
        image,
        sky,
        x,
        height * horizon * chance.uniform(0.5, 0.82),
        min(size) * chance.uniform(0.04, 0.06),
        moon=sky.is_night,
    )
    far = skyline(chance, width, line - height * 0.012, height * 0.02, 2.0, 0.5)
    ridge(image, sky, [*((px, min(py, line + 1.0)) for px, py in far)], 0.12, line, brief)
    open_water(image, sky, line, chance, x)
    if brief.has("lighthouse") or (not brief.has("boat", "sailboat", "ship", "sail") and chance.random() < 0.4):
        _lighthouse(image, sky, chance, line, width * (0.82 if x < width / 2 else 0.18))
    else:
        _sail(
            image,
            sky,
            line + height * chance.uniform(0.05, 0.1),
            width * (0.68 if x < width / 2 else 0.3),
            min(size) * 0.2,
        )
    if not sky.is_night:
        paint_birds(image, chance, mix(sky.land, sky.middle, 0.4), line)
    return vignette(image, 0.25)


def _sail(image: Image.Image, sky: Sky, foot: float, x: float, tall: float) -> None:
    hull = darker(sky.land, 0.2)
    cloth = mix(sky.light, (255, 255, 255), 0.3)
    main = [(x, foot - tall), (x + tall * 0.36, foot - tall * 0.16), (x, foot - tall * 0.14)]
    jib = [
        (x - tall * 0.03, foot - tall * 0.9),
        (x - tall * 0.26, foot - tall * 0.15),
        (x - tall * 0.03, foot - tall * 0.14),
    ]
    fill(image, polygon(main), cloth)
    fill(image, polygon(jib), mix(cloth, sky.middle, 0.3))
    fill(
        image,
        polygon(
            [
                (x - tall * 0.34, foot - tall * 0.11),
                (x + tall * 0.42, foot - tall * 0.11),
                (x + tall * 0.28, foot),
                (x - tall * 0.22, foot),
            ]
        ),
        hull,
    )
    fill(
        image,
        polygon(
            [
                (x - tall * 0.3, foot),
                (x + tall * 0.36, foot),
                (x + tall * 0.16, foot + tall * 0.34),
                (x - tall * 0.1, foot + tall * 0.3),
            ],
            tall * 0.05,
        ),
        mix(cloth, hull, 0.4),
        0.28,
    )


def _lighthouse(image: Image.Image, sky: Sky, chance: Random, line: int, x: float) -> None:
    height = image.height
    rock = darker(sky.land, 0.15)
    tall = height * 0.26
    foot = line + height * 0.015
    side = 1 if x > image.width / 2 else -1
    stone = [
        (x - side * tall * 0.75, foot + tall * 0.2),
        (x - side * tall * 0.42, foot - tall * 0.06),
        (x - tall * 0.1, foot - tall * 0.13),
        (x + side * tall * 0.5, foot - tall * 0.09),
        (x + side * tall * 2, foot - tall * 0.02),
        (x + side * tall * 2, foot + tall * 0.24),
    ]
    fill(image, polygon(stone), rock)
    wide, slim = tall * 0.115, tall * 0.075
    top = foot - tall * 0.1 - tall
    for band in range(5):
        upper, lower = top + tall * band / 5, top + tall * (band + 1) / 5
        w1, w2 = slim + (wide - slim) * band / 5, slim + (wide - slim) * (band + 1) / 5
        colour = hexed("#b8382e") if band % 2 == 0 else hexed("#f0ebe1")
        stencil = polygon([(x - w1, upper), (x + w1, upper), (x + w2, lower), (x - w2, lower)])
        fill(image, stencil, mix(colour, sky.land, 0.5 if sky.is_night else 0.18))
        fill(
            image,
            polygon([(x + w1 * 0.1, upper), (x + w1, upper), (x + w2, lower), (x + w2 * 0.1, lower)], slim * 0.3),
            sky.land,
            0.28,
        )
    fill(
        image,
        polygon(
            [
                (x - slim * 1.25, top),
                (x + slim * 1.25, top),
                (x + slim * 1.25, top - tall * 0.02),
                (x - slim * 1.25, top - tall * 0.02),
            ]
        ),
        rock,
    )
    fill(
        image,
        polygon(
            [
                (x - slim * 0.7, top - tall * 0.02),
                (x + slim * 0.7, top - tall * 0.02),
                (x + slim * 0.7, top - tall * 0.12),
                (x - slim * 0.7, top - tall * 0.12),
            ]
        ),
        hexed("#ffe9a8"),
    )
    fill(
        image,
        polygon([(x - slim * 0.95, top - tall * 0.12), (x + slim * 0.95, top - tall * 0.12), (x, top - tall * 0.21)]),
        rock,
    )
    glow(image, x, top - tall * 0.07, tall * (0.9 if sky.is_night else 0.35), (255, 240, 190), 0.8)
