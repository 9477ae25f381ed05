"""JPEG: an XMP packet in an APP1 segment, behind JFIF and EXIF where a file has them.

XMP specification part 3, 1.1.3: one segment holds 65,502 bytes of it; read on 2026-11-20. A longer prompt is cut.
"""

from typing import BinaryIO, Final

from .packet import CannotInscribe, Parameters
from .splices import Splice, bytes_at

_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_PACKET_BYTES_MAX: Final = 65_533 - len(_XMP)
_APP0, _APP1, _APP15, _COMMENT = 0xE0, 0xE1, 0xEF, 0xFE
_STAYS_FIRST: Final = {_APP0: (b"JFIF\0", b"JFXX\0"), _APP1: (b"Exif\0",)}


def splices(file: BinaryIO, parameters: Parameters) -> list[Splice]:
    if bytes_at(file, 0, 2) != b"\xff\xd8":
        raise CannotInscribe("no JPEG header")
    at = place = 2
    while len(head := bytes_at(file, at, 4)) == 4 and head[0] == 0xFF:
        marker, length = head[1], int.from_bytes(head[2:])
        if not (_APP0 <= marker <= _APP15 or marker == _COMMENT):
            break
        content = bytes_at(file, at + 4, length - 2)
        if marker == _APP1 and content.startswith(_XMP):
            return [Splice(at, _segment(parameters, content.removeprefix(_XMP)), length + 2)]
        if at == place and content.startswith(_STAYS_FIRST.get(marker, ())):
            place = at + length + 2
        at += length + 2
    return [Splice(place, _segment(parameters, b""))]


def _segment(parameters: Parameters, earlier: bytes) -> bytes:
    content = _XMP + parameters.packet(earlier, bytes_max=_PACKET_BYTES_MAX)
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content
