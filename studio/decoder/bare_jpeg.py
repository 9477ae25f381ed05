"""A JPEG without anything but its picture, not one bit of which is decoded or written anew."""

import re
from typing import Final

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_TABLES: Final = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
"""Frame headers, Huffman and quantisation tables, and what else a decoder needs."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers with nothing behind them."""
_END_OF_SCAN: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_JFIF_MARK, _ADOBE_MARK = b"JFIF\0", b"Adobe"


def bare(data: bytes) -> bytes | None:
    """The same pixels without EXIF, XMP, profile, comment, preview, or a second picture behind the first.

    None for what a JPEG should not look like: it has to be decoded to be understood.
    """
    kept = [data[:2]]
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        marker = data[at + 1]
        if marker in {0x00, 0xFF}:  # a stray byte, or one that fills up
            at += 1
        elif marker == _EOI:
            return b"".join([*kept, b"\xff\xd9"])
        elif marker == _SOI:
            return None
        elif marker in _ALONE:
            at += 2
        else:
            end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
            if marker == _SOS and (scan_end := _END_OF_SCAN.search(data, end)):
                end = scan_end.start()
            kept.append(_kept(marker, data[at:end]))
            at = max(end, at + 2)
    return None


def _kept(marker: int, segment: bytes) -> bytes:
    """What stays of a segment. Of the two that say how colours are written, no more than that."""
    if marker in _TABLES or marker == _SOS:
        return segment
    if segment[4:9] == _JFIF_MARK and marker == 0xE0:
        return _JFIF
    if segment[4:9] == _ADOBE_MARK and marker == 0xEE and len(segment) >= 16:
        return b"\xff\xee\x00\x0e" + segment[4:16]
    return b""
