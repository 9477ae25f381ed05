"""Read one page of the machine that the settings name: no redirect, no second try, and no more than was agreed.

Unlike everything else in this room the address comes from whoever runs the studio, so it may lead anywhere, and a
secret goes along. It is in no message.
"""

import time
import zlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from ..wire import Clock, Headers, Limit, Response, WireError, connect
from .errand import CONNECT_SECONDS, FetchFailed

_GZIP: Final = zlib.MAX_WBITS | 16


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one page may take: `bytes_max` counts after unpacking, `seconds` is for all of it."""

    bytes_max: int
    seconds: float
    clock: Clock = time.monotonic


def read_page(base_url: str, path: str, *, headers: Headers, bounds: Bounds) -> bytes:
    """The body of a 200, unpacked. Raises `FetchFailed` with a word and a status, never with what was sent or said."""
    parts = urlsplit(base_url)
    limit = Limit(bounds.seconds, bounds.clock() + bounds.seconds, bounds.clock)
    sent = (("Accept-Encoding", "gzip"), ("User-Agent", "nb-studio"), *headers)
    try:
        with connect(base_url, Limit(CONNECT_SECONDS, limit.ends_at, bounds.clock)) as connection:
            connection.limit_receiving(limit)
            response = connection.send("GET", parts.path.rstrip("/") + path, sent)
            if response.status != 200:
                raise FetchFailed("status", response.status)
            return _body(response, bounds.bytes_max)
    except WireError as error:
        raise FetchFailed(error.reason) from None


def _body(response: Response, bytes_max: int) -> bytes:
    encoding = response.header("content-encoding").strip().lower()
    if encoding in ("", "identity"):
        return _plain(response, bytes_max)
    if encoding == "gzip":
        return _unpacked(response, bytes_max)
    raise FetchFailed("compressed", response.status)


def _plain(response: Response, bytes_max: int) -> bytes:
    body = bytearray()
    for chunk in response.chunks:
        body += chunk
        if len(body) > bytes_max:
            raise FetchFailed("too_large", response.status)
    return bytes(body)


def _unpacked(response: Response, bytes_max: int) -> bytes:
    """A small page can unpack to any size: it is stopped at the limit, not measured afterwards."""
    unpack, body = zlib.decompressobj(_GZIP), bytearray()
    try:
        for chunk in response.chunks:
            body += unpack.decompress(chunk, bytes_max + 1 - len(body))
            if len(body) > bytes_max:
                raise FetchFailed("too_large", response.status)
    except zlib.error:
        raise FetchFailed("compressed", response.status) from None
    if not unpack.eof:
        raise FetchFailed("connection_lost", response.status)
    return bytes(body)
