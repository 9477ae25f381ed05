"""Rows as lines of JSON, one table a file: the same lines from either database, so they can be compared."""

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from django.apps import apps
from django.db import models

from .manifest import NotABackup, Rows

LEFT_OUT: Final = frozenset(
    {
        "sessions.Session",  # who was signed out since must not be let in again by a restore
        "usersessions.UserSession",
        "socialaccount.SocialToken",
        "studio.AccessToken",  # likewise who was revoked since
        "studio.CacheEntry",
    }
)
_CHUNK: Final = 2000
_PACKED: Final = 6  # of nine: a quarter of the time for some hundredths more

# Keys in one order: one of the databases keeps its own.
_encode = msgspec.json.Encoder(order="deterministic").encode


def all_models() -> list[type[models.Model]]:
    """Whatever the studio knows and cannot make again, tables between two others as well."""
    found = apps.get_models(include_auto_created=True)
    return [each for each in found if each._meta.managed and each._meta.label not in LEFT_OUT]


def columns(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    """Those of its table; what the database computes itself is no column to us."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def path_of(folder: Path, label: str) -> Path:
    return folder / f"{label.lower()}.jsonl.gz"


def lines_of(model: type[models.Model], names: Sequence[str]) -> Iterator[bytes]:
    """Every row as a line, in the order of the primary key."""
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=_CHUNK):
        yield _encode(row) + b"\n"


class Writer:
    """Lines into a packed file that has reached the disk at the end of the block of `writing`."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.count = 0

    def write(self, line: bytes) -> None:
        self._file.write(line)
        self._digest.update(line)
        self.count += 1

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    with path.open("xb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_PACKED, mtime=0) as packed:
            yield Writer(packed)
        raw.flush()
        os.fsync(raw.fileno())


def write_table(model: type[models.Model], folder: Path) -> Rows:
    """One file: a line of column names, then the rows."""
    label, names = model._meta.label, [field.attname for field in columns(model)]
    with writing(path_of(folder, label)) as out:
        out.write(header_of(names))
        for line in lines_of(model, names):
            out.write(line)
    return Rows(label, out.count - 1, out.sha256)


def read_lines(path: Path) -> Iterator[bytes]:
    """Raises `NotABackup` where the file is gone, cut off or damaged."""
    try:
        with path.open("rb") as raw:
            yield from _unpacked(raw)
    except (OSError, EOFError) as error:  # BadGzipFile is an OSError
        raise NotABackup(f"{path} cannot be read: {error}.") from error


def _unpacked(raw: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=raw) as packed:
        yield from packed


def check(path: Path, lines: int, sha256: str) -> None:
    """Read the file from its beginning to its end. Raises `NotABackup` unless it is the one that was written."""
    digest, count = hashlib.sha256(), 0
    for line in read_lines(path):
        digest.update(line)
        count += 1
    if (count, digest.hexdigest()) != (lines, sha256):
        raise NotABackup(f"{path} is not the file that was written.")


def sha256_of(lines: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


def header_of(names: Sequence[str]) -> bytes:
    return _encode(names) + b"\n"
