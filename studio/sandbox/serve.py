"""The life of the process: listen, say where, stop at once when told to."""

import signal
import sys
import threading
from types import FrameType

import msgspec

from .behaviour import UnknownBehaviour
from .options import Options
from .server import SandboxServer


def serve(options: Options) -> None:
    """Run until SIGINT or SIGTERM. Waiting calls do not delay the end: their threads are abandoned."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with _listening(options) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        sys.stdout.write(f"sandbox listening on {server.url}\n")
        sys.stdout.flush()
        # A wait with a limit, again and again: on some systems a wait without one cannot be interrupted.
        while not stop.wait(1):
            pass
        server.stop()


def _listening(options: Options) -> SandboxServer:
    """A start that fails says why in one sentence."""
    try:
        return SandboxServer(options)
    except (OSError, UnknownBehaviour, msgspec.DecodeError) as error:
        raise SystemExit(f"The sandbox cannot start: {error}") from error
