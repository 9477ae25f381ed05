"""Ways to treat a photograph, and the words that ask for them."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from .canvas import blurred, horizontal, vertical
from .colours import Colour, darker, hexed, lighter, luminance, mix

type Treatment = Callable[[Image.Image, Random], Image.Image]


@dataclass(frozen=True, slots=True)
class Look:
    apply: Treatment
    words: tuple[str, ...]
    moods: tuple[str, ...] = ()


def tint(image: Image.Image, colour: Colour, strength: float) -> Image.Image:
    """The picture in one colour, laid over itself: lights and darks stay where they are."""
    grey = ImageOps.grayscale(image)
    in_colour = ImageOps.colorize(grey, darker(colour, 0.8), lighter(colour, 0.82), mid=colour)
    return Image.blend(image, in_colour, strength)


def duotone(image: Image.Image, first: Colour, second: Colour) -> Image.Image:
    """Two inks: the deeper one for the shadows, the lighter one for the lights."""
    deep, bright = sorted((first, second), key=luminance)
    grey = ImageOps.autocontrast(ImageOps.grayscale(image), cutoff=1)
    return ImageOps.colorize(grey, darker(deep, 0.72), lighter(bright, 0.72), mid=mix(deep, bright, 0.45))


def background(image: Image.Image, colour: Colour) -> Image.Image:
    """A wash of colour around the middle, where the subject usually is."""
    subject = Image.radial_gradient("L").resize(image.size, Image.Resampling.BICUBIC)
    around = subject.point(lambda value: max(0, min(255, round((value - 92) * 2.4))))
    grey = ImageOps.grayscale(image)
    wash = ImageOps.colorize(grey, darker(colour, 0.55), lighter(colour, 0.6), mid=colour)
    return Image.composite(Image.blend(image, wash, 0.86), image, around)


def _graded(image: Image.Image, shadows: Colour, lights: Colour, strength: float) -> Image.Image:
    """Split toning: one colour creeps into the shadows, another into the lights."""
    toned = []
    for channel, band in enumerate(image.split()):
        low, high = shadows[channel] - 128, lights[channel] - 128
        table = [
            max(0, min(255, round(v + strength * (low * (1 - v / 255) ** 1.5 + high * (v / 255) ** 1.5) * 0.5)))
            for v in range(256)
        ]
        toned.append(band.point(table))
    return Image.merge("RGB", toned)


def _mono(image: Image.Image, chance: Random) -> Image.Image:
    grey = ImageOps.autocontrast(ImageOps.grayscale(image), cutoff=0.6)
    return ImageOps.colorize(grey, (12, 12, 14), (250, 249, 246), mid=chance.choice(((122, 122, 124), (108, 108, 112))))


def _sepia(image: Image.Image, _chance: Random) -> Image.Image:
    return ImageOps.colorize(ImageOps.grayscale(image), hexed("#2a1a10"), hexed("#f7e8cc"), mid=hexed("#a67c52"))


def _film(image: Image.Image, chance: Random) -> Image.Image:
    soft = ImageEnhance.Color(image).enhance(0.68)
    faded = soft.point(lambda value: round(22 + value * 0.86))
    return _graded(faded, hexed("#3f6f78"), chance.choice((hexed("#ffd9a0"), hexed("#ffe3c2"))), 0.42)


def _night(image: Image.Image, chance: Random) -> Image.Image:
    moonlit = ImageOps.colorize(ImageOps.grayscale(image), (3, 7, 22), (158, 192, 244), mid=(34, 58, 116))
    blue = Image.blend(ImageEnhance.Brightness(image).enhance(0.5), moonlit, 0.72)
    # One lamp somewhere, as if a window were lit.
    side = chance.choice((0, 1))
    stops = [(0.0, (255, 176, 84)), (0.45, (40, 30, 24)), (1.0, (0, 0, 0))]
    lamp = horizontal(image.size, stops if side else [(1 - place, colour) for place, colour in reversed(stops)])
    return ImageChops.screen(blue, ImageEnhance.Brightness(lamp).enhance(0.5))


def _warm(image: Image.Image, chance: Random) -> Image.Image:
    warm = _graded(image, hexed("#7a3f5a"), hexed("#ffc778"), 0.75)
    sun = horizontal(image.size, [(0.0, (255, 170, 70)), (0.7, (0, 0, 0)), (1.0, (0, 0, 0))])
    sun = sun if chance.random() < 0.6 else ImageOps.mirror(sun)
    return ImageChops.screen(warm, ImageEnhance.Brightness(sun).enhance(0.55))


def _cool(image: Image.Image, _chance: Random) -> Image.Image:
    pale = ImageEnhance.Color(image).enhance(0.66)
    return ImageEnhance.Brightness(_graded(pale, hexed("#3a6ea8"), hexed("#d8ecff"), 0.7)).enhance(1.08)


def _neon(image: Image.Image, chance: Random) -> Image.Image:
    even = ImageOps.autocontrast(image, cutoff=1)
    dark = ImageEnhance.Contrast(ImageEnhance.Brightness(even).enhance(0.74)).enhance(1.2)
    pink, cyan = (255, 40, 150), (20, 190, 255)
    first, second = (pink, cyan) if chance.random() < 0.5 else (cyan, pink)
    light = horizontal(image.size, [(0.0, first), (0.5, (20, 6, 40)), (1.0, second)])
    return ImageChops.screen(
        _graded(dark, hexed("#2a1266"), hexed("#ffb4f0"), 0.6), ImageEnhance.Brightness(light).enhance(0.55)
    )


def _pastel(image: Image.Image, _chance: Random) -> Image.Image:
    light = ImageEnhance.Color(image).enhance(0.75).point(lambda value: round(70 + value * 0.72))
    return _graded(light, hexed("#cfa6d8"), hexed("#ffe9dc"), 0.6)


def _dramatic(image: Image.Image, _chance: Random) -> Image.Image:
    return _graded(ImageEnhance.Contrast(image).enhance(1.35), hexed("#10384a"), hexed("#ffb56b"), 0.55)


def _bright(image: Image.Image, _chance: Random) -> Image.Image:
    lifted = ImageEnhance.Brightness(image).enhance(1.18)
    return ImageEnhance.Color(_graded(lifted, hexed("#9fb4c8"), hexed("#fff6e2"), 0.35)).enhance(1.12)


def _painted(image: Image.Image, chance: Random) -> Image.Image:
    """Patches of even colour with soft borders, and the brightness of paper."""
    small = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BOX)
    patches = small.filter(ImageFilter.MedianFilter(7)).filter(ImageFilter.ModeFilter(9))
    patches = patches.resize(image.size, Image.Resampling.BICUBIC)
    edges = ImageOps.invert(ImageOps.grayscale(blurred(image, 1.2)).filter(ImageFilter.FIND_EDGES))
    inked = ImageChops.multiply(patches, Image.merge("RGB", [edges.point(lambda v: round(150 + v * 0.42))] * 3))
    return ImageEnhance.Color(inked).enhance(chance.uniform(1.2, 1.4)).point(lambda value: round(24 + value * 0.92))


def _drawn(image: Image.Image, _chance: Random) -> Image.Image:
    """A pencil drawing: what is left of a photograph when its own blur is divided out."""
    grey = ImageOps.grayscale(image)
    soft = blurred(ImageOps.invert(grey), max(4, image.width / 110))
    lines = Image.merge("L", [ImageChops.add(grey, soft)])
    firm = lines.point(lambda value: max(0, min(255, round((value - 200) * 4.4 + 30))))
    return ImageOps.colorize(firm, hexed("#2f2c2a"), hexed("#f7f2e8"))


def _mosaic(image: Image.Image, _chance: Random) -> Image.Image:
    across = 96
    small = image.resize((across, max(1, round(across * image.height / image.width))), Image.Resampling.BOX)
    few = small.quantize(24, dither=Image.Dither.NONE).convert("RGB")
    return few.resize(image.size, Image.Resampling.NEAREST)


def _shallow(image: Image.Image, _chance: Random) -> Image.Image:
    """Sharp in the middle, soft around it."""
    far = blurred(image, max(image.size) / 90)
    mask = Image.radial_gradient("L").resize(image.size, Image.Resampling.BICUBIC)
    return Image.composite(far, image, mask.point(lambda value: max(0, min(255, round((value - 70) * 2.6)))))


def _hazy(image: Image.Image, _chance: Random) -> Image.Image:
    veil = vertical(image.size, [(0.0, (236, 238, 240)), (0.55, (226, 230, 234)), (1.0, (150, 156, 162))])
    return Image.blend(ImageEnhance.Color(image).enhance(0.6), veil, 0.42)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LOOKS: Final[tuple[Look, ...]] = (
    Look(
        _painted,
        _words("watercolor watercolour painting painted paint oil gouache acrylic anime cartoon comic illustration"),
    ),
    Look(_drawn, _words("sketch pencil drawing charcoal engraving lineart ink")),
    Look(_mosaic, _words("pixel pixelated mosaic 8bit retro lego")),
    Look(_shallow, _words("bokeh blur blurred shallow depth macro")),
    Look(_film, _words("film muted faded analog analogue kodak matte softer soft documentary")),
    Look(_night, (), ("night",)),
    Look(_warm, _words("warm warmer sunny golden cosy cozy candlelight sunlight"), ("dusk", "desert", "autumn")),
    Look(_cool, _words("cool cooler cold icy"), ("winter", "ocean")),
    Look(_neon, _words("neon cyberpunk synthwave vaporwave disco")),
    Look(_pastel, _words("pastel dreamy delicate"), ("spring",)),
    Look(_dramatic, _words("dramatic cinematic contrast moody epic movie")),
    Look(_bright, _words("bright brighter fresh clean airy daylight morning")),
    Look(_hazy, _words("fog foggy mist misty haze hazy smoke")),
    Look(_mono, _words("greyscale grayscale monochrome"), ("mono",)),
    Look(_sepia, (), ("sepia",)),
)
PLAIN_LOOKS: Final[tuple[Treatment, ...]] = (_film, _warm, _cool, _dramatic, _pastel, _bright)
"""For a prompt whose words say nothing of light or colour."""
