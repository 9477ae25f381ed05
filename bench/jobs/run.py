"""What the job engine must reach, figure beside bar: in memory, in time, in fairness, and when it is killed."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests import pg

from ..bars import Bar, print_bars
from . import fairness, pickup, poll, quiet, sqlite, stop, takeover, waiting
from .studio import Lab, open_lab


def run(quick: bool) -> bool:
    """Print what was measured; True when every bar held."""
    if not sys.platform.startswith("linux"):
        print("jobs: only Linux tells what another process holds and uses; nothing is measured here")
        return True
    if reason := pg.missing():
        print(f"jobs: {reason}")
        return False
    began = time.monotonic()
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, open_lab(Path(directory)) as lab:
        for title, measure in _parts(quick).items():
            print(f"\n{title} (load {os.getloadavg()[0]:.1f})", flush=True)
            bars += measure(lab)
    held = print_bars(bars)
    print(f"jobs: {time.monotonic() - began:.0f} s")
    return held


def _parts(quick: bool) -> dict[str, Callable[[Lab], list[Bar]]]:
    return {
        "pick-up": partial(pickup.measure, times=9 if quick else 36),
        "a hundred calls at once": waiting.at_once,
        "memory of calls that wait": waiting.memory,
        "the owner is killed": partial(takeover.measure, times=1 if quick else 5),
        "four people, one line": partial(fairness.measure, jobs=10 if quick else 50),
        "other commands": quiet.measure,
        "SIGTERM": stop.measure,
        "cost of a poll": partial(poll.cost, times=100 if quick else 400),
        "stages on the page": partial(poll.stages, jobs=4 if quick else poll.RUNS_SHOWN),
        "SQLite under writers": partial(sqlite.measure, seconds=1 if quick else 5),
    }
