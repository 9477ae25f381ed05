"""A picture edited: turned and cut out without touching a pixel, and written on where somebody wrote.

What comes out is without loss as long as it fits into what a model takes; a photograph that would not is written as the
JPEG it was, with its own tables.
"""

from typing import BinaryIO, Final

from PIL import Image

from .codec import opened
from .editing import Edit
from .facts import NotAPicture
from .notes import paint
from .working import HEIC_QUALITY, Encoded, as_fine_as, clean_pixels, encoded

_TURNS: Final = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
"""Pillow turns the other way round."""
_BANDS, _BAND_ROWS = 8, 16
_FAST_PIXELS: Final = 16_000_000
"""From there on a PNG is packed quickly, or the packing would take longer than a decoder may."""


def edited(file: BinaryIO, edit: Edit, bytes_max: int) -> Encoded:
    """Raises `NotAPicture`, also with `outside` for a crop that is not in the picture and with `no_letters`."""
    with opened(file) as image:
        try:
            return _edited(image, edit, bytes_max)
        except MemoryError as error:
            raise NotAPicture("too_many_pixels") from error
        except NotAPicture:
            raise
        except Exception as error:  # whatever a decoder makes of bytes that were made to break it
            raise NotAPicture("unreadable") from error


def _edited(image: Image.Image, edit: Edit, bytes_max: int) -> Encoded:
    kind = image.format or ""
    clean = clean_pixels(image)
    if edit.flip:
        clean = clean.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if edit.turn:
        clean = clean.transpose(_TURNS[edit.turn])
    left, top, width, height = edit.crop
    if left + width > clean.width or top + height > clean.height:
        raise NotAPicture("outside")
    long_side = max(clean.size)
    cut = clean if clean.size == (width, height) else clean.crop((left, top, left + width, top + height))
    if edit.notes:
        cut = paint(cut, edit.notes, origin=(left, top), long_side=long_side)
    return _kept(cut, kind, edit, image, bytes_max)


def _kept(cut: Image.Image, kind: str, edit: Edit, source: Image.Image, bytes_max: int) -> Encoded:
    if kind == "WEBP":
        return encoded(cut, "WEBP", lossless=True, quality=20, method=1, exact=True)
    if kind == "PNG" or cut.has_transparency_data:
        return _as_png(cut)
    if _png_bytes(cut) < 1.1 * bytes_max:
        exact = _as_png(cut)
        if len(exact.data) <= bytes_max:
            return exact
    if kind == "HEIF":
        return encoded(cut, "JPEG", quality=HEIC_QUALITY, optimize=True)
    return encoded(cut, "JPEG", optimize=True, **as_fine_as(source, cut.mode, is_transposed=bool(edit.turn % 2)))


def _as_png(image: Image.Image) -> Encoded:
    is_large = image.width * image.height > _FAST_PIXELS
    return encoded(image, "PNG", **({"compress_level": 1} if is_large else {}))


def _png_bytes(image: Image.Image) -> float:
    """About how large it would come out, from a few of its rows: to pack all of a photograph takes seconds."""
    if image.height <= _BANDS * _BAND_ROWS:
        return len(_as_png(image).data)
    sample = Image.new(image.mode, (image.width, _BANDS * _BAND_ROWS))
    for number in range(_BANDS):
        top = number * (image.height - _BAND_ROWS) // (_BANDS - 1)
        sample.paste(image.crop((0, top, image.width, top + _BAND_ROWS)), (0, number * _BAND_ROWS))
    return len(_as_png(sample).data) * image.height / sample.height
