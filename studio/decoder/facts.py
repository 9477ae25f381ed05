"""What is said about a picture, on both sides of the door. Knows nothing of decoding."""

from dataclasses import dataclass
from typing import Final

THUMBNAIL_EDGE: Final = 960
ICON_EDGE: Final = 240
"""For lists and trays, where a picture is 40 to 80 points wide, on any screen: a tenth of a thumbnail's bytes."""
EDGES: Final = (THUMBNAIL_EDGE, 640, 320, ICON_EDGE)
"""Every small picture there is, the largest first: a frame of the contact sheet is 170 to 490 points wide, and a screen
has one, two or three pixels to a point."""


class NotAPicture(ValueError):
    """The bytes are no picture we deal in. `code` is `wrong_type`, `unreadable`, `too_many_pixels`, `no_smaller`,
    `outside` (of the picture: where it was to be cut) or `no_letters` (of a note: no font has them)."""

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
class Smaller:
    """What a smaller copy may be: at most so many pixels on the long side (0: as many as there are) and so many bytes.

    A picture without loss stays one as long as it has no more than `bytes_worth`.
    """

    edge_max: int
    bytes_max: int
    bytes_worth: int


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a decoder. With `has_copy` a copy is made first: a working copy, a smaller or an edited one.

    An edited one may have as many bytes as `edited_bytes_max` without loss; how it is edited stands in a file beside.
    """

    edges: tuple[int, ...]
    has_copy: bool = False
    smaller: Smaller | None = None
    edited_bytes_max: int = 0


@dataclass(frozen=True, slots=True)
class Examined:
    """Facts, and a WebP for each edge that was asked for, in that order: decoded whole, so the picture can be shown.

    `copy` is what was written as a copy, if one was asked for; the thumbnails are then of that. `colour` is the one
    that most of it has, as `#a0b1c2`; empty for a picture that shows what lies under it, or when nothing was decoded.
    """

    facts: PictureFacts
    thumbnails: tuple[bytes, ...]
    copy: PictureFacts | None = None
    colour: str = ""
