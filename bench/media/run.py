"""Two studios, one with its pictures on disk and one with them in a bucket, each behind the documented web server."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests import s3
from tests.jobs.studio_process import children_of, environment, server, wait_for_line
from tests.sandbox.process import ROOT

from ..bars import Bar, print_bars
from ..jobs.studio import free_port
from ..meter import cpu_seconds_of, resident_bytes
from .child import LARGE_BYTES

READERS = 20
BYTES_PER_SECOND = 8_000_000
_PIECE = 64_000
ROUNDS, TIMES, TIMES_QUICK = 4, 250, 60
NOBODY = "http://127.0.0.1:9"


def run(quick: bool) -> bool:
    """Print the figures; True when every bar held."""
    bars: list[Bar] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nb-bench-")))
        kinds: dict[str, dict[str, str]] = {"disk": {}}
        if reason := s3.missing():
            print(f"media: {reason}")
        else:
            bucket = stack.enter_context(s3.server())
            kinds["bucket"] = {**bucket.environment(), "AWS_STORAGE_BUCKET_NAME": bucket.bucket()}
        for kind, told in kinds.items():
            (folder / kind).mkdir()
            with _studio(folder / kind, told) as studio:
                bars += [_memory(kind, studio)]
                if kind == "disk":
                    bars += [_time(studio, TIMES_QUICK if quick else TIMES)]
    return print_bars(bars)


class _Studio:
    def __init__(self, port: str, process_id: int, told: dict[str, str]) -> None:
        self.port, self.process_id, self.told = port, process_id, told

    def connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", int(self.port), timeout=120)

    def get(self, connection: HTTPConnection, address: str, *, bytes_per_second: float = 0) -> int:
        """Bytes of the answer, read at that pace."""
        connection.request("GET", address, headers={"Cookie": f"sessionid={self.told['cookie']}"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        total = 0
        while piece := answer.read(_PIECE):
            total += len(piece)
            if bytes_per_second:
                time.sleep(len(piece) / bytes_per_second)
        return total


@contextmanager
def _studio(folder: Path, told: dict[str, str]) -> Iterator[_Studio]:
    port = free_port()
    own = {"NB_WORKER": "off", "DJANGO_SETTINGS_MODULE": "bench.media.site_settings", "PORT": port, **told}
    variables = environment(folder, NOBODY, **own)
    fill = [sys.executable, "-m", "bench.media.child"]
    said = subprocess.run(fill, cwd=ROOT, env=variables, capture_output=True, text=True, check=True).stdout
    filled = json.loads(said.splitlines()[-1])
    with server(variables) as process:
        assert wait_for_line(process, "Booting worker", seconds=60) is not None
        (worker,) = children_of(process.pid)
        yield _Studio(port, worker, filled)


def _memory(kind: str, studio: _Studio) -> Bar:
    """What the web process grows by while the readers are being sent the picture, above one that was sent before."""
    connection = studio.connection()
    for _ in range(3):
        studio.get(connection, studio.told["large"])
    before = resident_bytes(studio.process_id)
    read = [0] * READERS
    readers = [threading.Thread(target=_read_slowly, args=(studio, read, number)) for number in range(READERS)]
    began = time.monotonic()
    for reader in readers:
        reader.start()
    most = before
    while any(reader.is_alive() for reader in readers):
        most = max(most, resident_bytes(studio.process_id))
        time.sleep(0.05)
    assert read == [LARGE_BYTES] * READERS
    print(
        f"media, {kind}: {READERS} readers of {LARGE_BYTES / 1e6:.0f} MB in {time.monotonic() - began:.0f} s; the web "
        f"process has {before / 1e6:.0f} MB before and {most / 1e6:.0f} MB at most"
    )
    return Bar(f"{kind}: memory for {READERS} slow readers of 24 MB", (most - before) / 1e6, 24, 12, "MB")


def _read_slowly(studio: _Studio, read: list[int], number: int) -> None:
    read[number] = studio.get(studio.connection(), studio.told["large"], bytes_per_second=BYTES_PER_SECOND)


def _time(studio: _Studio, times: int) -> Bar:
    """CPU of the web process for one thumbnail, beside a view that asks nobody and sends the same bytes."""
    connection = studio.connection()
    asked = {"through the door": studio.told["small"], "by a bare view": "/bare/"}
    took, waited = dict.fromkeys(asked, 0.0), dict.fromkeys(asked, 0.0)
    sizes = {name: studio.get(connection, address) for name, address in asked.items()}
    assert len(set(sizes.values())) == 1, sizes
    for _ in range(ROUNDS):  # in turns, so that whatever else the machine does slows both
        for name, address in asked.items():
            before, began = cpu_seconds_of(studio.process_id), time.monotonic()
            for _ in range(times):
                studio.get(connection, address)
            took[name] += (cpu_seconds_of(studio.process_id) - before) * 1e3 / times / ROUNDS
            waited[name] += (time.monotonic() - began) * 1e3 / times / ROUNDS
    for name in asked:
        print(f"media: a thumbnail {name}: {took[name]:.2f} ms of CPU, {waited[name]:.2f} ms to the last byte")
    return Bar("a thumbnail through the door", took["through the door"] / took["by a bare view"], 5, 3, "× bare view")
