"""A peer on loopback that does what a test says, byte by byte: cuts, stalls, drips, resets, and speaks no TLS.

A test writes what the other side does as a plain function of a `Talk`; each connection runs it in a thread. What it
received is kept for the test to look at.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 20


@dataclass
class Received:
    """One request as it came over the wire. Header names are lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


class Talk:
    """The peer's end of one connection."""

    def __init__(self, plug: socket.socket) -> None:
        self._plug = plug
        self._buffer = b""

    def read_head(self) -> Received:
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        line, *lines = head.decode("latin-1").split("\r\n")
        named = (each.split(": ", 1) for each in lines)
        return Received(line, {name.lower(): value for name, value in named}, b"")

    def read_request(self) -> Received:
        request = self.read_head()
        size = int(request.headers.get("content-length", "0"))
        while len(self._buffer) < size:
            self._more()
        request.body, self._buffer = self._buffer[:size], self._buffer[size:]
        return request

    def send(self, data: bytes) -> None:
        self._plug.sendall(data)

    def wait_until_left(self) -> None:
        """Say nothing until the other side hangs up."""
        try:
            while self._plug.recv(65536):
                pass
        except ConnectionError:
            pass

    def hang_up_politely(self) -> None:
        """Say no more, but take what still comes: hanging up on unread bytes would be a reset."""
        self._plug.shutdown(socket.SHUT_WR)
        self.wait_until_left()

    def reset(self) -> None:
        """Hang up so that the other side sees "connection reset"."""
        self._plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._plug.close()

    def _more(self) -> None:
        data = self._plug.recv(65536)
        if not data:
            raise ConnectionError("the other side left")
        self._buffer += data


type Manners = Callable[[Talk], None]


@dataclass
class Peer:
    """A context manager. `base_url` is where it listens; `manners` is what it does with each connection."""

    manners: Manners
    tls: ssl.SSLContext | None = None
    port: int = 0
    connections: int = 0
    received: list[Received] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._accepting.join(PATIENCE_SECONDS)
        self._server.close()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive(), "the peer is still talking"

    def _accept(self) -> None:
        while True:
            try:
                plug, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(plug,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plug: socket.socket) -> None:
        plug.settimeout(PATIENCE_SECONDS)
        try:
            if self.tls:
                plug = self.tls.wrap_socket(plug, server_side=True)
            self.manners(_Recording(plug, self.received))
        except OSError as error:  # the other side may leave whenever it likes
            self.errors.append(error)
        finally:
            plug.close()


class _Recording(Talk):
    def __init__(self, plug: socket.socket, received: list[Received]) -> None:
        super().__init__(plug)
        self._received = received

    def read_request(self) -> Received:
        request = super().read_request()
        self._received.append(request)
        return request


def answers(body: bytes, *, status: str = "200 OK", headers: str = "") -> Manners:
    """Manners of a peer that reads the request and answers properly, with a Content-Length."""

    def manners(talk: Talk) -> None:
        talk.read_request()
        talk.send(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)

    return manners


def says(*pieces: bytes) -> Manners:
    """Manners of a peer that reads the request, sends these bytes, and hangs up."""

    def manners(talk: Talk) -> None:
        talk.read_request()
        for piece in pieces:
            talk.send(piece)

    return manners
