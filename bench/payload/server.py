"""The other side, in a process of its own so that its work is not counted: swallows requests, gives prepared answers.

The first part of a path names the answer. An answer of the shape `hold` is given only after `/release`, and
`/await-<number>` is answered when so many wait. `python -m bench.payload.server [key-and-certificate]` writes its
port and serves until its input ends.
"""

import contextlib
import socket
import ssl
import sys
import threading
from functools import cache

from .answers import answer

_DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
_making = threading.Lock()


class Waiting:
    """How many requests wait for `/release`."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()
        self._released = threading.Event()

    def wait(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()
        self._released.wait()

    def wait_until(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count >= count)

    def release(self) -> None:
        self._released.set()


@cache
def _made(name: str) -> bytes:
    made = answer(name)
    return made.head + made.body


def _reply(path: str, waiting: Waiting) -> bytes:
    name = path.split("/")[1]
    shape, _, number = name.partition("-")
    if shape == "await":
        waiting.wait_until(int(number))
        return _DONE
    if shape == "release":
        waiting.release()
        return _DONE
    if shape == "hold":
        waiting.wait()
        name = f"plain-{number}"
    with _making:  # each is made once, although many may ask
        return _made(name)


def _talk(plug: socket.socket, waiting: Waiting) -> None:
    scratch = bytearray(1 << 20)
    came = b""
    while True:
        while b"\r\n\r\n" not in came:
            more = plug.recv(65536)
            if not more:
                return
            came += more
        head, _, came = came.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        left = int(headers.get("content-length", "0")) - len(came)
        came = b""
        while left > 0:
            left -= plug.recv_into(scratch, min(left, len(scratch))) or left
        plug.sendall(_reply(line.split()[1], waiting))


def _serve(plug: socket.socket, tls: ssl.SSLContext | None, waiting: Waiting) -> None:
    with contextlib.suppress(OSError):  # the client may leave whenever it likes
        if tls:
            plug = tls.wrap_socket(plug, server_side=True)
        with plug:
            _talk(plug, waiting)


def main(certificate: str = "") -> None:
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    server = socket.create_server(("127.0.0.1", 0), backlog=512)
    waiting = Waiting()

    def accept() -> None:
        while True:
            plug, _ = server.accept()
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(plug, tls, waiting), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
