"""Colours as a screen without a profile shows them: everything becomes sRGB."""

import io
from functools import cache
from itertools import product
from typing import Any, Final

from PIL import Image, ImageChops, ImageCms

_SAME: Final = 2
"""Of 255: two ways to write down sRGB differ by so much."""
_INTENT: Final = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS: Final = ImageCms.Flags.BLACKPOINTCOMPENSATION
_READ: Final = {"L": "L", "RGB": "RGB", "CMYK": "CMYK"}
"""What a profile can be applied to. Transparency is set aside meanwhile."""


def in_srgb(image: Image.Image) -> Image.Image:
    """The same picture in sRGB; itself where it has no profile, or one that cannot be read.

    Grey stays grey, and four inks become three colours.
    """
    bare_mode = image.mode.removesuffix("A") if image.mode in {"LA", "RGBA"} else image.mode
    if bare_mode not in _READ or (profile := _profile(image)) is None:
        return image
    base = image if image.mode == bare_mode else image.convert(bare_mode)
    try:
        seen = ImageCms.profileToProfile(
            base, profile, _srgb(), renderingIntent=_INTENT, outputMode="RGB", flags=_FLAGS
        )
    except (ImageCms.PyCMSError, ValueError):
        return image
    assert seen is not None
    if bare_mode == "L":
        seen = seen.convert("L")
    if image.mode != bare_mode:
        seen.putalpha(image.getchannel("A"))
    return seen


def is_in_srgb(image: Image.Image) -> bool:
    """Whether a screen that ignores the profile shows the same colours. Tried out, for profiles have many names."""
    if image.mode == "CMYK":
        return False
    mode = "L" if image.mode in {"L", "LA", "1"} or image.mode.startswith("I") else "RGB"
    samples = _samples(mode)
    samples.info["icc_profile"] = image.info.get("icc_profile")
    difference = ImageChops.difference(samples, in_srgb(samples))
    return max(high for _, high in _extrema(difference)) <= _SAME


def _samples(mode: str) -> Image.Image:
    if mode == "L":
        levels = Image.new("L", (256, 1))
        levels.putdata(range(256))
        return levels
    steps = range(0, 256, 51)
    colours = Image.new("RGB", (6**3, 1))
    colours.putdata(list(product(steps, steps, steps)))
    return colours


def _extrema(image: Image.Image) -> list[tuple[int, int]]:
    found: Any = image.getextrema()
    return [found] if image.mode == "L" else list(found)


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The picture's own, if it is one and speaks of the picture's channels."""
    data = image.info.get("icc_profile")
    if not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        spoken_of = profile.profile.xcolor_space.strip()
    except (OSError, TypeError, ValueError):
        return None
    wanted = {"L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}.get(image.mode, "RGB")
    return profile if spoken_of == wanted else None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
