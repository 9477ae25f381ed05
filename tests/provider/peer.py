"""A peer on loopback that does what a test says, byte by byte: cuts, stalls, drips, resets, and speaks no TLS.

A test writes what the other side does as a plain function of a `Talk`; each connection runs it in a thread. What it
received is kept for the test to look at.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

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

    def read_whatever_comes(self) -> bytes:
        """The next bytes; none when the other side hung up without a word."""
        return self._plug.recv(65536)

    def expect_silence(self, seconds: float) -> None:
        """Raises ConnectionError when the other side says anything in that time."""
        self._plug.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            raise ConnectionError(f"too early: {self._plug.recv(65536)!r}")
        self._plug.settimeout(PATIENCE_SECONDS)

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


def self_signed(directory: Path, *hosts: str) -> Path:
    """One file with a key and a certificate, for bucket.oss.example, 127.0.0.1 and `hosts`, that only a test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    known = [x509.DNSName(host) for host in ("bucket.oss.example", *hosts)]
    names = [*known, x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / "peer.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(plain + signed.public_bytes(Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
