"""A studio in processes of its own, with its own folder and SQLite file, as a server would run it."""

import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.sandbox.process import ROOT

OWNS = "sending, "
"""What a process writes to its log the moment it is the one that sends."""


def environment(folder: Path, gateway_url: str, **more: str) -> dict[str, str]:
    """The settings of a studio in `folder`, and nothing that the shell or the test run says."""
    strange = ("NB_", "TEST_", "DATABASE_URL", "DJANGO_", "WEB_CONCURRENCY", "PORT", "HOST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "nbweb.settings",
        "NB_DATA_DIR": str(folder),
        "NB_GATEWAY_URL": gateway_url,
        "NB_API_KEY": "sk-test",
        "NB_OSS_HOSTS": gateway_url,
        "NB_TIMEOUT_SCALE": "0.02",
        "NB_WORKER_SLOTS": "2",
        "NB_VERIFY_AT": "never",
        **more,
    }


def run(arguments: Sequence[str], told: dict[str, str], *, seconds: float = 150) -> str:
    """A command of the studio, to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=seconds
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@contextmanager
def server(told: dict[str, str], word: str = "web") -> Iterator["subprocess.Popen[bytes]"]:
    """The web server as a container runs it, worker and all; killed at the end of the block if it is still there."""
    told = {**told, "PATH": f"{Path(sys.executable).parent}:{told['PATH']}"}
    command = [str(ROOT / "deploy" / "entrypoint.sh"), word]
    process = subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        kill_family(process.pid)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def kill_family(pid: int) -> None:
    """gunicorn's master and its workers, all at once and without a word."""
    for each in (pid, *children_of(pid)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (line.split() for line in listed.splitlines())
    return [int(child) for child, parent in pairs if parent == str(pid)]


def wait_for_line(process: "subprocess.Popen[bytes]", word: str, *, seconds: float) -> float | None:
    """How long it took until the process wrote a line with that word; None when it did not."""
    assert process.stderr is not None
    began = time.monotonic()
    os.set_blocking(process.stderr.fileno(), False)
    said = b""
    while (left := began + seconds - time.monotonic()) > 0:
        if select.select([process.stderr], [], [], left)[0]:
            piece = process.stderr.read()
            said += piece or b""
            if word.encode() in said:
                return time.monotonic() - began
            if piece == b"":
                break
    return None


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Look again and again, and fail when it never holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited for it in vain"
        time.sleep(0.05)


def statuses(folder: Path) -> list[str]:
    """Of all generations, in their order; read past Django, as another program would."""
    with sqlite3.connect(f"file:{folder / 'nbstudio.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT status FROM studio_generation ORDER BY id").fetchall()
    database.close()
    return [status for (status,) in rows]
