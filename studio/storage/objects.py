"""Put, open and look up stored objects, whatever keeps them: disk or S3, through Django's storage API."""

import hashlib
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from .streams import Stream

_PIECE: Final = 1 << 20
_SENT_PIECE: Final = 1 << 18
_READ_BACK_PIECE: Final = 1 << 12
PUT_SECONDS: Final = 120
"""For the sending of one picture, however slowly it is taken; the largest has some 30 MB. Times `NB_TIMEOUT_SCALE`."""


class Listed(Protocol):
    def listdir(self, path: str, /) -> tuple[list[str], list[str]]: ...


class _Ours(Protocol):
    """What our storages can do besides Django's own; a disk makes no links."""

    def stream(self, name: str, part: range | None = None) -> Stream: ...

    def link(self, name: str, headers: dict[str, str]) -> str: ...


class NotStored(OSError):
    """The storage did not keep what it was given."""


class Hasty(File):  # type: ignore[type-arg]
    """A file that is read to its end before its deadline, or fails.

    A bucket that takes some bytes a second keeps every timeout of its client. But whoever sends reads as it goes.
    """

    def __init__(self, file: "BinaryIO | File[Any]") -> None:
        super().__init__(file)
        self._read = file.read
        self._ends_at = time.monotonic() + PUT_SECONDS * settings.NB_TIMEOUT_SCALE

    def read(self, *arguments: int) -> bytes:
        if time.monotonic() > self._ends_at:
            raise NotStored(f"{self.name}: the storage took too long")
        return self._read(*arguments)


def put_file(key: str, path: Path) -> None:
    """Store the file under its content's name. Harmless to repeat. Raises `NotStored` or the storage's own OSError."""
    with path.open("rb") as file:
        put_stream(key, file, path.stat().st_size)


def put_stream(key: str, stream: BinaryIO, size_bytes: int) -> None:
    """The same from the beginning of an open file of that size.

    What is stored is read back and compared, also when it was there before: what has gone bad is replaced.
    """
    sha256, _ = digest_of(stream)
    if _is_whole(key, size_bytes) and _sha256_as_stored(key) == sha256:
        return
    stream.seek(0)
    _save(key, Hasty(stream), size_bytes)
    if _sha256_as_stored(key) != sha256:
        raise NotStored(f"{key} is not what was sent")


def put_bytes(key: str, data: bytes) -> None:
    """As `put_file`, for something small that can be made again: only its size is compared."""
    if not _is_whole(key, len(data)):
        _save(key, ContentFile(data), len(data))


def try_out() -> None:
    """Store something small and remove it again. Raises what storing a picture would raise."""
    key = f"probe/{uuid.uuid4()}"
    put_bytes(key, b"Pictures can be stored.")
    default_storage.delete(key)


def open_object(key: str) -> BinaryIO:
    """A fresh binary reader. Raises FileNotFoundError when the object is gone."""
    return cast("BinaryIO", default_storage.open(key, "rb"))


def open_stream(key: str, part: range | None = None) -> Stream:
    """The object, or those positions of it, to be sent: a piece at a time is in memory. Raises FileNotFoundError."""
    return cast("_Ours", default_storage).stream(key, part)


def link_to(key: str, headers: dict[str, str]) -> str:
    """An address at the bucket that opens the object for a minute, answered with these headers. Not on disk."""
    return cast("_Ours", default_storage).link(key, headers)


def pieces_of(key: str) -> Generator[bytes]:
    """The object's bytes as they come, never all of them at once. Close it when you go before its end.

    Raises FileNotFoundError when the object is gone.
    """
    with closing(open_stream(key).file) as file:
        while piece := file.read(_SENT_PIECE):
            yield piece


def remove(key: str) -> None:
    """Delete the object. Harmless to repeat."""
    default_storage.delete(key)


def object_exists(key: str) -> bool:
    return default_storage.exists(key)


def size_of(key: str) -> int:
    """Bytes. Raises FileNotFoundError when the object is gone."""
    return default_storage.size(key)


def stored_at(key: str) -> datetime:
    """When the object was written, by the clock of whatever keeps it."""
    return default_storage.get_modified_time(key)


def keys_below(folder: str, storage: Listed = default_storage) -> Iterator[str]:
    """Every stored key that begins with `folder` and a slash, in the order of their characters; a folder at a time."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return  # nothing was ever stored there
    for name in sorted([*(f"{each}/" for each in folders), *names]):
        key = f"{folder}/{name}"
        if key.endswith("/"):
            yield from keys_below(key.removesuffix("/"), storage)
        else:
            yield key


def sha256_of(path: Path) -> str:
    """64 hex characters over the file's bytes, read in pieces."""
    with path.open("rb") as file:
        return _sha256(file)


def sha256_of_object(key: str) -> str:
    """The same of a stored object. Raises FileNotFoundError when it is gone."""
    with open_object(key) as file:
        return _sha256(file)


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """The same of an open file, from its beginning, with the number of its bytes."""
    stream.seek(0)
    return _sha256(stream), stream.tell()


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _sha256_as_stored(key: str) -> str:
    """Read in small pieces, before the same deadline as a put: a bucket may answer some bytes a second."""
    digest = hashlib.sha256()
    with closing(open_stream(key).file) as file:
        hasty = Hasty(cast("BinaryIO", file))
        while piece := hasty.read(_READ_BACK_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _is_whole(key: str, size_bytes: int) -> bool:
    return default_storage.exists(key) and default_storage.size(key) == size_bytes


def _save(key: str, content: "File[bytes]", size_bytes: int) -> None:
    # In the place of whatever has that name, at once: another who stores the same meanwhile never finds it gone.
    default_storage.save(key, content)
    if default_storage.size(key) != size_bytes:
        raise NotStored(f"{key} has {default_storage.size(key)} of {size_bytes} bytes")
