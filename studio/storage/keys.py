"""Names of stored objects. Made from the content alone, so a picture stored twice is stored once. Pure."""

from typing import Final

EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
}

FOLDERS: Final = ("pictures", "thumbnails")
"""Where all of them are."""


def picture_key(sha256: str, mime_type: str) -> str:
    """`pictures/ab/abcd….png`. Raises KeyError for a type we do not keep."""
    return f"pictures/{sha256[:2]}/{sha256}.{EXTENSIONS[mime_type]}"


def thumbnail_key(sha256: str, edge: int) -> str:
    """`thumbnails/ab/abcd…-640.webp`: `edge` is the long side in pixels."""
    return f"thumbnails/{sha256[:2]}/{sha256}-{edge}.webp"
