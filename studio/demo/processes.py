"""The demo's processes: the sandbox provider and the web server, started together and stopped in order."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

START_SECONDS: Final = 30
STOP_SECONDS: Final = 780
"""Longer than the server's own patience with paid calls in flight (nbweb/gunicorn.py)."""


class CouldNotStart(RuntimeError):
    """A process ended before it answered. The message is for the person at the terminal."""


@dataclass
class Processes:
    """Children in the order they were started; stopped in the other order, the web server first."""

    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, command: list[str], *, environment: Mapping[str, str], answers_at: str) -> None:
        """Start a child and wait until its address answers. Raises `CouldNotStart`."""
        # A session of its own: Ctrl-C reaches this process alone, which then stops the children in order.
        child = subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.children.append(child)
        deadline = time.monotonic() + START_SECONDS
        while not _answers(answers_at):
            if child.poll() is not None or time.monotonic() > deadline:
                raise CouldNotStart(f"{' '.join(command[1:4])} did not start.")
            time.sleep(0.1)

    def wait(self) -> None:
        """Until any child ends."""
        while all(child.poll() is None for child in self.children):
            time.sleep(0.2)

    def stop(self) -> None:
        """End every child, the web server first. A second Ctrl-C waits no longer, and leaves nothing behind either."""
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(STOP_SECONDS)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)  # its own session: the server's workers go with it
                child.wait()


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(wanted: int = 0) -> int:
    """The port asked for, or any free one."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def web_command() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "nbweb.wsgi", "-c", "nbweb/gunicorn.py", "--log-level", "warning"]


def sandbox_command(port: int) -> list[str]:
    return [sys.executable, "-m", "studio.sandbox", "--port", str(port)]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (a loopback address of our own)
            return True
    except (urllib.error.URLError, OSError):
        return False
