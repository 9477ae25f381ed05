"""The watermark: nobody should ever take a sandbox picture for a real one, nor be kept from seeing it."""

from PIL import Image, ImageDraw

from .canvas import blurred
from .lettering import font, printable

WORDS = 6


def mark(image: Image.Image, prompt: str) -> None:
    """`sandbox` and the first words of the prompt, small, in the lower left corner."""
    words = printable(prompt).split()[:WORDS]
    text = " ".join(["sandbox", *(["·", *words] if words else [])])
    size = max(9, round(min(image.size) * 0.021))
    pad = round(size * 0.55)
    typeface = font(size)
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = pen.textbbox((0, 0), text, typeface)
    while right - left > image.width * 0.62 and len(words) > 1:
        words.pop()
        text = " ".join(["sandbox", "·", *words])
        left, top, right, bottom = pen.textbbox((0, 0), text, typeface)
    wide, tall = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
    corner = (round(size * 0.9), image.height - tall - round(size * 0.9))
    box = (corner[0], corner[1], corner[0] + wide, corner[1] + tall)
    _frosted(image, box, round(size * 0.45))
    ImageDraw.Draw(image).text((corner[0] + pad - left, corner[1] + pad - top), text, (255, 255, 255), typeface)


def _frosted(image: Image.Image, box: tuple[int, int, int, int], radius: int) -> None:
    """A dark pane with round corners, through which the picture still shows."""
    inside = max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3])
    part = image.crop(inside)
    pane = Image.blend(blurred(part, max(1.0, radius * 0.7)), Image.new("RGB", part.size, (18, 18, 22)), 0.5)
    shape = Image.new("L", part.size)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, part.width - 1, part.height - 1), radius, fill=255)
    image.paste(pane, inside[:2], shape)
