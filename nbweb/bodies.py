"""The body of a request is taken in whole before the studio begins with it, and never by all threads at once.

Without a proxy in front, whoever sends slowly holds a thread for as long as that takes, and two dozen of them would
hold all there are. Here so many may wait for bodies, and pages always find a thread; who comes after those is told so
(`studio/views/body_limit.py`). Nothing of the studio, least of all a connection of the pool, is held meanwhile.
"""

import socket
import tempfile
from collections.abc import Iterable
from threading import BoundedSemaphore
from typing import IO, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

CROWDED: Final = "nb.crowded"
"""In the environment of a request whose body nobody had time for: it was not read, and is empty."""
_PIECE_BYTES: Final = 65_536
_ROOM_SECONDS: Final = 1.0
"""Forms that come all at once are through by then, each in its turn."""
_SILENCE_SECONDS: Final = 60.0
"""Without a byte; as long as nginx waits. Who is slow but goes on is waited for."""


class PatientReader:
    """A WSGI application around the studio's. `at_once` bodies are read at a time; those longer than `bytes_max` are
    left unread, for the studio to refuse.
    """

    def __init__(self, application: WSGIApplication, *, at_once: int, bytes_max: int) -> None:
        self._application = application
        self._room = BoundedSemaphore(at_once)
        self._bytes_max = bytes_max

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = _length(environ)
        if not 0 < length <= self._bytes_max:
            return self._application(environ, start_response)
        # Closed when the view is done: what it keeps of an upload is a file of its own.
        with tempfile.SpooledTemporaryFile(_PIECE_BYTES) as body:
            if not self._room.acquire(timeout=_ROOM_SECONDS):
                environ[CROWDED] = True
            else:
                try:
                    _fill(body, environ, length)
                except (TimeoutError, EOFError):
                    start_response("408 Request Timeout", [("Content-Length", "0")])
                    return []
                finally:
                    self._room.release()
            body.seek(0)
            environ["wsgi.input"] = body
            return self._application(environ, start_response)


def _fill(body: IO[bytes], environ: WSGIEnvironment, length: int) -> None:
    """Raises TimeoutError when the sender falls silent, EOFError when it leaves."""
    sent, line = environ["wsgi.input"], _line(environ)
    if line:
        line.settimeout(_SILENCE_SECONDS)
    while length:
        piece = sent.read(min(length, _PIECE_BYTES))
        if not piece:
            raise EOFError
        body.write(piece)
        length -= len(piece)
    if line:
        line.settimeout(None)


def _line(environ: WSGIEnvironment) -> socket.socket | None:
    """gunicorn lends it; another server may not."""
    return environ.get("gunicorn.socket")


def _length(environ: WSGIEnvironment) -> int:
    """A body that does not say its length is empty to WSGI."""
    said = str(environ.get("CONTENT_LENGTH") or "")
    return int(said[:20]) if said.isascii() and said.isdigit() else 0
