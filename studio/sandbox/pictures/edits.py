"""An edit of a photograph: its words choose the treatment, chance the details, and it always shows."""

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageOps

from .brief import Brief
from .canvas import vignette
from .colours import WHITE, luminance
from .insets import lay_insets
from .lettering import letter
from .looks import LOOKS, PLAIN_LOOKS, background, duotone, tint
from .weather import WEATHER, light_leak

WORDS_OF_TWO_INKS = ("duotone", "print", "poster", "screenprint", "risograph", "pop", "stencil")


def edited(size: tuple[int, int], photos: Sequence[Image.Image], brief: Brief, chance: Random) -> Image.Image:
    """The last photo, treated, with the others as small prints on it."""
    image = _treated(_framed(photos[-1], size, chance), brief, chance)
    for words, paint in WEATHER:
        if brief.has(*words):
            paint(image, chance)
    image = vignette(image, chance.uniform(0.25, 0.45))
    if brief.lettering:
        below = image.resize((1, 1)).getpixel((0, 0))
        assert isinstance(below, tuple)
        ink = (28, 28, 32) if luminance((int(below[0]), int(below[1]), int(below[2]))) > 0.72 else WHITE
        letter(image, brief.lettering, size[0] / 2, size[1] * 0.14, size[0] * 0.86, size[1] * 0.13, ink)
    lay_insets(image, photos[:-1], chance)
    return image


def _framed(photo: Image.Image, size: tuple[int, int], chance: Random) -> Image.Image:
    """Cropped to fill the format, a little closer and a little aside each time, but never off the middle."""
    zoom = chance.uniform(1.0, 1.1)
    larger = round(size[0] * zoom), round(size[1] * zoom)
    # A tall photo in a wide format keeps its upper part: that is where faces are.
    is_taller = photo.height * size[0] > photo.width * size[1] * 1.5
    filled = ImageOps.fit(photo, larger, Image.Resampling.LANCZOS, centering=(0.5, 0.14 if is_taller else 0.35))
    left, top = (round((larger[side] - size[side]) * chance.uniform(0.25, 0.75)) for side in (0, 1))
    return filled.crop((left, top, left + size[0], top + size[1]))


def _treated(image: Image.Image, brief: Brief, chance: Random) -> Image.Image:
    """Every look whose words are in the prompt, in order; one of the plain ones when there is none."""
    plain = image
    for look in LOOKS:
        if brief.mood in look.moods or brief.has(*look.words):
            image = look.apply(image, chance)
    colours = brief.colours
    if len(colours) >= 2 and brief.has(*WORDS_OF_TWO_INKS):
        image = duotone(image, colours[0], colours[1])
    elif colours:
        image = tint(image, chance.choice(colours), 0.46)
    if brief.background:
        image = background(image, brief.background)
    if image is plain:
        image = chance.choice(PLAIN_LOOKS)(image, chance)
        light_leak(image, chance)
    return image
