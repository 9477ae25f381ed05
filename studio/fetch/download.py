"""Fetch one file, and nothing but that file: no redirect, no key, no second try."""

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from ..wire import Clock, Connection, Limit, NotConnected, Response, WireError, connect
from .addresses import is_public
from .target import FetchRefused, Target, target_of

__all__ = ["FetchFailed", "FetchRefused", "Fetched", "download"]

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 120

type Resolve = Callable[[str, int], Sequence[str]]
"""From a name and a port to IP addresses. Raises OSError when there are none."""


class FetchFailed(Exception):
    """The file did not come. `status` is the other side's, when it gave one; `reason` is a word for machines."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason if status is None else f"{reason}: {status}")
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    """`content_type` is the other side's claim: look at the bytes."""

    size_bytes: int
    content_type: str


def resolve_by_system(host: str, port: int) -> list[str]:
    """What this machine takes the name for."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def download(
    url: str,
    *,
    hosts: Sequence[str],
    into: BinaryIO,
    bytes_max: int,
    deadline_seconds: float,
    resolve: Resolve = resolve_by_system,
    clock: Clock = time.monotonic,
) -> Fetched:
    """Write the file behind `url` to `into`, and say what came.

    Only https, only hosts with a suffix in `hosts` (or a gateway on loopback that stands there in full), only
    addresses of the open internet, and connected to the very address that was checked. Raises `FetchRefused` when
    nothing was sent, `FetchFailed` for all that may happen afterwards; then `into` may hold part of the file.
    """
    target = target_of(url, hosts)
    ends_at = clock() + deadline_seconds
    addresses = _checked_addresses(target, resolve)
    try:
        with _connected(target, addresses, Limit(CONNECT_SECONDS, ends_at, clock)) as connection:
            connection.limit_receiving(Limit(READ_SECONDS, ends_at, clock))
            return _take(connection, target, into, bytes_max)
    except WireError as error:
        raise FetchFailed(error.reason) from error


def _checked_addresses(target: Target, resolve: Resolve) -> Sequence[str]:
    """The addresses to connect to. A name that stands for anything inside is refused, whatever else it stands for."""
    if target.is_gateway_on_loopback:
        return [target.host]
    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise FetchFailed("no_address") from error
    if not addresses:
        raise FetchFailed("no_address")
    if not all(is_public(address) for address in addresses):
        raise FetchRefused("internal_address", f"{target.host} leads into a closed network")
    return addresses


def _connected(target: Target, addresses: Sequence[str], limit: Limit) -> Connection:
    """A connection to the first address that takes one."""
    *others, last = addresses
    for address in others:
        try:
            return connect(target.origin, limit, address=address)
        except NotConnected:
            continue
    return connect(target.origin, limit, address=last)


def _take(connection: Connection, target: Target, into: BinaryIO, bytes_max: int) -> Fetched:
    headers = (("Accept", "*/*"), ("Accept-Encoding", "identity"), ("User-Agent", "nb-studio"))
    response = connection.send("GET", target.path, headers)
    if response.status != 200:
        raise FetchFailed("redirect" if 300 <= response.status < 400 else "status", response.status)
    if response.header("content-encoding").strip().lower() not in ("", "identity"):
        raise FetchFailed("compressed", response.status)
    return Fetched(_write(response, into, bytes_max), response.header("content-type"))


def _write(response: Response, into: BinaryIO, bytes_max: int) -> int:
    size_bytes = 0
    for chunk in response.chunks:
        size_bytes += len(chunk)
        if size_bytes > bytes_max:
            raise FetchFailed("too_large", response.status)
        into.write(chunk)
    return size_bytes
