"""200 with a body that is wrong: pictures that do not open, pages, nothing, or far too much."""

import zlib
from collections.abc import Iterator
from functools import cache

from .call import Call, Reply
from .envelope import caption, image_part, with_parts
from .statuses import html_page

MEGABYTE = 1024 * 1024
BOMB_MEGABYTES = 256
BIG_MEGABYTES = 200


def corrupt(call: Call) -> Reply:
    """Good Base64 of bytes that begin like a picture and are none. `corrupt:truncated` lacks its end only."""
    picture = call.picture()
    if call.behaviour.reason == "truncated":
        broken = picture[: len(picture) // 3]
    else:
        broken = picture[:12] + call.chance.randbytes(len(picture) // 3)
    return with_parts(call, [*caption(call), image_part(call, broken)], images=1)


def bad_base64(call: Call) -> Reply:
    """One part that is no Base64. `bad_base64:mixed` puts a good picture beside it."""
    part = image_part(call, call.picture(0))
    part["inlineData"]["data"] = "§" + part["inlineData"]["data"][1:-3]
    good = [image_part(call, call.picture(1))] if call.behaviour.reason == "mixed" else []
    return with_parts(call, [*caption(call), part, *good], images=1 + len(good))


def wrong_mime(call: Call) -> Reply:
    """The label says one kind, the bytes are another."""
    other = "image/jpeg" if call.behaviour.png else "image/png"
    return with_parts(call, [*caption(call), image_part(call, call.picture(), other)], images=1)


def html(_call: Call) -> Reply:
    return html_page("Please wait")


def empty_body(_call: Call) -> Reply:
    return Reply(200, b"")


def not_json(call: Call) -> Reply:
    """`not_json:null` and the like send the reason itself."""
    return Reply(200, (call.behaviour.reason or '{"candidates": [').encode())


def deep(_call: Call) -> Reply:
    """200,000 brackets, one inside the other."""
    return Reply(200, b"[" * 200_000 + b"]" * 200_000)


def gzip_bomb(call: Call) -> Reply:
    """Little on the wire, `count` megabytes when unpacked."""
    return Reply(200, _bomb(call.behaviour.count or BOMB_MEGABYTES), headers={"Content-Encoding": "gzip"})


def big(call: Call) -> Reply:
    """One picture of `count` megabytes of Base64, without a Content-Length."""
    return Reply(200, _endless(call.behaviour.count or BIG_MEGABYTES))


@cache
def _bomb(megabytes: int) -> bytes:
    """A gzip file of spaces. The same compressed megabyte again and again, since a full flush forgets the past."""
    blank = b" " * MEGABYTE
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(blank) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(blank, check)
    header = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    length = (megabytes * MEGABYTE) & 0xFFFFFFFF
    return header + block * megabytes + b"\x03\x00" + check.to_bytes(4, "little") + length.to_bytes(4, "little")


def _endless(megabytes: int) -> Iterator[bytes]:
    piece = b"A" * MEGABYTE
    yield b'{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"image/png","data":"'
    for _ in range(megabytes):
        yield piece
    yield b'"}}]},"finishReason":"STOP","index":0}]}'
