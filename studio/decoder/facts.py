"""What is said about a picture, on both sides of the door. Knows nothing of decoding."""

from dataclasses import dataclass
from typing import Final

THUMBNAIL_EDGE: Final = 960
ICON_EDGE: Final = 240
"""For lists and trays, where a picture is 40 to 80 points wide, on any screen: a tenth of a thumbnail's bytes."""


class NotAPicture(ValueError):
    """The bytes are no picture we deal in. `code` is `wrong_type`, `unreadable` or `too_many_pixels`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DecoderAway(OSError):
    """The decoder could not be asked at all, whatever the picture: no memory for it, or no room for a process."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Type, width and height as a person sees the picture: turned by its EXIF orientation."""

    mime_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Examined:
    """Facts, and a WebP for each edge that was asked for, in that order: decoded whole, so the picture can be shown."""

    facts: PictureFacts
    thumbnails: tuple[bytes, ...]
