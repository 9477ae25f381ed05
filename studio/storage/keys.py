"""Names of stored objects. Made from the content alone, so a picture stored twice is stored once. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from ..decoder.facts import EDGES, ICON_EDGE, THUMBNAIL_EDGE

EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
}

SMALL: Final = {"icon": ICON_EDGE, "thumbnail-320": 320, "thumbnail-640": 640, "thumbnail": THUMBNAIL_EDGE}
"""What the small pictures are called where people see it: in addresses. The number is the long side in pixels."""

_THUMBNAIL: Final = f"-{THUMBNAIL_EDGE}.webp"
_SMALL: Final = re.compile(r"(?:thumbnails|icons)/(.+)-\d+\.webp")

FOLDERS: Final = ("pictures", "thumbnails", "icons")
"""Where all of them are."""


def picture_key(sha256: str, mime_type: str) -> str:
    """`pictures/ab/abcd….png`. Raises KeyError for a type we do not keep."""
    return f"pictures/{sha256[:2]}/{sha256}.{EXTENSIONS[mime_type]}"


def thumbnail_key(sha256: str) -> str:
    """`thumbnails/ab/abcd…-960.webp`: the number is the long side in pixels."""
    return f"thumbnails/{sha256[:2]}/{sha256}{_THUMBNAIL}"


def small_key(thumbnail_key: str, edge: int) -> str:
    """`thumbnails/ab/abcd…-320.webp` or `icons/ab/abcd…-240.webp`, of the same picture, with that long side.

    No row names them: who has the thumbnail has all smaller ones.
    """
    smaller = thumbnail_key.replace(_THUMBNAIL, f"-{edge}.webp")
    return smaller.replace("thumbnails/", "icons/", 1) if edge == ICON_EDGE else smaller


def small_keys(thumbnail_key: str, folder: str) -> Sequence[str]:
    """All of them below that folder, in the order of their characters."""
    return sorted(key for edge in EDGES if (key := small_key(thumbnail_key, edge)).startswith(f"{folder}/"))


def keys_with(key: str, thumbnail_key: str) -> tuple[str, ...]:
    """Every object that is kept for one picture: itself, and the small ones made of it, of every size."""
    return (key, *(small_key(thumbnail_key, edge) for edge in EDGES))


def thumbnail_key_of(small_key: str) -> str:
    """What a row says who has this small picture; any other key comes back as it is."""
    return _SMALL.sub(rf"thumbnails/\1{_THUMBNAIL}", small_key)
