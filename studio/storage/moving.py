"""All pictures of a studio from one storage to another: copied, read back, counted, and never removed by the way.

Objects are named by their content and do not change, so this may be stopped at any moment, also by pulling the plug,
and run again, also while the studio stores new ones. A journal says which were read back already.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from django.core.files.base import File

from . import keys
from .objects import Hasty, NotStored, keys_below
from .streams import Stream

_PIECE: Final = 1 << 20
_TRIES: Final = 2


class Store(Protocol):
    """What both of our storages are: Django's storage API, and `stream`."""

    def open(self, name: str, mode: str = "rb") -> "File[Any]": ...
    def save(self, name: str, content: "File[Any]") -> str: ...
    def delete(self, name: str) -> None: ...
    def exists(self, name: str) -> bool: ...
    def size(self, name: str) -> int: ...
    def listdir(self, path: str) -> tuple[list[str], list[str]]: ...
    def stream(self, name: str, part: range | None = None) -> Stream: ...


class Journal:
    """Which objects were copied and read back: a file that survives a kill between any two of them."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=NORMAL")
        self._rows.execute("CREATE TABLE IF NOT EXISTS checked (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def has(self, key: str) -> bool:
        return self._rows.execute("SELECT 1 FROM checked WHERE key = ?", [key]).fetchone() is not None

    def enter(self, key: str) -> None:
        self._rows.execute("INSERT OR IGNORE INTO checked VALUES (?)", [key])

    def strike(self, key: str) -> None:
        self._rows.execute("DELETE FROM checked WHERE key = ?", [key])

    def close(self) -> None:
        self._rows.close()


@dataclass(frozen=True, slots=True)
class Step:
    """One object that is there now. `copied_bytes` is 0 for what an earlier run had copied."""

    key: str
    copied_bytes: int


def all_keys(storage: Store) -> Iterator[str]:
    """Every picture and small picture that is stored, in one order on every storage. Files half written are none."""
    for folder in sorted(keys.FOLDERS):
        for key in keys_below(folder, storage):
            if not key.rpartition("/")[2].startswith("."):
                yield key


def copy(source: Store, destination: Store, journal: Journal) -> Iterator[Step]:
    """Copy what is not there yet, one after the other. Raises `NotStored`, or what the storages raise."""
    there = _Sorted(all_keys(destination))
    for key in all_keys(source):
        is_there = there.has(key)
        if is_there and journal.has(key):
            yield Step(key, 0)
            continue
        try:
            copied_bytes = _copy_one(key, source, destination, is_there=is_there)
        except FileNotFoundError:
            continue  # removed at the source since it was listed
        journal.enter(key)
        yield Step(key, copied_bytes)


def missing(wanted: Iterable[str], source: Store, destination: Store, journal: Journal) -> Iterator[str]:
    """Of the wanted keys those that are not at the destination, whole and read back."""
    for key in wanted:
        try:
            is_whole = journal.has(key) and destination.size(key) == source.size(key)
        except FileNotFoundError:
            is_whole = False
        if not is_whole:
            journal.strike(key)
            yield key


def remove(source: Store, destination: Store) -> Iterator[str]:
    """Remove every object at the source, having seen just before that it is at the destination, byte for byte.

    Raises `NotStored` at the first that is not; what comes after it stays.
    """
    for key in all_keys(source):
        if _checksum(source, key) != _checksum(destination, key):
            raise NotStored(f"{key} is not the same in both storages")
        source.delete(key)
        yield key


def _copy_one(key: str, source: Store, destination: Store, *, is_there: bool) -> int:
    """Bytes that were sent; 0 when what was there is the same."""
    checksum = _checksum(source, key)
    if is_there and _checksum(destination, key) == checksum:
        return 0
    for _ in range(_TRIES):
        size_bytes = _send(key, source, destination)
        if _checksum(destination, key) == checksum:
            return size_bytes
        destination.delete(key)
    raise NotStored(f"{key} is read back otherwise than it was sent")


def _send(key: str, source: Store, destination: Store) -> int:
    with source.open(key) as file:
        destination.save(key, Hasty(file))  # in the place of half an object, or of a damaged one
        return int(file.size)


def _checksum(storage: Store, key: str) -> str:
    digest = hashlib.sha256()
    with closing(storage.stream(key).file) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


class _Sorted:
    """Keys that come in order, asked for in the same order: so neither side has to be held in memory."""

    def __init__(self, found: Iterator[str]) -> None:
        self._found = found
        self._next = next(found, None)

    def has(self, key: str) -> bool:
        while self._next is not None and self._next < key:
            self._next = next(self._found, None)
        return self._next == key
