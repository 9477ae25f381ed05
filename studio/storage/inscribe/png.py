"""PNG: text chunks of the international kind, behind the header.

PNG specification, third edition, 11.3.3.4 `iTXt`, its keywords, and `XML:com.adobe.xmp`; read on 2026-11-20.
"""

import struct
import zlib
from typing import BinaryIO, Final

from .packet import SOFTWARE, CannotInscribe, Parameters, plain
from .splices import Splice, bytes_at

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER_END: Final = 33
_XMP: Final = b"XML:com.adobe.xmp"
_UNCOMPRESSED: Final = b"\0\0\0\0\0"
"""Behind a keyword: its end, no compression, no method, no language, no translated keyword."""


def splices(file: BinaryIO, parameters: Parameters) -> list[Splice]:
    if bytes_at(file, 0, 16) != _SIGNATURE + b"\0\0\0\rIHDR":
        raise CannotInscribe("no PNG header")
    earlier = _earlier_packet(file)
    packet = parameters.packet(earlier.insert)
    said = {
        "Description": parameters.prompt,
        "Software": SOFTWARE,
        "Source": parameters.address,
        "Comment": parameters.as_json(),
    }
    texts = b"".join(_chunk(keyword.encode(), plain(text).encode()) for keyword, text in said.items())
    if not earlier.instead_of:
        return [Splice(_HEADER_END, texts + _chunk(_XMP, packet))]
    return [Splice(_HEADER_END, texts), Splice(earlier.at, _chunk(_XMP, packet), earlier.instead_of)]


def _earlier_packet(file: BinaryIO) -> Splice:
    """Where the file's own XMP stands, and what it says. Nothing, at the header's end, if its pixels come first."""
    at = _HEADER_END
    while len(head := bytes_at(file, at, 8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name in {b"IDAT", b"IEND"}:
            break
        if name == b"iTXt":
            content = bytes_at(file, at + 8, length)
            if content.startswith(_XMP + _UNCOMPRESSED):
                return Splice(at, content.removeprefix(_XMP + _UNCOMPRESSED), length + 12)
        at += length + 12
    return Splice(_HEADER_END, b"")


def _chunk(keyword: bytes, text: bytes) -> bytes:
    content = b"iTXt" + keyword + _UNCOMPRESSED + text
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
