"""Large soft fields of colour that run into each other, and a few clear bodies before them."""

from random import Random

from PIL import Image

from .brief import Brief
from .canvas import blurred, ellipse, fill, vertical, vignette
from .colours import darker
from .palettes import choose
from .shading import Room, dyed, sphere


def abstract(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """Large soft fields of colour that run into each other, and one or two clear shapes of glass."""
    palette = choose(brief, chance)
    colours = [palette.wall, *palette.things]
    small = (max(8, size[0] // 8), max(8, size[1] // 8))
    image = vertical(small, [(0, chance.choice(colours)), (0.5, chance.choice(colours)), (1, chance.choice(colours))])
    for _ in range(9):
        x, y = chance.uniform(-0.1, 1.1) * small[0], chance.uniform(-0.1, 1.1) * small[1]
        radius = chance.uniform(0.18, 0.45) * max(small)
        fill(
            image,
            ellipse(x, y, radius, radius * chance.uniform(0.6, 1.3), radius * 0.55),
            chance.choice(colours),
            chance.uniform(0.6, 0.95),
        )
    image = blurred(image, 3).resize(size, Image.Resampling.BICUBIC)
    short = min(size)
    room = Room(floor=palette.wall, side=1)
    for _ in range(chance.randint(2, 3)):
        x, y, radius = (
            chance.uniform(0.2, 0.8) * size[0],
            chance.uniform(0.2, 0.8) * size[1],
            short * chance.uniform(0.12, 0.27),
        )
        stencil = ellipse(x, y, radius, radius)
        fill(
            image,
            ellipse(x + radius * 0.16, y + radius * 0.22, radius, radius, radius * 0.2),
            darker(palette.wall, 0.6),
            0.35,
        )
        body = dyed(
            sphere(room.light, 0.3).resize(stencil.mask.size, Image.Resampling.BICUBIC),
            chance.choice(palette.things),
            room,
        )
        fill(image, stencil, body, 0.9)
    return vignette(image, 0.2)
