"""The working copy: what of a picture is sent and shown. Upright, in sRGB, eight bits, one frame, no word beside it.

Where the file allows it not a pixel is touched: what is not the picture is left out, and the rest goes over as it is.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from PIL import Image, ImageCms, JpegImagePlugin

from . import bare_jpeg, bare_png, bare_webp
from .codec import FORMATS, opened
from .colour import in_srgb, is_in_srgb
from .facts import NotAPicture, PictureFacts
from .orientation import LIES, TURNS, orientation_of

JPEG_QUALITY: Final = 95
"""For colours that come from four inks: what is written has no tables of its own to keep to."""
HEIC_QUALITY: Final = 92
"""A telephone's HEIC comes out at two to three times its size, and nobody sees a difference."""
_DRAWN_COLOURS_MAX: Final = 4_096
"""A drawing or a screenshot has fewer, a photograph more."""
_LOSSLESS_WEBP: Final = {"lossless": True, "quality": 40, "method": 2, "exact": True}
_BARE: Final[dict[str, Callable[[bytes], bytes | None]]] = {
    "PNG": bare_png.bare,
    "JPEG": bare_jpeg.bare,
    "MPO": bare_jpeg.bare,
    "WEBP": bare_webp.bare,
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as a file, and what it is."""

    data: bytes
    facts: PictureFacts


def working_copy(file: BinaryIO) -> Encoded:
    """Of the same kind as the file, but for HEIC. Raises `NotAPicture`."""
    data = file.read()
    with opened(io.BytesIO(data)) as image:
        kind = image.format or ""
        if orientation_of(image) == 1 and is_in_srgb(image) and (bare := _BARE.get(kind, _nothing)(data)):
            return Encoded(bare, PictureFacts(FORMATS[kind], *image.size))
        try:
            return _anew(image, kind, data)
        except MemoryError as error:
            raise NotAPicture("too_many_pixels") from error
        except Exception as error:  # whatever a decoder makes of bytes that were made to break it
            raise NotAPicture("unreadable") from error


def warm_up() -> None:
    """Load whatever a copy of any kind will need, metadata and profiles included."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("PNG", "JPEG", "WEBP"):
        kept = io.BytesIO()
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        Image.new("RGB", (8, 8)).save(kept, kind, exif=exif.tobytes(), icc_profile=profile)
        kept.seek(0)
        working_copy(kept)


def clean_pixels(image: Image.Image) -> Image.Image:
    """Decoded: upright, in sRGB, of eight bits, and with nothing beside them. Grey stays grey."""
    turn = TURNS.get(orientation_of(image))
    image.load()
    clean = in_srgb(_eight_bits(image))
    if clean.mode not in {"L", "LA", "RGB", "RGBA"}:
        clean = clean.convert("RGBA" if clean.has_transparency_data else "RGB")
    if turn is not None:
        clean = clean.transpose(turn)
    clean = clean.copy() if clean is image else clean
    clean.info.clear()  # Pillow writes from here what nobody asked it for: comment, profile, resolution
    return clean


def encoded(image: Image.Image, kind: str, **how: object) -> Encoded:
    kept = io.BytesIO()
    image.save(kept, kind, **how)
    return Encoded(kept.getvalue(), PictureFacts(FORMATS[kind], *image.size))


def _anew(image: Image.Image, kind: str, data: bytes) -> Encoded:
    turn = orientation_of(image)
    clean = clean_pixels(image)
    match kind:
        case "PNG":
            return encoded(clean, "PNG")
        case "WEBP":
            return encoded(clean, "WEBP", **_LOSSLESS_WEBP)
        case "HEIF" if clean.has_transparency_data or clean.getcolors(_DRAWN_COLOURS_MAX):
            return encoded(clean, "PNG")
        case "HEIF":
            return encoded(clean, "JPEG", quality=HEIC_QUALITY, optimize=True)
        case _jpeg:
            fine = as_fine_as(image, clean.mode, is_transposed=turn in LIES)
            return encoded(clean, "JPEG", optimize=True, **fine)


def as_fine_as(image: Image.Image, mode: str, *, is_transposed: bool) -> dict[str, object]:
    """The file's own tables, turned as the picture is: what was rounded once is rounded to the same steps again."""
    assert isinstance(image, JpegImagePlugin.JpegImageFile)
    if image.mode != mode:
        return {"quality": JPEG_QUALITY, "subsampling": 0}
    tables = image.quantization
    sampling = JpegImagePlugin.get_sampling(image)
    if is_transposed:
        tables = {number: _transposed(table) for number, table in tables.items()}
        sampling = 0 if sampling == 1 else sampling  # halved across is halved down once it lies: nobody writes that
    return {
        "qtables": tables,
        "subsampling": max(sampling, 0),
        "progressive": bool(image.info.get("progressive")),
    }


def _transposed(table: list[int]) -> list[int]:
    return [table[8 * column + row] for row in range(8) for column in range(8)]


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        # Sixteen bits of grey: Pillow would not scale but cut them, and nearly all of it would be white.
        eight = image.convert("I").point(lambda level: level / 256).convert("L")
        eight.info["icc_profile"] = image.info.get("icc_profile")
        return eight
    if image.has_transparency_data and image.mode not in {"LA", "RGBA"}:
        return image.convert("RGBA")
    if image.mode in {"P", "1"}:
        return image.convert("L" if image.mode == "1" else "RGB")
    return image


def _nothing(data: bytes) -> None:
    return None
