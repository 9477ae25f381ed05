"""Reading a request's body: counted and hashed as it comes, in memory only while it is small."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from io import BufferedIOBase
from tempfile import SpooledTemporaryFile

from ..provider.catalogue import BODY_BYTES_MAX

PIECE_BYTES = 64 * 1024
IN_MEMORY_BYTES = 1024 * 1024


class ClientGone(Exception):
    """The client hung up before the end."""


@dataclass(slots=True)
class Body:
    """`too_big` bodies are counted and hashed to their end, but not kept."""

    size: int
    sha256: str
    too_big: bool
    file: "SpooledTemporaryFile[bytes]"

    def take(self) -> bytes:
        """The whole body, once; it is let go of here."""
        self.file.seek(0)
        data = self.file.read()
        self.file.close()
        return data


def receive(stream: BufferedIOBase, headers: Message) -> Body:
    """Read a body to its end. Raises `ClientGone` when it ends too early."""
    digest = hashlib.sha256()
    size = 0
    file = SpooledTemporaryFile[bytes](max_size=IN_MEMORY_BYTES)
    for piece in _pieces(stream, headers):
        size += len(piece)
        digest.update(piece)
        if size < BODY_BYTES_MAX:
            file.write(piece)
    return Body(size, digest.hexdigest(), size >= BODY_BYTES_MAX, file)


def _pieces(stream: BufferedIOBase, headers: Message) -> Iterator[bytes]:
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        while length := int(stream.readline().partition(b";")[0].strip() or b"0", 16):
            yield from _exactly(stream, length)
            stream.readline()
        while stream.readline().strip():
            pass
    else:
        declared = headers.get("Content-Length") or "0"
        if not declared.isdecimal():
            raise ClientGone
        yield from _exactly(stream, int(declared))


def _exactly(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    left = length
    while left:
        try:
            piece = stream.read(min(left, PIECE_BYTES))
        except OSError as error:
            raise ClientGone from error
        if not piece:
            raise ClientGone
        left -= len(piece)
        yield piece
