"""Put, open and look up stored objects, whatever keeps them: disk or S3, through Django's storage API."""

import hashlib
from pathlib import Path
from typing import BinaryIO, Final, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

_PIECE: Final = 1 << 20


class NotStored(OSError):
    """The storage did not keep what it was given."""


def put_file(key: str, path: Path) -> None:
    """Store the file under its content's name. Harmless to repeat. Raises `NotStored` or the storage's own OSError."""
    size_bytes = path.stat().st_size
    if _is_whole(key, size_bytes):
        return
    with path.open("rb") as file:
        _save(key, File(file), size_bytes)


def put_bytes(key: str, data: bytes) -> None:
    """As `put_file`, for something small."""
    if not _is_whole(key, len(data)):
        _save(key, ContentFile(data), len(data))


def open_object(key: str) -> BinaryIO:
    """A fresh binary reader. Raises FileNotFoundError when the object is gone."""
    return cast("BinaryIO", default_storage.open(key, "rb"))


def object_exists(key: str) -> bool:
    return default_storage.exists(key)


def sha256_of(path: Path) -> str:
    """64 hex characters over the file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _is_whole(key: str, size_bytes: int) -> bool:
    return default_storage.exists(key) and default_storage.size(key) == size_bytes


def _save(key: str, content: "File[bytes]", size_bytes: int) -> None:
    if default_storage.exists(key):
        default_storage.delete(key)  # half an object from an earlier try
    kept = default_storage.save(key, content)
    # Storages answer with the name they chose: another name means somebody else stored the same bytes meanwhile.
    if kept != key:
        default_storage.delete(kept)
    if default_storage.size(key) != size_bytes:
        raise NotStored(f"{key} has {default_storage.size(key)} of {size_bytes} bytes")
