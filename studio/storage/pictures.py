"""What a picture's own bytes say, and its thumbnail. The type is never taken from a name or a header.

Only the formats we deal in are ever tried; the header is judged before a pixel is decoded.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

PIXELS_MAX: Final = 80_000_000
"""A 4K picture of 8:1 has 19 million; the largest the catalogue promises is 33 million."""
SIDE_MAX: Final = 16_384
THUMBNAIL_EDGE: Final = 960

_FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp", "HEIF": "image/heic"}

pi_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = PIXELS_MAX


class NotAPicture(ValueError):
    """The bytes are no picture we deal in. `code` is `wrong_type`, `unreadable` or `too_many_pixels`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Type, width and height as a person sees the picture: turned by its EXIF orientation."""

    mime_type: str
    width: int
    height: int


def facts_of(file: BinaryIO | Path) -> PictureFacts:
    """Read from the header, without decoding. Raises `NotAPicture`."""
    with _opened(file) as image:
        width, height = image.size
        if image.getexif().get(0x0112, 1) in {5, 6, 7, 8}:
            width, height = height, width
        return PictureFacts(_FORMATS[image.format or ""], width, height)


def thumbnail(file: BinaryIO | Path, *, edge: int = THUMBNAIL_EDGE) -> bytes:
    """A WebP of at most `edge` pixels on the long side, upright, without metadata. Raises `NotAPicture`."""
    with _opened(file) as image:
        image.draft("RGB", (edge, edge))  # a JPEG is decoded at the size needed, 4 times faster
        try:
            small = ImageOps.exif_transpose(image)
            small.thumbnail((edge, edge), reducing_gap=2.0)
        except (OSError, SyntaxError, ValueError) as error:
            raise NotAPicture("unreadable") from error
        small = small.convert("RGBA" if "A" in small.getbands() or "transparency" in small.info else "RGB")
        kept = io.BytesIO()
        small.save(kept, "WEBP", quality=82, method=4, exif=b"", xmp=b"", icc_profile=b"")
        return kept.getvalue()


def _opened(file: BinaryIO | Path) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(file, formats=["PNG", "JPEG", "MPO", "WEBP", "HEIF"])
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise NotAPicture("too_many_pixels") from error
        except UnidentifiedImageError as error:
            raise NotAPicture("wrong_type") from error
        except (OSError, SyntaxError, ValueError) as error:
            raise NotAPicture("unreadable") from error
    if image.width * image.height > PIXELS_MAX or max(image.size) > SIDE_MAX:
        image.close()
        raise NotAPicture("too_many_pixels")
    return image
