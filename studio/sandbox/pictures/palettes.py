"""Sets of colours that go together, and which of them a prompt asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from .brief import Brief
from .colours import WHITE, Colour, hexed, is_grey, lighter, luminance, mix, softened, turned


@dataclass(frozen=True, slots=True)
class Palette:
    """`wall` is behind everything, `things` are for what stands before it, the most important first."""

    wall: Colour
    things: tuple[Colour, ...]

    @property
    def is_dark(self) -> bool:
        return luminance(self.wall) < 0.4


def _palette(wall: str, *things: str) -> Palette:
    return Palette(hexed(wall), tuple(hexed(thing) for thing in things))


PALETTES: Final[Mapping[str, Palette]] = {
    "oat": _palette("#d8cdbf", "#efece6", "#d4602c", "#e3dacd", "#8c6f55"),
    "sage": _palette("#b2c2b4", "#eceae3", "#1f5a46", "#d9a02c", "#93ab9a"),
    "rose": _palette("#d9bcb0", "#f1eeea", "#a52a22", "#c9b04a", "#e6cfc6"),
    "slate": _palette("#a4adb9", "#f2f2f0", "#22386a", "#d8a233", "#7f8ea3"),
    "navy": _palette("#26406f", "#f2f0ec", "#efc233", "#36548c", "#d8dbe2"),
    "terracotta": _palette("#c8754a", "#f3e7d6", "#a42f22", "#dd8f5d", "#5d2f22"),
    "lilac": _palette("#cfc5da", "#f4f1f5", "#8062ab", "#efcf3d", "#a995c4"),
    "mint": _palette("#c3dcd2", "#f6f5f0", "#2f7f72", "#ef8f6c", "#8dbfae"),
    "sand": _palette("#dcc6a6", "#f5eee2", "#b5562c", "#3f6a76", "#c9a878"),
    "sky": _palette("#b4cbdc", "#f5f5f3", "#5b86b4", "#efc53c", "#86a9c7"),
    "charcoal": _palette("#4a4c52", "#e9e6e0", "#d6552f", "#8b8d92", "#d7b257"),
    "butter": _palette("#ecd9a0", "#faf5e9", "#d9822b", "#4c7a5d", "#e5c163"),
    "clay": _palette("#b98a72", "#f0e5d8", "#5b3a2e", "#dba57f", "#78907a"),
    "forest": _palette("#3d5a4a", "#eae5d6", "#c98a34", "#5f7f66", "#a9452f"),
}

OF_MOOD: Final[Mapping[str, tuple[str, ...]]] = {
    "night": ("navy", "charcoal"),
    "dusk": ("terracotta", "rose", "clay"),
    "dawn": ("rose", "sky", "butter"),
    "autumn": ("terracotta", "clay", "sand"),
    "winter": ("sky", "slate"),
    "spring": ("mint", "lilac", "rose"),
    "desert": ("sand", "terracotta"),
    "forest": ("forest", "sage"),
    "ocean": ("sky", "navy"),
    "mono": ("slate", "charcoal"),
}


def choose(brief: Brief, chance: Random) -> Palette:
    """A palette named in the prompt (one of several by chance), else one for its mood, else any."""
    # "red" and "gold" are colours for things; "sage" and "slate" for the whole picture.
    whole = [word for word in brief.words if word in PALETTES]
    if whole and brief.background is None:
        return PALETTES[whole[brief.turn % len(whole)]]
    palette = PALETTES[chance.choice(OF_MOOD.get(brief.mood) or sorted(PALETTES))]
    things = palette.things
    if brief.colours:
        first = brief.colours[brief.turn % len(brief.colours) if len(brief.colours) > 2 else 0]
        rest = [colour for colour in brief.colours if colour != first]
        things = (first, *rest, *things)[:5]
        if brief.background is None and not brief.mood:
            palette = Palette(_calm_wall(first, chance), palette.things)
            things = (first, *rest, WHITE, lighter(palette.wall, 0.35), softened(turned(first, 40), 0.5, 0.4))
    return Palette(brief.background or palette.wall, things)


def _calm_wall(thing: Colour, chance: Random) -> Colour:
    """A wall that lets a colour speak: pale, and warm or cool against it."""
    if is_grey(thing):
        return chance.choice([palette.wall for palette in PALETTES.values() if not palette.is_dark])
    pale = softened(turned(thing, chance.choice((0, 0, 25, -25, 180))), 0.82, 0.3)
    return mix(pale, hexed("#ddd3c6"), 0.35)
