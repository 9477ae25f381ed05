"""Uploads that trickle in, as from a telephone in a train: open all the while, and never done."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from .load import headers

BODY_BYTES = 5_000_000
DROP_BYTES = 1_024
EVERY_SECONDS = 0.25


@contextmanager
def uploads(port: int, count: int, *, cookie: str, project: str) -> Iterator[None]:
    """So many, all begun when the block begins and still open at its end."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers(cookie, is_htmx=True).items())
    head = (
        f"POST /projects/{project}/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}"
        f"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {BODY_BYTES}\r\n\r\n"
        '--edge\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    )
    stopping, closed = threading.Event(), list[OSError]()
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
        for line in opened:
            line.sendall(head.encode())
        trickle = threading.Thread(target=_trickle, args=(opened, stopping, closed))
        trickle.start()
        try:
            yield
        finally:
            stopping.set()
            trickle.join()
    assert not closed, closed


def _trickle(opened: list[socket.socket], stopping: threading.Event, closed: list[OSError]) -> None:
    while not stopping.wait(EVERY_SECONDS):
        try:
            for line in opened:
                line.sendall(b"x" * DROP_BYTES)
        except OSError as error:
            closed.append(error)
            return
