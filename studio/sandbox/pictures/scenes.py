"""Which painter takes an order without photographs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Final

from PIL import Image

from ..chance import seeded
from .abstract import abstract
from .brief import UNNAMED, Brief
from .coast import sea
from .landscape import ridges
from .poster import poster
from .space import space
from .still_life import HEROES, still_life
from .town import city

type Painter = Callable[[tuple[int, int], Brief, Random], Image.Image]

PAINTERS: Final[Mapping[str, Painter]] = {
    "ridges": ridges,
    "sea": sea,
    "city": city,
    "space": space,
    "poster": poster,
    "abstract": abstract,
    **dict.fromkeys(HEROES, still_life),
}


def scene(size: tuple[int, int], brief: Brief, chance: Random) -> Image.Image:
    """A prompt that names nothing gets a motif by its words: the same for each of its variations."""
    motif = brief.motif or seeded(*brief.words).choice(UNNAMED)
    return PAINTERS[motif](size, replace(brief, motif=motif), chance)
