"""WebP: an `XMP ` chunk at the end, and a header that says so.

WebP container specification (RFC 9649, section 2.7); read on 2026-11-20. A file in the simple layout, one chunk and no
header of its own, becomes one in the extended layout; its chunk stays as it is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from .packet import CannotInscribe, Parameters
from .splices import Splice, bytes_at

_HAS_XMP: Final = 0x04
_HAS_ALPHA: Final = 0x10


@dataclass(frozen=True, slots=True)
class _Chunk:
    """`at` is its first byte, `size` that of its content; it is filled up to an even number."""

    name: bytes
    at: int
    size: int

    @property
    def end(self) -> int:
        return self.at + 8 + self.size + self.size % 2


def splices(file: BinaryIO, parameters: Parameters) -> list[Splice]:
    riff = bytes_at(file, 0, 12)
    if riff[:4] + riff[8:] != b"RIFFWEBP":
        raise CannotInscribe("no WebP header")
    chunks = list(_chunks(file))
    if not chunks or chunks[0].name not in {b"VP8X", b"VP8 ", b"VP8L"}:
        raise CannotInscribe("a WebP of another layout")
    earlier = next((chunk for chunk in chunks if chunk.name == b"XMP "), None)
    if earlier:
        packet = parameters.packet(bytes_at(file, earlier.at + 8, earlier.size))
        text = Splice(earlier.at, _chunk(b"XMP ", packet), earlier.end - earlier.at)
    else:
        text = Splice(chunks[-1].end, _chunk(b"XMP ", parameters.packet()))
    header = _header(file, chunks[0])
    grown = sum(len(each.insert) - each.instead_of for each in (text, header))
    length = struct.pack("<I", struct.unpack("<I", riff[4:8])[0] + grown)
    return [Splice(4, length, 4), header, text]


def _chunks(file: BinaryIO) -> Iterator[_Chunk]:
    at = 12
    while len(head := bytes_at(file, at, 8)) == 8:
        chunk = _Chunk(head[:4], at, struct.unpack("<I", head[4:])[0])
        yield chunk
        at = chunk.end


def _header(file: BinaryIO, first: _Chunk) -> Splice:
    """The extended header with its flag for XMP set, or a new one."""
    if first.name == b"VP8X":
        flags = bytes_at(file, first.at + 8, 1)[0]
        return Splice(first.at + 8, bytes([flags | _HAS_XMP]), 1)
    start = bytes_at(file, first.at + 8, 10)
    if first.name == b"VP8L":  # one byte of signature, then 14 bits of width - 1, 14 of height - 1, one of alpha
        bits = int.from_bytes(start[1:5], "little")
        width, height, alpha = bits & 0x3FFF, bits >> 14 & 0x3FFF, bits >> 28 & 1
    else:  # three bytes of frame tag, three of start code, then 14 bits each and two of scale
        across, down = struct.unpack("<HH", start[6:10])
        width, height, alpha = (across & 0x3FFF) - 1, (down & 0x3FFF) - 1, 0
    flags = _HAS_XMP | (_HAS_ALPHA if alpha else 0)
    content = bytes([flags, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return Splice(first.at, _chunk(b"VP8X", content))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
