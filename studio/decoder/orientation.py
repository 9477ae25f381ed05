"""Which side of a picture is up."""

import struct
from typing import Any, Final

from PIL import Image

TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to bring upright what EXIF says lies otherwise."""
LIES: Final = frozenset({5, 6, 7, 8})
"""Seen upright, these are as wide as they are high in the file."""
_ORIENTATION: Final = 0x0112

_SIGNATURE_BYTES: Final = 8
_WORDS: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt"})
_CHUNKS_MAX: Final = 10_000


def orientation_of(image: Image.Image) -> int:
    """EXIF's word on which side is up, 1 to 8; 1 when it says nothing, or nonsense. Mostly without decoding a pixel."""
    try:
        turned = _exif_of(image).get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  (whatever a decoder makes of it; a picture is not refused for its metadata)
        return 1
    return turned if turned in range(1, 9) else 1


def _exif_of(image: Image.Image) -> Image.Exif:
    """A PNG may say it behind its pixels. So Pillow decodes all of them first, half a second for one of 4K."""
    file = getattr(image, "fp", None)
    if image.format != "PNG" or file is None or _has_words_behind(file):
        return image.getexif()
    return Image.Image.getexif(image)


def _has_words_behind(file: Any) -> bool:
    """Whether this PNG says anything behind its pixels; stepped through by the lengths of its chunks."""
    place, is_behind = file.tell(), False
    file.seek(_SIGNATURE_BYTES)
    try:
        for _ in range(_CHUNKS_MAX):
            head = file.read(8)
            if len(head) < 8:
                return False
            length, kind = struct.unpack(">I4s", head)
            if kind == b"IEND" or (is_behind and kind in _WORDS):
                return bool(kind != b"IEND")
            is_behind = is_behind or kind == b"IDAT"
            file.seek(length + 4, 1)
        return True
    finally:
        file.seek(place)
