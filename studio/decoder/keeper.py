"""Keeps one waiting decoder for this process: started with the first picture, and anew when it is gone."""

import atexit
import logging
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from .facts import DecoderAway
from .limits import READY

logger = logging.getLogger(__name__)

_STUDIO: Final = Path(__file__).resolve().parents[2]
MODULE = "studio.decoder.zygote"
_START_SECONDS: Final = 30


class _Zygote:
    """The process, seen from here. It ends when this end of the line is closed, or this process ends."""

    def __init__(self) -> None:
        """Raises `DecoderAway` when it cannot be started."""
        self._line, theirs = socket.socketpair()
        self._line.settimeout(_START_SECONDS)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", MODULE, str(theirs.fileno())],
                    cwd=_STUDIO,
                    env={},
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for us; it goes when we do
                )
        except OSError as error:
            self._line.close()
            raise DecoderAway(str(error)) from error
        if not self._is_ready():
            self.bury()
            raise DecoderAway("the decoder does not start")

    def _is_ready(self) -> bool:
        try:
            return self._line.recv(1) == READY
        except OSError:
            return False

    @property
    def process_id(self) -> int:
        return self._process.pid

    def send(self, task: bytes, *handles: int) -> None:
        socket.send_fds(self._line, [task], handles)

    def bury(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.wait()


_lock = threading.Lock()
_standing: _Zygote | None = None


def send(task: bytes, *handles: int) -> None:
    """Hand it over, with the picture, where to answer and, if wanted, where a copy goes. Raises `DecoderAway`.

    To a new process if the last one is gone.
    """
    global _standing
    with _lock:
        for _ in range(2):
            if _standing is None:
                _standing = _Zygote()
            try:
                _standing.send(task, *handles)
            except OSError as error:
                logger.warning("the decoder is gone, and started anew: %s", error)
                _standing.bury()
                _standing = None
            else:
                return
    raise DecoderAway("the decoder does not stay alive")


def process_id() -> int | None:
    """Of the waiting decoder, if there is one."""
    return _standing.process_id if _standing else None


def dismiss() -> None:
    """End it, if there is one. The next picture starts another."""
    global _standing
    with _lock:
        if _standing:
            _standing.bury()
        _standing = None


def _begin_anew() -> None:
    """A fork has neither the process nor, perhaps, a free lock."""
    global _lock, _standing
    _lock, _standing = threading.Lock(), None


os.register_at_fork(after_in_child=_begin_anew)
atexit.register(dismiss)
