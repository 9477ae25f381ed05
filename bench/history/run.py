"""A million generations and prompts on PostgreSQL, two hundred thousand on SQLite, each beside ten thousand."""

import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tests import pg

from ..bars import Bar, print_bars
from ..ledger.run import empty
from . import COMMON, DEEP, FIRST, OTHERS, RARE

MANY = {"SQLite": 200_000, "PostgreSQL": 1_000_000}
DEPTH = {"SQLite": 150_000, "PostgreSQL": 300_000}
FEW, FEW_DEPTH = 10_000, 5_000
ROUNDS, ROUNDS_QUICK = 8, 3
RATIO_MUST, RATIO_REFERENCE = 2, 1.3
WORD_MUST, WORD_REFERENCE = 10, 3
OTHER_MUST = 3
"""They show a month, or what lies in the trash for one: ten thousand generations here are those of a week."""


class Studio:
    """One with its history, in a process of its own."""

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
def studio(database: str, count: int, depth: int) -> Iterator[Studio]:
    with empty(database) as told:
        command = [sys.executable, "-m", "bench.history.child", str(count), str(depth)]
        with subprocess.Popen(command, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            yield Studio(process, count)
            assert process.stdin
            process.stdin.close()


def run(quick: bool) -> bool:
    """Print the figures and the plans; True when every bar held. `quick` is a tenth of it, with fewer rounds."""
    share, rounds = (10, ROUNDS_QUICK) if quick else (1, ROUNDS)
    bars: list[Bar] = []
    for name in ("SQLite", "PostgreSQL"):
        if name == "PostgreSQL" and (reason := pg.missing()):
            print(f"history: {reason}")
            continue
        many, depth = MANY[name] // share, DEPTH[name] // share
        with studio(name, FEW, FEW_DEPTH) as small, studio(name, many, depth) as large:
            for _round in range(rounds):  # in turns, so that whatever else the machine does slows both
                large.ask()
                small.ask()
            bars += _compared(name, small, large)
    return print_bars(bars)


def _compared(name: str, few: Studio, many: Studio) -> list[Bar]:
    print(f"\nhistory: {name}: {many.count:,} generations, written in {many.filled_seconds:.0f} s")
    print("         milliseconds of the processors, and of the quickest on the clock")
    few_said = f"{few.count:,}"
    print(
        f"         {'page':32} {'median':>7} {'p95':>7} {'clock':>7}   {few_said:>10} {'p95':>7} {'clock':>7}   p95, x"
    )
    ratios = {page: many.p95(page) / few.p95(page) for page in many.seconds}
    for page, ratio in ratios.items():
        now, then = (_milliseconds(each, page) for each in (many, few))
        print(f"         {page:32} {now}      {then}   {ratio:6.2f}")
    print("         how the runs of a page are found:")
    for page, plan in many.explain().items():
        print(f"         {page}")
        for step in plan:
            print(f"             {step.strip()[:150]}")
    worst, worst_other = (max(pages, key=lambda page: ratios[page]) for pages in (set(ratios) - OTHERS, OTHERS))
    return [
        Bar(f"{name}: the first page, p95 beside ten thousand", ratios[FIRST], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: a common word, p95 beside ten thousand", ratios[COMMON], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: a rare word, p95 beside ten thousand", ratios[RARE], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: the worst of them ({worst})", ratios[worst], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: the worst other ({worst_other})", ratios[worst_other], OTHER_MUST, RATIO_REFERENCE, "x"),
        Bar(
            f"{name}: a page deep down beside the first",
            many.p95(DEEP) / many.p95(FIRST),
            RATIO_MUST,
            RATIO_REFERENCE,
            "x",
        ),
        Bar(
            f"{name}: a common word beside a rare one",
            many.p95(COMMON) / many.p95(RARE),
            WORD_MUST,
            WORD_REFERENCE,
            "x",
        ),
    ]


def _milliseconds(studio: Studio, page: str) -> str:
    return " ".join(
        f"{seconds * 1000:7.0f}" for seconds in (studio.median(page), studio.p95(page), studio.quickest(page))
    )
