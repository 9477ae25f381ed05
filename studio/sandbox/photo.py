"""An input picture, made small at once: what is kept while a call waits is what its answer will show."""

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from ..provider.catalogue import Pixels

with suppress(ImportError):
    import pi_heif

    pi_heif.register_heif_opener()


class NotAPhoto(ValueError):
    """No decoder knows these bytes, or they promise more pixels than anyone wants."""


@dataclass(frozen=True, slots=True)
class Photo:
    """`jpeg` is a reduced copy; `shape` is the width and height the original had, upright."""

    jpeg: bytes
    shape: Pixels

    def picture(self) -> Image.Image:
        return Image.open(BytesIO(self.jpeg)).convert("RGB")


def reduce(data: bytes, side_max: int) -> Photo:
    """Raises `NotAPhoto`."""
    try:
        return _reduced(data, side_max)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPhoto(str(error)) from error


def _reduced(data: bytes, side_max: int) -> Photo:
    with Image.open(BytesIO(data)) as image:
        is_turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
        shape = (image.height, image.width) if is_turned else image.size
        # The JPEG decoder can skip most of a large photo when it knows how little is wanted.
        image.draft("RGB", (side_max, side_max))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side_max, side_max), Image.Resampling.LANCZOS, reducing_gap=2.0)
        small = BytesIO()
        _on_white(upright).save(small, "JPEG", quality=92)
    return Photo(small.getvalue(), shape)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency: where there is nothing, white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
