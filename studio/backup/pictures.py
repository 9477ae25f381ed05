"""The pictures of a backup: a pool of files beside the sets of rows, named by their content as in the studio itself.

A file that one set brought is there for all that follow, so a backup each night copies what is new. What no set names
any more is taken out of the pool with the set that did.
"""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec
from django.core.files.storage import default_storage

from ..storage import keys
from ..storage.disk import DiskStorage
from ..storage.moving import Store, all_keys
from ..storage.objects import Hasty, NotStored
from ..verify.strays import owned_keys
from .manifest import Pictures, sets_in
from .tables import read_lines, writing

LIST: Final = "pictures.jsonl.gz"
_PIECE: Final = 1 << 20
_NAMED: Final = 50


class Line(msgspec.Struct, array_like=True, frozen=True):
    """One file of the pool."""

    key: str
    size_bytes: int
    sha256: str


def pool_of(place: Path) -> DiskStorage:
    return DiskStorage(location=place / "media", file_permissions_mode=0o600, directory_permissions_mode=0o700)


def wanted() -> Iterator[str]:
    """Every key that rows have, each once, in the order of a storage."""
    for folder in sorted(keys.FOLDERS):
        yield from (key for key, _ in groupby(owned_keys(folder)))


def copy_new(pool: DiskStorage) -> None:
    """Into the pool with what is not there. The long part, and done before the rows are read: so what is deleted while
    the backup is made is in it all the same. Raises what the storages raise.
    """
    for key in wanted():
        if not pool.exists(key):
            _fetch(key, pool)


def write_list(folder: Path, pool: DiskStorage, asked: Iterable[str], *, before: Path | None, quick: bool) -> Pictures:
    """The set's list of files, each read from the pool, and fetched first if it came since `copy_new`.

    `before` is the set before this one. `quick` takes its word for what it had read.
    """
    known = _Known(before)
    missing: list[str] = []
    damaged: list[str] = []
    files = size_bytes = 0
    with writing(folder / LIST) as out:
        for key in asked:
            line = _line(key, pool, known.of(key), quick=quick)
            if line is None:
                missing += [key] if _is_needed(key) else []
                continue
            if not _is_itself(line):
                damaged.append(key)
            out.write(msgspec.json.encode(line) + b"\n")
            files, size_bytes = files + 1, size_bytes + line.size_bytes
    return Pictures(files, size_bytes, out.sha256, missing[:_NAMED], damaged[:_NAMED])


def lines_of(folder: Path) -> Iterator[Line]:
    for line in read_lines(folder / LIST):
        yield msgspec.json.decode(line, type=Line)


def bring_back(folder: Path, pool: DiskStorage) -> Iterator[Line]:
    """Every file of the set into the studio's storage, read back there; one that is there already stays.

    Raises `NotStored` for a file that the pool has lost, or has otherwise than it was written.
    """
    storage = _storage()
    for line in lines_of(folder):
        if not (storage.exists(line.key) and storage.size(line.key) == line.size_bytes):
            if _read(line.key, pool) != line:
                raise NotStored(f"{line.key} is not in the backup as it was written")
            _copy(line.key, pool, storage)
        yield line


def forget_unnamed(place: Path, pool: DiskStorage) -> int:
    """Out of the pool with what no set names; how many files that were. Sets and pool are read side by side."""
    named = (key for key, _ in groupby(heapq.merge(*(_keys(folder) for folder in sets_in(place)))))
    removed, name = 0, next(named, None)
    for key in all_keys(pool):
        while name is not None and name < key:
            name = next(named, None)
        if key != name:
            pool.delete(key)
            removed += 1
    return removed


def _keys(folder: Path) -> Iterator[str]:
    return (line.key for line in lines_of(folder))


def _storage() -> Store:
    storage: Store = default_storage  # type: ignore[assignment]  # it is one of our two
    return storage


def _line(key: str, pool: DiskStorage, known: Line | None, *, quick: bool) -> Line | None:
    """None: neither the pool has it nor the studio."""
    if not pool.exists(key):
        return _fetch(key, pool)
    if quick and known and pool.size(key) == known.size_bytes:
        return known
    line = _read(key, pool)
    if (known and line != known) or not _is_itself(line):
        # The pool has rotted. The studio may still have it as it was.
        return _fetch(key, pool)
    return line


def _fetch(key: str, pool: DiskStorage) -> Line | None:
    try:
        return _copy(key, _storage(), pool)
    except FileNotFoundError:
        return None


def _copy(key: str, source: Store, destination: Store) -> Line:
    """What is at the destination now. Raises FileNotFoundError when the source has none, `NotStored` when it is read
    back otherwise than it was sent.
    """
    with source.open(key) as file:
        destination.save(key, Hasty(file))  # in the place of half an object, or of a damaged one
    line = _read(key, destination)
    if not (_is_named_by_content(key) and _is_itself(line)) and line != _read(key, source):
        destination.delete(key)
        raise NotStored(f"{key} is read back otherwise than it was sent")
    return line


def _read(key: str, storage: Store) -> Line:
    digest, size_bytes = hashlib.sha256(), 0
    with closing(storage.stream(key).file) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size_bytes += len(piece)
    return Line(key, size_bytes, digest.hexdigest())


def _is_needed(key: str) -> bool:
    """Whether a row names this very file: the smaller ones are made anew by `manage.py thumbnails`."""
    return _is_named_by_content(key) or (key.startswith("thumbnails/") and keys.thumbnail_key_of(key) == key)


def _is_named_by_content(key: str) -> bool:
    """A picture is named by its bytes; what was made of it is named by the picture."""
    return key.startswith("pictures/")


def _is_itself(line: Line) -> bool:
    return not _is_named_by_content(line.key) or line.key.rpartition("/")[2].startswith(line.sha256)


class _Known:
    """The lines of the set before, asked for in their own order."""

    def __init__(self, folder: Path | None) -> None:
        self._lines = lines_of(folder) if folder else iter(())
        self._next = next(self._lines, None)

    def of(self, key: str) -> Line | None:
        while self._next is not None and self._next.key < key:
            self._next = next(self._lines, None)
        return self._next if self._next is not None and self._next.key == key else None
