"""Names of stored objects. Made from the content alone, so a picture stored twice is stored once. Pure."""

from typing import Final

from ..decoder.facts import ICON_EDGE, THUMBNAIL_EDGE

EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
}

_THUMBNAIL: Final = f"-{THUMBNAIL_EDGE}.webp"
_ICON: Final = f"-{ICON_EDGE}.webp"

FOLDERS: Final = ("pictures", "thumbnails", "icons")
"""Where all of them are."""


def picture_key(sha256: str, mime_type: str) -> str:
    """`pictures/ab/abcd….png`. Raises KeyError for a type we do not keep."""
    return f"pictures/{sha256[:2]}/{sha256}.{EXTENSIONS[mime_type]}"


def thumbnail_key(sha256: str) -> str:
    """`thumbnails/ab/abcd…-960.webp`: the number is the long side in pixels."""
    return f"thumbnails/{sha256[:2]}/{sha256}{_THUMBNAIL}"


def icon_key(thumbnail_key: str) -> str:
    """`icons/ab/abcd…-240.webp`, of the same picture. No row names it: who has the thumbnail has the icon."""
    return thumbnail_key.replace("thumbnails/", "icons/", 1).replace(_THUMBNAIL, _ICON)


def thumbnail_key_of(icon_key: str) -> str:
    return icon_key.replace("icons/", "thumbnails/", 1).replace(_ICON, _THUMBNAIL)
