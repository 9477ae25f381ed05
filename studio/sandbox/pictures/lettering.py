"""Words on a picture, in the one typeface that comes with Pillow."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from .colours import Colour


@lru_cache(maxsize=64)
def font(size: int) -> FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(6, size))


def printable(text: str) -> str:
    """What the typeface can write: Latin letters, figures and signs. The rest would be empty boxes."""
    kept = "".join(character if character.isprintable() and ord(character) < 0x250 else " " for character in text)
    return " ".join(kept.split())


def letter(image: Image.Image, text: str, x: float, y: float, wide: float, tall: float, colour: Colour) -> None:
    """The text in the middle of (x, y), as large as fits into `wide` and `tall`, on one or two lines."""
    words = printable(text).split()
    if not words:
        return
    half = (len(words) + 1) // 2
    lines = [" ".join(words)] if len(" ".join(words)) <= 14 else [" ".join(words[:half]), " ".join(words[half:])]
    shown = "\n".join(filter(None, lines))
    pen = ImageDraw.Draw(image)
    size = round(tall)
    while size > 10:
        left, top, right, bottom = pen.multiline_textbbox((0, 0), shown, font(size), align="center", spacing=size * 0.2)
        if right - left <= wide and bottom - top <= tall:
            break
        size = round(size * 0.9)
    # A stroke of its own colour makes the only weight there is a heavier one.
    stroke = max(1, size // 26)
    pen.multiline_text(
        (x, y),
        shown,
        fill=colour,
        font=font(size),
        anchor="mm",
        align="center",
        spacing=size * 0.2,
        stroke_width=stroke,
        stroke_fill=colour,
    )
