"""Two studios of one kind, one with much in it and one with little, and what the same page takes of both.

Each lives in a process of its own: `python -m MODULE COUNT ...` fills an empty database, writes the seconds that took
as a line of JSON, and then answers each line that it reads by the method of `bench/visits.py` with that name.
"""

import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from .ledger.run import empty


class Twin:
    """A studio in a process of its own, which says how long it was filled and then answers `pages` and `explain`."""

    def __init__(self, process: subprocess.Popen[bytes], count: int) -> None:
        self._process = process
        self.count = count
        self.filled_seconds = msgspec.json.decode(self._line(), type=float)
        self.cpu_seconds: dict[str, list[float]] = defaultdict(list)
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def ask(self) -> None:
        answer = msgspec.json.decode(self._answer("pages"), type=dict[str, tuple[float, float]])
        for page, (cpu_seconds, seconds) in answer.items():
            self.cpu_seconds[page].append(cpu_seconds)
            self.seconds[page].append(seconds)

    def explain(self) -> dict[str, list[str]]:
        return msgspec.json.decode(self._answer("explain"), type=dict[str, list[str]])

    def p95(self, page: str) -> float:
        """Of the processors. The clock tells as much of what else the machine does."""
        return statistics.quantiles(self.cpu_seconds[page], n=20, method="inclusive")[-1]

    def median(self, page: str) -> float:
        return statistics.median(self.cpu_seconds[page])

    def quickest(self, page: str) -> float:
        """On the clock."""
        return min(self.seconds[page])

    def _answer(self, word: str) -> bytes:
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> bytes:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def twin(database: str, module: str, count: int, *more: int) -> Iterator[Twin]:
    """One of them, filled."""
    with empty(database) as told:
        command = [sys.executable, "-m", module, *map(str, (count, *more))]
        with subprocess.Popen(command, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            yield Twin(process, count)
            assert process.stdin
            process.stdin.close()


def ratios(name: str, few: Twin, many: Twin) -> dict[str, float]:
    """Of the 95th percentiles, by page. Prints them, and the plans of the larger."""
    print(f"\n{name}: {many.count:,}, written in {many.filled_seconds:.0f} s (load {os.getloadavg()[0]:.1f})")
    print("         milliseconds of the processors, and of the quickest on the clock")
    heads = f"{'median':>7} {'p95':>7} {'clock':>7}"
    print(f"         {'page':32} {heads}      {heads} of {few.count:,}   p95, x")
    found = {page: many.p95(page) / few.p95(page) for page in many.seconds}
    for page, ratio in found.items():
        now, then = (_milliseconds(each, page) for each in (many, few))
        print(f"         {page:32} {now}      {then}{' ' * 10} {ratio:6.2f}")
    print("         how it is found:")
    for page, plan in many.explain().items():
        print(f"         {page}")
        for step in plan:
            print(f"             {step.strip()[:150]}")
    return found


def _milliseconds(studio: Twin, page: str) -> str:
    return " ".join(
        f"{seconds * 1000:7.0f}" for seconds in (studio.median(page), studio.p95(page), studio.quickest(page))
    )
