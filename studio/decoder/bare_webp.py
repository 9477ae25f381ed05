"""A WebP without anything but its picture: the first frame goes over as it is compressed."""

from collections.abc import Iterator
from typing import Final

_PICTURE: Final = (b"ALPH", b"VP8 ", b"VP8L")
_HAS_ALPHA: Final = b"\x10\0\0\0"
_FRAME_HEADER_BYTES: Final = 16


def bare(data: bytes) -> bytes | None:
    """The same pixels without EXIF, XMP, profile and further frames.

    None where the first frame does not cover the whole picture: it has to be laid on it first.
    """
    chunks = dict(reversed(list(_chunks(data, 12))))  # the first of each name
    canvas = chunks.get(b"VP8X", b"")[4:10]
    if frame := chunks.get(b"ANMF"):
        if frame[:6] != bytes(6) or frame[6:12] != canvas:
            return None
        chunks = dict(_chunks(frame, _FRAME_HEADER_BYTES))
    picture: list[tuple[bytes, bytes]] = [(name, chunks[name]) for name in _PICTURE if name in chunks]
    if len(picture) > 1 and len(canvas) == 6:  # ALPH and VP8: only the extended form holds both
        picture.insert(0, (b"VP8X", _HAS_ALPHA + canvas))
    if not picture:
        return None
    body = b"".join(_chunk(name, content) for name, content in picture)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def is_lossless(data: bytes) -> bool:
    """Whether the pixels were kept exactly."""
    return any(name == b"VP8L" for name, _ in _chunks(data, 12))


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
