"""One request to one target: its addresses are looked up, judged, and the connection goes to one of those very ones."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from ..wire import Clock, Connection, Limit, NotConnected, Response, WireError, connect
from .addresses import is_public
from .target import FetchRefused, Target

CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 120
_HEADERS: Final = (("Accept", "*/*"), ("Accept-Encoding", "identity"), ("User-Agent", "nb-studio"))


class Resolve(Protocol):
    """From a name and a port to IP addresses. Raises OSError when there are none."""

    def __call__(self, host: str, port: int, /) -> Sequence[str]: ...


class Dial(Protocol):
    """From an origin to a connection with the given IP address. Raises `WireError`."""

    def __call__(self, url: str, limit: Limit, /, *, address: str) -> Connection: ...


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


@dataclass(frozen=True, slots=True)
class Moved:
    """The other side says that the file is elsewhere. `location` is its claim, perhaps empty, perhaps relative."""

    status: int
    location: str


def resolve_by_system(host: str, port: int) -> list[str]:
    """What this machine takes the name for."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a target is reached. `ends_at` is on the clock, and one for all requests of an errand."""

    ends_at: float
    resolve: Resolve = resolve_by_system
    dial: Dial = connect
    clock: Clock = time.monotonic

    @contextmanager
    def to(self, target: Target) -> Iterator[Connection]:
        """A connection to a judged address. Raises `FetchRefused` when nothing was sent, and `FetchFailed`."""
        addresses = self._checked_addresses(target)
        try:
            with self._connected(target, addresses) as connection:
                connection.limit_receiving(Limit(READ_SECONDS, self.ends_at, self.clock))
                yield connection
        except WireError as error:
            raise FetchFailed(error.reason) from error

    def _checked_addresses(self, target: Target) -> Sequence[str]:
        """The addresses to connect to. A name that stands for anything inside is refused, whatever else it is."""
        if target.is_gateway_on_loopback:
            return [target.host]
        try:
            addresses = self.resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed("no_address") from error
        if not addresses:
            raise FetchFailed("no_address")
        if not all(is_public(address) for address in addresses):
            raise FetchRefused("internal_address", f"{target.host} leads into a closed network")
        return addresses

    def _connected(self, target: Target, addresses: Sequence[str]) -> Connection:
        """A connection to the first address that takes one."""
        limit = Limit(CONNECT_SECONDS, self.ends_at, self.clock)
        *others, last = addresses
        for address in others:
            try:
                return self.dial(target.origin, limit, address=address)
            except NotConnected:
                continue
        return self.dial(target.origin, limit, address=last)


@dataclass(frozen=True, slots=True)
class Errand:
    """A file that is fetched: by which reach, where it goes to, how large it may be."""

    reach: Reach
    into: BinaryIO
    bytes_max: int

    def run(self, target: Target) -> Fetched | Moved:
        """What came from this target. Raises `FetchRefused` when nothing was sent, and `FetchFailed`."""
        with self.reach.to(target) as connection:
            return self._take(connection, target)

    def _take(self, connection: Connection, target: Target) -> Fetched | Moved:
        response = connection.send("GET", target.path, _HEADERS)
        if 300 <= response.status < 400:
            return Moved(response.status, response.header("location"))
        if response.status != 200:
            raise FetchFailed("status", response.status)
        if response.header("content-encoding").strip().lower() not in ("", "identity"):
            raise FetchFailed("compressed", response.status)
        return Fetched(self._write(response), response.header("content-type"))

    def _write(self, response: Response) -> int:
        size_bytes = 0
        for chunk in response.chunks:
            size_bytes += len(chunk)
            if size_bytes > self.bytes_max:
                raise FetchFailed("too_large", response.status)
            self.into.write(chunk)
        return size_bytes
