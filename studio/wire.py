"""One fresh connection for one request, under a clock that nothing outlives.

The only file that knows an HTTP library; the two doors to other machines, `provider` and `fetch`, both go through
it. There is no pool, no redirect, no proxy, no cookie and no second try here, so none of them can spend money.

The library is httpcore2, the engine inside httpx2. We use it bare for two things that httpx2 cannot do: tell
"connected" from "sent" by an ordinary line of code between them, and limit a call as a whole. Its own limits are
for each read, and a peer that sends a byte now and then may hold such a call for ever.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Final, Protocol, Self, cast
from urllib.parse import urlsplit

import httpcore2

type Clock = Callable[[], float]
type Headers = tuple[tuple[str, str], ...]

_PORTS: Final = {"http": 80, "https": 443}

_READ_BYTES: Final = 64 * 1024
"""Read at once. Over 128 KiB the allocator maps and unmaps each piece."""
_FIRST_READ_BYTES: Final = 4 * 1024
"""Set aside to wait for the first byte in: a call does that for minutes, and many calls at once."""

# A model is silent for a minute or more, and routers forget silent connections. Many probes, far apart: an outage
# of some minutes that the plain connection would survive must not end a call that is already paid.
_KEEP_ALIVE: Final = {"TCP_KEEPIDLE": 30, "TCP_KEEPALIVE": 30, "TCP_KEEPINTVL": 30, "TCP_KEEPCNT": 8}


class WireError(Exception):
    """What the network and the other machine may do to us. `reason` is a word for machines."""

    reason = "wire"


class NotConnected(WireError):
    """No name, no route, refused, or no TLS: nothing was sent."""

    reason = "not_connected"


class TimedOut(WireError):
    """Silence for too long, or the time for the whole call was over."""

    reason = "timeout"


class ConnectionLost(WireError):
    """The other side closed or reset the connection before it was done."""

    reason = "connection_lost"


class NotHTTP(WireError):
    """What came back breaks the rules of HTTP/1.1."""

    reason = "not_http"


@dataclass(slots=True)
class Limit:
    """How long to wait: at most `step_seconds` for any one step, and never beyond `ends_at` on the clock."""

    step_seconds: float
    ends_at: float
    clock: Clock = time.monotonic

    def seconds_left(self) -> float:
        """What the next step may take. Raises `TimedOut` when that is nothing."""
        left = min(self.step_seconds, self.ends_at - self.clock())
        if left <= 0:
            raise TimedOut("the time for the whole call is over")
        return left


@dataclass(frozen=True, slots=True)
class Response:
    """Header names are lower case. `chunks` are the bytes of the body as they come; reading them raises `WireError`."""

    status: int
    headers: Headers
    chunks: Iterator[bytes]

    def header(self, name: str) -> str:
        """The first value under that name, or nothing."""
        return next((value for known, value in self.headers if known == name), "")


class Connection:
    """One connection, for one request. Made by `connect`; a context manager that closes it.

    Writing and reading each keep to a limit, which may be changed between two steps.
    """

    def __init__(self, origin: httpcore2.Origin, line: "_Line") -> None:
        self._origin = origin
        self._line = line
        self._http = httpcore2.HTTP11Connection(origin, line)

    @property
    def bytes_received(self) -> int:
        """Everything that came over the wire, headers and framing included."""
        return self._line.bytes_received

    def limit_sending(self, limit: Limit) -> None:
        self._line.sending = limit

    def limit_receiving(self, limit: Limit) -> None:
        self._line.receiving = limit

    def on_first_byte(self, callback: Callable[[], None]) -> None:
        """Call back once, when the first byte of the answer is here."""
        self._line.on_first_byte = callback

    def send(self, method: str, target: str, headers: Headers, body: Iterable[bytes] = ()) -> Response:
        """Send the request and wait for the head of the answer. Raises `WireError`, or what `body` raises.

        When the other side stops reading half way, its answer is still read: it may say why.
        """
        address = httpcore2.URL(
            scheme=self._origin.scheme, host=self._origin.host, port=self._origin.port, target=target.encode("ascii")
        )
        request = httpcore2.Request(method, address, headers=[("Host", self._host()), *headers], content=body)
        with self._world():
            response = self._http.handle_request(request)
        named = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
        return Response(response.status, named, self._chunks(cast("Iterable[bytes]", response.stream), _length(named)))

    def _chunks(self, stream: Iterable[bytes], length: int | None) -> Iterator[bytes]:
        """The body. When it is of known length, all but its first chunk comes straight from the socket.

        The library copies every byte four times, which costs more than all else that we do with them. Whether there
        is a body at all is its business: it is past these questions once it has given a chunk, and holds no more.
        """
        with self._world():
            for chunk in stream:
                yield chunk
                if length is not None:
                    yield from self._line.read_exactly(length - len(chunk))
                    return

    @contextmanager
    def _world(self) -> Iterator[None]:
        """The one border where the library's exceptions become ours."""
        try:
            yield
        except httpcore2.RemoteProtocolError as error:
            kind = ConnectionLost if self._line.is_at_end else NotHTTP
            raise kind(str(error)) from error

    def _host(self) -> str:
        scheme, host = self._origin.scheme.decode(), self._origin.host.decode()
        bare = f"[{host}]" if ":" in host else host
        return bare if self._origin.port == _PORTS[scheme] else f"{bare}:{self._origin.port}"

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _length(headers: Headers) -> int | None:
    """Of the body, where the library goes by it: not in a body of pieces, and not when it is said twice."""
    said = [value for name, value in headers if name == "content-length"]
    is_in_pieces = any(name == "transfer-encoding" for name, _ in headers)
    return int(said[0]) if len(said) == 1 and said[0].isdecimal() and not is_in_pieces else None


class _Reads(Protocol):
    """The little of a socket that `_Line` uses; a TLS socket has it too."""

    def settimeout(self, value: float | None, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...
    def send(self, data: memoryview, /) -> int: ...
    def close(self) -> None: ...


class _Line(httpcore2.NetworkStream):
    """A socket that looks at the clock before every step. The library's own timeouts are ignored."""

    def __init__(self, plug: _Reads, limit: Limit) -> None:
        self._plug = plug
        self.sending = limit
        self.receiving = limit
        self.bytes_received = 0
        self.is_at_end = False
        self.on_first_byte: Callable[[], None] | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._plug.settimeout(self.receiving.seconds_left())
        try:
            data = self._plug.recv(max_bytes if self.bytes_received else min(max_bytes, _FIRST_READ_BYTES))
        except TimeoutError as error:
            raise TimedOut("no byte came in time") from error
        except OSError as error:
            raise ConnectionLost(_said(error)) from error
        self.is_at_end = not data
        if data and not self.bytes_received and self.on_first_byte:
            self.on_first_byte()
        self.bytes_received += len(data)
        return data

    def read_exactly(self, size: int) -> Iterator[bytes]:
        """As many bytes as that, as they come. Raises `ConnectionLost` when they end before."""
        while size:
            data = self.read(min(size, _READ_BYTES))
            if not data:
                raise ConnectionLost(f"the body ends {size} bytes before its time")
            size -= len(data)
            yield data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        while rest:
            self._plug.settimeout(self.sending.seconds_left())
            try:
                rest = rest[self._plug.send(rest) :]
            except TimeoutError as error:
                raise TimedOut("the other side does not read") from error
            except OSError as error:
                # The library takes this one as: stop writing, and read what the other side has to say.
                raise httpcore2.WriteError(_said(error)) from error

    def close(self) -> None:
        self._plug.close()


def connect(url: str, limit: Limit, *, address: str = "", ssl_context: ssl.SSLContext | None = None) -> Connection:
    """A connection to the host of `url`, TCP and TLS up, nothing sent yet. Raises `NotConnected` or `TimedOut`.

    `address` is an IP address to use in place of the host's own; the certificate is still checked for the host.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        origin = httpcore2.Origin(parts.scheme.encode(), host.encode("idna"), port)
        plug = socket.create_connection((address or host, port), timeout=limit.seconds_left())
        _keep_alive(plug)
        if parts.scheme == "https":
            plug.settimeout(limit.seconds_left())
            plug = (ssl_context or _trusted()).wrap_socket(plug, server_hostname=host)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no DNS could hold
        raise NotConnected(_said(error)) from error
    return Connection(origin, _Line(plug, limit))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates this machine trusts. Read once: loading them takes longer than a handshake."""
    context = httpcore2.default_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _keep_alive(plug: socket.socket) -> None:
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if option := getattr(socket, name, None):  # each system has its own choice of them
            plug.setsockopt(socket.IPPROTO_TCP, option, value)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
