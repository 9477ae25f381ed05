"""Colours as three numbers, how they mix, and the names people give them."""

import colorsys
from collections.abc import Mapping
from typing import Final

type Colour = tuple[int, int, int]


def hexed(text: str) -> Colour:
    """`#d94f2b` as a colour."""
    value = int(text.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second in the first: 0 is all first, 1 is all second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float) -> Colour:
    """Towards a deep version of the same hue; shadows that turn grey look dirty."""
    hue, light, depth = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    return _from_hls(hue, light * (1 - share), min(1.0, depth * (1 + 0.1 * share)))


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 252, 245), share)


def turned(colour: Colour, degrees: float) -> Colour:
    """The colour that many degrees further round the wheel."""
    hue, light, depth = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    return _from_hls(hue + degrees / 360, light, depth)


def softened(colour: Colour, light: float, depth: float) -> Colour:
    """The same hue at another lightness and saturation, both 0 to 1."""
    hue, _, _ = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    return _from_hls(hue, light, depth)


def luminance(colour: Colour) -> float:
    """How bright it looks, 0 to 1."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def is_grey(colour: Colour) -> bool:
    return max(colour) - min(colour) < 24


def _from_hls(hue: float, light: float, depth: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, max(0.0, min(1.0, light)), max(0.0, min(1.0, depth)))
    return round(red * 255), round(green * 255), round(blue * 255)


WHITE: Final[Colour] = (246, 244, 240)
BLACK: Final[Colour] = (34, 34, 38)

NAMES: Final[Mapping[str, Colour]] = {
    name: hexed(value)
    for name, value in {
        "red": "#c8372d",
        "crimson": "#a8223a",
        "scarlet": "#d63a25",
        "maroon": "#6f2232",
        "burgundy": "#6d2136",
        "pink": "#e79bb0",
        "rose": "#dba29c",
        "magenta": "#c23b8a",
        "coral": "#ec7a62",
        "salmon": "#eb8f7a",
        "orange": "#e07b2e",
        "terracotta": "#c4623f",
        "rust": "#a84e2b",
        "copper": "#b4693d",
        "brown": "#7c5236",
        "chocolate": "#573526",
        "beige": "#dccbb2",
        "cream": "#f1e6d2",
        "ivory": "#f4eede",
        "oat": "#d9ccb8",
        "sand": "#dcc4a0",
        "tan": "#c8a57c",
        "yellow": "#efc32f",
        "mustard": "#d8a12a",
        "gold": "#cf9f3b",
        "golden": "#d9a441",
        "lemon": "#f2d94c",
        "green": "#3f8a55",
        "emerald": "#17795a",
        "olive": "#7d7f3c",
        "lime": "#a5c63b",
        "mint": "#a9d9c2",
        "sage": "#a3b59b",
        "teal": "#1f7a7d",
        "turquoise": "#3bb3ad",
        "cyan": "#4fb8cf",
        "blue": "#2f67b1",
        "navy": "#1f3264",
        "cobalt": "#2348a5",
        "azure": "#4a90d0",
        "indigo": "#3d3b8e",
        "purple": "#7550a6",
        "violet": "#7f5fc0",
        "lilac": "#b9a6d9",
        "lavender": "#c3b6df",
        "plum": "#70385f",
        "white": "#f4f2ee",
        "silver": "#b9bec4",
        "grey": "#9a9da1",
        "gray": "#9a9da1",
        "slate": "#75818f",
        "charcoal": "#3d4046",
        "black": "#26262a",
    }.items()
}
"""Words of a prompt that name a colour, as the pictures mean them: never garish."""
