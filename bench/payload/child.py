"""One measurement in a fresh process: one tiny call to warm up, then the calls that count.

`python -m bench.payload.child <Task as JSON>` writes an `Outcome` as JSON.
"""

import hashlib
import importlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from ..meter import Meter, resident_bytes
from .answers import picture
from .task import Outcome, Task

TINY = "plain-1000"


def main(task: Task) -> Outcome:
    name, _, variant = task.way.partition("-")
    way: Any = importlib.import_module(f"bench.payload.{name}")
    if variant == "unsynced":
        os.fsync = lambda fd: None  # to see what the rest costs
    if variant == "synced":
        way.IS_SYNCED = True
    measure = {"reply": _replies, "request": _requests, "waiting": _waiting}[task.kind]
    return measure(task, way)


def _replies(task: Task, way: Any) -> Outcome:
    directory = Path(task.directory)
    paths = [directory / f"call-{number}.bin" for number in range(task.calls)]
    if hasattr(way, "offsets"):
        way.offsets(TINY), way.offsets(task.answer)
    way.reply(task.url, TINY, directory / "warm.bin")
    with Meter() as meter:
        _all_at_once(task.calls, lambda number: way.reply(task.url, task.answer, paths[number]))
    expected = hashlib.sha256(picture(int(task.answer.partition("-")[2]))).hexdigest()
    digest = getattr(way, "digest_of_result", _digest_of_file)
    return Outcome(meter.cpu_seconds, meter.peak_bytes, all(digest(path) == expected for path in paths))


def _requests(task: Task, way: Any) -> Outcome:
    files = [Path(file) for file in task.files]
    way.request(task.url, TINY, [])
    with Meter() as meter:
        _all_at_once(task.calls, lambda _: way.request(task.url, task.answer, files))
    return Outcome(meter.cpu_seconds, meter.peak_bytes)


def _waiting(task: Task, way: Any) -> Outcome:
    """The memory while all calls wait for their answer, above what the process had before."""
    directory = Path(task.directory)
    way.reply(task.url, TINY, directory / "warm.bin")
    with Meter() as meter, ThreadPoolExecutor(task.calls) as pool:
        before = resident_bytes()
        calls = [
            pool.submit(way.reply, task.url, task.answer, directory / f"call-{number}.bin")
            for number in range(task.calls)
        ]
        way.request(task.url, f"await-{task.calls}", [])
        waiting = resident_bytes() - before
        way.request(task.url, "release", [])
        for call in calls:
            call.result()
    return Outcome(meter.cpu_seconds, waiting)


def _all_at_once(calls: int, call: Any) -> None:
    if calls == 1:
        call(0)
        return
    together = threading.Barrier(calls)

    def one(number: int) -> None:
        together.wait()
        call(number)

    with ThreadPoolExecutor(calls) as pool:
        list(pool.map(one, range(calls)))


def _digest_of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    print(msgspec.json.encode(main(msgspec.json.decode(sys.argv[1], type=Task))).decode())
