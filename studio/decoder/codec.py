"""What a picture's own bytes say, and its thumbnail. The type is never taken from a name or a header.

Only the formats we deal in are ever tried; the header is judged before a pixel is decoded. Called in the decoder's own
process alone: everybody else asks `door`.
"""

import io
from collections.abc import Sequence
from typing import BinaryIO, Final

import pi_heif
from PIL import Image, UnidentifiedImageError

from .colour import in_srgb
from .facts import NotAPicture, PictureFacts
from .orientation import LIES, TURNS, orientation_of

PIXELS_MAX: Final = 80_000_000
"""A 4K picture of 8:1 has 19 million; the largest the catalogue promises is 33 million."""
SIDE_MAX: Final = 16_384

OPENED: Final = ("PNG", "JPEG", "WEBP", "HEIF")
FORMATS: Final = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # what the JPEG reader calls a file with a second picture behind the first
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
_OPAQUE: Final = 255
_COLOUR_EDGE: Final = 48

pi_heif.register_heif_opener(thumbnails=False)
# Our own limit is below, for every picture. Pillow's first only warns, and to hear a warning is not safe in threads.
Image.MAX_IMAGE_PIXELS = None


def facts_of(file: BinaryIO) -> PictureFacts:
    """Read from the header, without decoding. Raises `NotAPicture`."""
    with opened(file) as image:
        width, height = image.size
        if orientation_of(image) in LIES:
            width, height = height, width
        return PictureFacts(FORMATS[image.format or ""], width, height)


def thumbnails(file: BinaryIO, edges: Sequence[int]) -> tuple[list[bytes], str]:
    """A WebP for each edge, of at most so many pixels on the long side, the largest edge first; and the main colour.

    Decoded once. Upright and without metadata. Raises `NotAPicture`.
    """
    with opened(file) as image:
        turn = TURNS.get(orientation_of(image))
        try:
            image.draft("RGB", (edges[0], edges[0]))  # a JPEG is decoded at the size needed, 4 times faster
            small = plain(image)
            small.thumbnail((edges[0], edges[0]), reducing_gap=2.0)
        except MemoryError as error:
            raise NotAPicture("too_many_pixels") from error
        except Exception as error:  # whatever a decoder makes of bytes that were made to break it
            raise NotAPicture("unreadable") from error
        if turn is not None:
            small = small.transpose(turn)
        return [_webp(small, edge) for edge in edges], _main_colour(small)


def _webp(image: Image.Image, edge: int) -> bytes:
    image.thumbnail((edge, edge))
    kept = io.BytesIO()
    image.save(kept, "WEBP", quality=82, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return kept.getvalue()


def _main_colour(image: Image.Image) -> str:
    """Of six colours that stand for the picture, the one that most of it has: `#a0b1c2`. An average would be mud.

    Empty for a picture that shows what lies under it.
    """
    if image.mode == "RGBA" and any(image.getchannel("A").histogram()[:_OPAQUE]):
        return ""
    few = image.convert("RGB")
    few.thumbnail((_COLOUR_EDGE, _COLOUR_EDGE), Image.Resampling.BOX)
    counted = few.quantize(6, Image.Quantize.MEDIANCUT, kmeans=1)
    pixels = counted.histogram()
    place = 3 * pixels.index(max(pixels))
    red, green, blue = (counted.getpalette() or [])[place : place + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def warm_up() -> None:
    """Load whatever a picture of any kind will need."""
    for kind in OPENED[:3]:
        kept = io.BytesIO()
        Image.new("RGB", (8, 8)).save(kept, kind)
        thumbnails(kept, (8,))
    pi_heif.options.DECODE_THREADS = 1


def plain(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue, and of transparency if there is any, from whatever the file holds."""
    if image.mode.startswith("I") or image.mode == "F":
        # Sixteen bits of grey: Pillow would not scale but cut them, and nearly all of it would be white.
        return image.convert("I").point(lambda level: level / 256).convert("L").convert("RGB")
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    image.load()
    image = in_srgb(image)
    return image if image.mode == wanted else image.convert(wanted)


def opened(file: BinaryIO) -> Image.Image:
    """The picture, its header read and judged, not a pixel decoded. Raises `NotAPicture`."""
    try:
        image = Image.open(file, formats=OPENED)
    except UnidentifiedImageError as error:
        raise NotAPicture("wrong_type") from error
    except Exception as error:
        raise NotAPicture("unreadable") from error
    if image.width * image.height > PIXELS_MAX or max(image.size) > SIDE_MAX:
        image.close()
        raise NotAPicture("too_many_pixels")
    return image
