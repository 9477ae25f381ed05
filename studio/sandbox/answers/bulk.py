"""Far too much: little on the wire that is much when unpacked, and bodies that do not end."""

import struct
import zlib
from collections.abc import Iterator
from functools import cache

from .call import Call, Reply
from .envelope import caption, image_part, with_parts

MEGABYTE = 1024 * 1024
BOMB_MEGABYTES = 256
HUGE_MEGABYTES = 200
BOMB_SIDE = 60_000
_BEFORE = b'{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"image/png","data":"'
_AFTER = b'"}}]},"finishReason":"STOP","index":0}]}'


def gzip_bomb(call: Call) -> Reply:
    """Little on the wire, `count` megabytes when unpacked."""
    return Reply(200, gzipped(call.behaviour.count or BOMB_MEGABYTES), headers={"Content-Encoding": "gzip"})


def big(call: Call) -> Reply:
    """One picture of `count` megabytes of Base64, without a Content-Length."""
    return Reply(200, _endless(call.behaviour.count or HUGE_MEGABYTES))


def big_declared(call: Call) -> Reply:
    """The same, and its Content-Length says so beforehand."""
    megabytes = call.behaviour.count or HUGE_MEGABYTES
    return Reply(200, _endless(megabytes), length=len(_BEFORE) + megabytes * MEGABYTE + len(_AFTER))


def pixel_bomb(call: Call) -> Reply:
    """A good PNG of a few hundred kilobytes, `count` pixels wide and high: gigabytes once it is drawn."""
    picture = _black(call.behaviour.count or BOMB_SIDE)
    return with_parts(call, [*caption(call), image_part(call, picture, "image/png")], images=1)


@cache
def gzipped(megabytes: int) -> bytes:
    """A gzip file of that many megabytes of spaces."""
    blank = b" " * MEGABYTE
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(blank, check)
    header = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return header + _deflated(blank, megabytes) + struct.pack("<II", check, (megabytes * MEGABYTE) & 0xFFFFFFFF)


@cache
def _black(side: int) -> bytes:
    """A PNG of one bit for each pixel, all black."""
    row_bytes = 1 + (side + 7) // 8
    blank = bytes(row_bytes)
    check = 1
    for _ in range(side):
        check = zlib.adler32(blank, check)
    data = b"\x78\x9c" + _deflated(blank, side) + struct.pack(">I", check)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _deflated(block: bytes, times: int) -> bytes:
    """The same block again and again: packed once, since a full flush forgets the past."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * times + b"\x03\x00"


def _endless(megabytes: int) -> Iterator[bytes]:
    piece = b"A" * MEGABYTE
    yield _BEFORE
    for _ in range(megabytes):
        yield piece
    yield _AFTER
