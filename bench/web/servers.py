"""Web servers over one studio, in as many processes as are asked for, on a port of their own."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from tests.jobs.studio_process import children_of, kill_family
from tests.sandbox.process import ROOT

from ..jobs.studio import free_port

START_SECONDS = 120
_GUNICORN = ("-m", "gunicorn", "--config", "nbweb/gunicorn.py", "--log-level", "warning")


@dataclass(frozen=True)
class Kind:
    """One way to serve the studio: its command, and what its environment says besides."""

    name: str
    command: tuple[str, ...]
    told: Mapping[str, str]


OURS = Kind("as it is served", (*_GUNICORN, "nbweb.wsgi"), {})
CANDIDATES = (
    Kind("gunicorn sync", (*_GUNICORN, "--worker-class", "sync", "bench.web.plain:wsgi"), {"NB_WEB_THREADS": "1"}),
    Kind("gthread, 16 threads", (*_GUNICORN, "bench.web.plain:wsgi"), {"NB_WEB_THREADS": "16"}),
    Kind("gthread, 64 threads", (*_GUNICORN, "bench.web.plain:wsgi"), {"NB_WEB_THREADS": "64"}),
    Kind("uvicorn (ASGI)", ("-m", "uvicorn", "--log-level", "warning", "bench.web.plain:asgi"), {}),
)


@dataclass(frozen=True)
class Server:
    """A server that answers. `workers` are the ids of the processes that do."""

    port: int
    workers: list[int]


@contextmanager
def serving(kind: Kind, told: Mapping[str, str], *, processes: int) -> Iterator[Server]:
    port = free_port()
    environment = {**told, **kind.told, "PORT": port, "WEB_CONCURRENCY": str(processes)}
    command = [sys.executable, *kind.command]
    if "uvicorn" in command:
        command += ["--port", port, *(("--workers", str(processes)) if processes > 1 else ())]
    with (Path(told["NB_DATA_DIR"]) / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(int(port), process)
        yield Server(int(port), children_of(process.pid) or [process.pid])
    finally:
        kill_family(process.pid)
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until a page is answered: the port is open long before."""
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server does not start")
