"""A wire between the studio and a server of this machine, that a test may slow down or cut where it likes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

_PIECE: Final = 16_384


class Relay:
    """Passes on what comes, in both directions; several connections at once.

    `after` makes it act once that many bytes of one connection were passed to the server: on the first connection that
    gets so far, and never again. `mute` makes it keep the server's answers from then on, and hang up instead.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.bytes_per_second: float | None = None
        self._act: Callable[[], None] | None = None
        self._act_after = 0
        self._is_muting = False
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []

    def after(self, count_bytes: int, act: Callable[[], None] = lambda: None, *, mute: bool = False) -> None:
        self._act_after, self._act, self._is_muting = count_bytes, act, mute

    def run(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._connection, args=(here,), daemon=True).start()

    def hang_up(self) -> None:
        """Cut every connection that is open, whatever is on its way."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _connection(self, here: socket.socket) -> None:
        with here:
            self._open.append(here)
            try:
                there = socket.create_connection(self._target)
            except OSError:
                return  # as if nobody were there
            with there:
                muted = threading.Event()
                answers = threading.Thread(target=self._answers, args=(there, here, muted), daemon=True)
                answers.start()
                self._requests(here, there, muted)
                answers.join(5)

    def _requests(self, here: socket.socket, there: socket.socket, muted: threading.Event) -> None:
        passed = 0
        with suppress(OSError):
            while piece := here.recv(_PIECE):
                if self.bytes_per_second:
                    time.sleep(len(piece) / self.bytes_per_second)
                passed += len(piece)
                if act := self._due(passed):
                    if self._is_muting:
                        muted.set()
                    act()
                there.sendall(piece)
        with suppress(OSError):
            there.shutdown(socket.SHUT_WR)

    def _due(self, passed: int) -> Callable[[], None] | None:
        with self._lock:
            if self._act is None or passed < self._act_after:
                return None
            act, self._act = self._act, None
            return act

    def _answers(self, there: socket.socket, here: socket.socket, muted: threading.Event) -> None:
        with suppress(OSError):
            while piece := there.recv(_PIECE):
                if muted.is_set() and not piece.startswith(b"HTTP/1.1 100"):
                    break
                here.sendall(piece)
        with suppress(OSError):
            here.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay_to(target: str) -> Iterator[Relay]:
    """A relay in front of the server at `http://host:port`, for as long as the block lasts."""
    relay = Relay(target)
    thread = threading.Thread(target=relay.run, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.close()
        thread.join(5)
