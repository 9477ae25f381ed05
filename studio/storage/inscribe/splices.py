"""A file read as if it had been changed: some bytes left out, others in their place."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Splice:
    """At byte `at`, so many bytes give way to `insert`."""

    at: int
    insert: bytes
    instead_of: int = 0


class Spliced:
    """`size_bytes` in all; its pieces as they are asked for, so that a large picture takes no memory."""

    def __init__(self, file: BinaryIO, splices: Sequence[Splice]) -> None:
        self._file = file
        self._splices = sorted(splices, key=lambda splice: splice.at)
        self._file_bytes = file.seek(0, os.SEEK_END)
        self.size_bytes = self._file_bytes + sum(len(each.insert) - each.instead_of for each in splices)

    def __iter__(self) -> Iterator[bytes]:
        at = 0
        for splice in self._splices:
            yield from self._between(at, splice.at)
            yield splice.insert
            at = splice.at + splice.instead_of
        yield from self._between(at, self._file_bytes)

    def close(self) -> None:
        """Close the file. For whoever hands it over to be read by somebody else."""
        self._file.close()

    def _between(self, begin: int, end: int) -> Iterator[bytes]:
        self._file.seek(begin)
        while begin < end:
            piece = self._file.read(min(_PIECE, end - begin))
            if not piece:
                raise EOFError(f"the file ends at {begin}, not at {end}")
            begin += len(piece)
            yield piece


def bytes_at(file: BinaryIO, at: int, count: int) -> bytes:
    """So many bytes from there, or what is left of the file."""
    file.seek(at)
    return file.read(count)
