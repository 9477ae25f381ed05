"""The other references of an edit, as small prints lying in a corner of the picture."""

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw, ImageOps

from .canvas import blurred
from .lettering import font

SHOWN_MAX = 4


def lay_insets(image: Image.Image, photos: Sequence[Image.Image], chance: Random) -> None:
    """Prints with a white border, slightly turned, from the right edge inwards; a count for those not shown."""
    side = round(min(image.size) * 0.15)
    gap = round(side * 0.18)
    shown = list(photos[-SHOWN_MAX:])
    x, y = image.width - gap, image.height - gap
    for photo in reversed(shown):
        x -= side
        if x < gap:
            return
        _lay(image, _print(photo, side), x, y - side, chance.uniform(-4, 4))
        x -= gap
    if len(photos) > len(shown):
        pen = ImageDraw.Draw(image)
        more = f"+{len(photos) - len(shown)}"
        size = round(side * 0.26)
        pen.text(
            (x, y - side / 2),
            more,
            (255, 255, 255),
            font(size),
            anchor="rm",
            stroke_width=max(1, size // 12),
            stroke_fill=(40, 40, 44),
        )


def _print(photo: Image.Image, side: int) -> Image.Image:
    border = max(2, side // 22)
    inner = ImageOps.fit(photo, (side - 2 * border, side - 2 * border), Image.Resampling.LANCZOS)
    return ImageOps.expand(inner, border, (250, 249, 246))


def _lay(image: Image.Image, card: Image.Image, left: int, top: int, turn: float) -> None:
    turned = card.convert("RGBA").rotate(turn, Image.Resampling.BICUBIC, expand=True)
    soft = card.width / 16
    pad = round(soft * 2.5)
    shade = Image.new("L", (turned.width + 2 * pad, turned.height + 2 * pad))
    shade.paste(turned.getchannel("A"), (pad, pad))
    shade = blurred(shade, soft).point(lambda value: round(value * 0.5))
    image.paste((16, 16, 20), (left - pad, top - pad + round(soft * 0.7)), shade)
    image.paste(turned.convert("RGB"), (left, top), turned.getchannel("A"))
