"""A PNG without anything but its picture: the compressed pixels go over as they are."""

from typing import Final

_KEPT: Final = frozenset({b"IHDR", b"tRNS", b"IDAT", b"IEND"})
_HEADER_BYTES: Final = 13
_PALETTE: Final = 3


def bare(data: bytes) -> bytes | None:
    """The same pixels without text, EXIF, profile, time, and without the frames of an animation behind the first.

    None for what is not eight bits of grey or colour a channel: it has to be written anew.
    """
    depth, colour = data[24:26]
    if depth != 8 or colour == _PALETTE:
        return None
    kept = [data[:8]]
    at = 8
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data) or (name == b"IHDR" and length != _HEADER_BYTES):
            return None
        if name in _KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    return None
