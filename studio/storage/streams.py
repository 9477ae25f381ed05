"""A stored object on its way out: read piece by piece, and closed by whoever sends it."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stream:
    """`size_bytes` is how much `file` will give."""

    file: Readable
    size_bytes: int


class Part:
    """The next bytes of a file, so many and no more."""

    def __init__(self, file: BinaryIO, size_bytes: int) -> None:
        self._file = file
        self._left = size_bytes

    def read(self, size: int, /) -> bytes:
        piece = self._file.read(min(size, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()
