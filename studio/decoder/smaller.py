"""A smaller copy of a picture, for those who chose one: fewer bytes, or fewer pixels as well."""

import math
from typing import BinaryIO, Final

from PIL import Image

from .codec import opened
from .facts import NotAPicture, Smaller
from .working import Encoded, clean_pixels, encoded

_QUALITY: Final = 90
_TRIES: Final = 6
_MARGIN: Final = 0.95
WEBP_SIDE_MAX: Final = 16_383
"""By its own format."""


def smaller_copy(file: BinaryIO, wish: Smaller) -> Encoded:
    """Raises `NotAPicture`, also with `no_smaller` when nothing is gained."""
    size_bytes = len(file.read())
    file.seek(0)
    with opened(file) as image:
        kind = "JPEG" if image.format in {"JPEG", "MPO", "HEIF"} else image.format or ""
        try:
            clean = clean_pixels(image)
            if wish.edge_max:
                clean.thumbnail((wish.edge_max, wish.edge_max), Image.Resampling.LANCZOS)
            copy = _exact(clean, kind, wish) or _fitting(clean, kind, wish)
        except MemoryError as error:
            raise NotAPicture("too_many_pixels") from error
        except NotAPicture:
            raise
        except Exception as error:  # whatever a decoder makes of bytes that were made to break it
            raise NotAPicture("unreadable") from error
    if len(copy.data) >= size_bytes:
        raise NotAPicture("no_smaller")
    return copy


def _exact(image: Image.Image, kind: str, wish: Smaller) -> Encoded | None:
    """Without any loss, if it fits: a WebP has a sixth to a quarter less than a PNG of the same pixels."""
    if kind != "PNG" or wish.edge_max or max(image.size) > WEBP_SIDE_MAX:
        return None
    copy = encoded(image, "WEBP", lossless=True, quality=0, method=0, exact=True)
    return copy if len(copy.data) <= wish.bytes_max else None


def _fitting(image: Image.Image, kind: str, wish: Smaller) -> Encoded:
    """In as many pixels as fit into the bytes."""
    for _ in range(_TRIES):
        copy = _encoded(image, kind, wish)
        if len(copy.data) <= wish.bytes_max:
            return copy
        factor = _MARGIN * math.sqrt(wish.bytes_max / len(copy.data))
        size = (max(1, int(image.width * factor)), max(1, int(image.height * factor)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    raise NotAPicture("no_smaller")


def _encoded(image: Image.Image, kind: str, wish: Smaller) -> Encoded:
    """Of the same kind. But a PNG that stays heavy is a photograph: a JPEG holds it, unless something shows through."""
    if kind == "PNG":
        exact = encoded(image, "PNG")
        if image.has_transparency_data or len(exact.data) <= wish.bytes_worth:
            return exact
        kind = "JPEG"
    if kind == "JPEG" and image.has_transparency_data:
        kind = "PNG"
    return encoded(image, kind, **({} if kind == "PNG" else {"quality": _QUALITY}))
