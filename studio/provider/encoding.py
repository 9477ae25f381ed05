"""Undoes the compression of an answer, in bounded pieces.

We ask for none: pictures do not get smaller, and it costs two to three times the CPU. A gateway that compresses
all the same has been paid all the same.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zlib import _Decompress

PIECE_BYTES: Final = 64 * 1024

type Decoder = Callable[[bytes], Iterator[bytes]]


class UnknownEncoding(Exception):
    """The answer is compressed in a way we cannot undo."""


def decoder_for(content_encoding: str) -> Decoder:
    """What turns the bytes of the wire into those of the document. Raises `UnknownEncoding`; later zlib.error."""
    match content_encoding.strip().lower():
        case "" | "identity":
            return lambda data: iter((data,))
        case "gzip" | "x-gzip" | "deflate":
            inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # 32: by its header, gzip or zlib
            return lambda data: _inflated(inflate, data)
        case other:
            raise UnknownEncoding(other[:40])


def _inflated(inflate: "_Decompress", data: bytes) -> Iterator[bytes]:
    """Piece by piece: a few bytes may stand for gigabytes, and it is the reader who says when that is enough."""
    while True:
        piece = inflate.decompress(data, PIECE_BYTES)
        if piece:
            yield piece
        data = inflate.unconsumed_tail
        if inflate.eof or (not data and len(piece) < PIECE_BYTES):
            return
