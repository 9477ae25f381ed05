"""A ZIP file that is never anywhere as a whole: each member is read from storage when its turn comes.

Stored, not compressed, since pictures are compressed already; so its length is known before its first byte is made.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from zipstream import ZipStream

from ..storage import objects


@dataclass(frozen=True, slots=True)
class Stored:
    """A member that is an object in storage; `size_bytes` was looked up there."""

    name: str
    key: str
    size_bytes: int

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        with closing(objects.pieces_of(self.key)) as pieces:
            for piece in pieces:
                sent += len(piece)
                yield piece
        if sent != self.size_bytes:
            raise OSError(f"{self.key} has {sent} of {self.size_bytes} bytes")


@dataclass(frozen=True, slots=True)
class Written:
    """A member that is here already: a list, a document."""

    name: str
    data: bytes


class Zipped:
    """The file, to be read once. `len()` is its length in bytes, exactly.

    An object that is gone when its turn comes, or has another length than it had, raises: what was sent by then is
    shorter than was promised, and the browser calls the download failed instead of keeping half a file.
    """

    def __init__(self, members: Sequence[Stored | Written]) -> None:
        self._zip = ZipStream(sized=True)
        for member in members:
            if isinstance(member, Written):
                self._zip.add(member.data, member.name)
            else:
                self._zip.add(member, member.name, size=member.size_bytes)

    def __len__(self) -> int:
        return len(self._zip)

    def __iter__(self) -> Iterator[bytes]:
        yield from self._zip
