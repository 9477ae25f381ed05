"""The socket to one client: writing, waiting, and noticing that nobody is there any more."""

import selectors
import socket
import ssl
import struct
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler

from .intake import ClientGone

PIECE_BYTES = 64 * 1024


class Stopping(Exception):
    """The sandbox is being stopped."""


class Wire:
    """`stopping` becomes readable when the sandbox stops; every wait ends then."""

    def __init__(self, handler: BaseHTTPRequestHandler, stopping: socket.socket) -> None:
        self._handler = handler
        self._socket: socket.socket = handler.connection
        self._stopping = stopping
        self.status: int | None = None

    def wait(self, seconds: float) -> None:
        """Do nothing for `seconds`. Raises `ClientGone` or `Stopping` the moment it happens."""
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._stopping, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                ready = {key.fileobj for key, _ in selector.select(left)}
                if self._stopping in ready:
                    raise Stopping
                if self._socket in ready:
                    self.check_client()
                    # It sent something early; that can wait, and is no news a second time.
                    selector.unregister(self._socket)

    def check_client(self) -> None:
        """Raises `ClientGone` when the client has closed its side."""
        try:
            self._socket.setblocking(False)
            if self._next_byte() == b"":
                raise ClientGone
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise ClientGone from error
        finally:
            self._socket.setblocking(True)

    def _next_byte(self) -> bytes:
        """It stays where it is, but on a TLS line: there it is taken, and nothing more can be read after it."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return self._socket.recv(1, socket.MSG_PEEK)
        byte = self._socket.recv(1)
        self.close()
        return byte

    def begin(self, status: int) -> None:
        """The status line alone."""
        self.status = status
        self.write(f"HTTP/1.1 {status} \r\n".encode())

    def head(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        self.status = status
        self._handler.send_response(status)
        for name, value in headers:
            self._handler.send_header(name, value)
        try:
            self._handler.end_headers()
        except OSError as error:
            raise ClientGone from error

    def write(self, data: bytes | memoryview) -> None:
        try:
            for start in range(0, len(data), PIECE_BYTES):
                self._handler.wfile.write(data[start : start + PIECE_BYTES])
        except OSError as error:
            raise ClientGone from error

    def write_chunk(self, data: bytes) -> None:
        """One piece of a body without a Content-Length; an empty one ends it."""
        self.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def close(self) -> None:
        self._handler.close_connection = True

    def reset(self) -> None:
        """End the connection with RST instead of FIN: everything not yet read is lost."""
        self.close()
        # linger on, for zero seconds
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()
