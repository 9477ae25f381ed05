"""500 pictures of 12 MB as one ZIP file: what that takes of the web process, and how fast it comes."""

import http.client
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from studio.demo.processes import free_port
from tests.jobs.studio_process import children_of, environment, server

from ..bars import Bar, print_bars
from ..meter import cpu_seconds_of, resident_bytes

PICTURES, PICTURES_QUICK, BYTES = 500, 50, 12_000_000
PEAK_MUST_MB, PEAK_REFERENCE_MB = 16, 6
MEGABYTES_MUST, MEGABYTES_REFERENCE = 100, 400


@dataclass(frozen=True)
class Taken:
    """One download. `peak_bytes` is what the web process held more at its largest than before."""

    received: int
    seconds: float
    first_byte_seconds: float
    peak_bytes: int
    cpu_seconds: float


def run(quick: bool) -> bool:
    """Print the figures; True when every bar held."""
    count = PICTURES_QUICK if quick else PICTURES
    with tempfile.TemporaryDirectory(prefix="nb-bench-zip-") as folder:
        few, many = _taken(Path(folder) / "few", 5), _taken(Path(folder) / "many", count)
    print(f"\nzip: {count} pictures, {many.received / 1e9:.2f} GB in {many.seconds:.1f} s,")
    print(f"     first byte after {many.first_byte_seconds * 1000:.0f} ms, {many.cpu_seconds:.1f} s of a processor")
    print(
        f"     at most {many.peak_bytes / 1e6:.1f} MB more than before; with 5 pictures {few.peak_bytes / 1e6:.1f} MB"
    )
    speed = many.received / 1e6 / many.seconds
    return print_bars(
        [
            Bar("memory of the web process", many.peak_bytes / 1e6, PEAK_MUST_MB, PEAK_REFERENCE_MB, "MB"),
            Bar("a second brings", speed, MEGABYTES_MUST, MEGABYTES_REFERENCE, "MB", at_least=True),
        ]
    )


def _taken(folder: Path, count: int) -> Taken:
    folder.mkdir()
    port = free_port()
    told = environment(folder, "http://127.0.0.1:1", NB_WORKER="off", PORT=str(port), SECRET_KEY="bench" * 12)
    command = [sys.executable, "-m", "bench.zip.fill", str(count), str(BYTES)]
    path, cookie = subprocess.run(command, env=told, check=True, capture_output=True, text=True).stdout.split()
    with server(told) as process:
        _wait_until_up(port)
        (worker,) = children_of(process.pid)
        _ask(port, "/projects/", cookie).read()  # what is loaded once, is loaded
        return _measured(port, path, cookie, worker)


def _measured(port: int, path: str, cookie: str, worker: int) -> Taken:
    Path(f"/proc/{worker}/clear_refs").write_text("5")
    before, cpu_before, began = resident_bytes(worker), cpu_seconds_of(worker), time.monotonic()
    answer = _ask(port, path, cookie)
    assert answer.status == http.client.OK, answer.status
    received, first = 0, None
    while piece := answer.read(1 << 20):
        first = first or time.monotonic()
        received += len(piece)
    ended = time.monotonic()
    assert received == int(answer.headers["Content-Length"])
    peak = int(next(line for line in _status(worker) if line.startswith("VmHWM")).split()[1]) * 1024
    return Taken(received, ended - began, (first or ended) - began, peak - before, cpu_seconds_of(worker) - cpu_before)


def _status(process: int) -> list[str]:
    return Path(f"/proc/{process}/status").read_text().splitlines()


def _ask(port: int, path: str, cookie: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Cookie": cookie})
    return connection.getresponse()


def _wait_until_up(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if _ask(port, "/livez", "").status == http.client.OK:
                return
        except OSError:
            assert time.monotonic() < until, "the studio did not start"
        time.sleep(0.1)
