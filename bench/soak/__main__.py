"""`python -m bench.soak [--minutes N] [--people N]`. Ends with 1 when memory grew or anything was found."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests import pg

from ..bars import Bar, print_bars
from ..jobs.studio import open_lab
from . import __doc__ as about
from .soak import Told, soak

DRIFT_MUST, DRIFT_REFERENCE = 10, 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=about)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--people", type=int, default=8)
    asked = parser.parse_args()
    if reason := pg.missing():
        print(f"soak: {reason}")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nb-soak-") as directory, open_lab(Path(directory)) as lab:
        told = soak(lab, seconds=asked.minutes * 60, people=asked.people)
    print(f"soak: {asked.people} people for {asked.minutes:g} min, {time.monotonic() - began:.0f} s in all, ", end="")
    print(f"{told.calls} calls, load {os.getloadavg()[0]:.1f} at the end")
    return 0 if _say(told) else 1


def _say(told: Told) -> bool:
    print(f"{'':24} {'times':>7} {'p50':>8} {'p95':>8} {'p99':>8}  seconds")
    for what, seconds in sorted(told.kept.seconds.items()):
        figures = " ".join(f"{told.percentile(what, percent):8.3f}" for percent in (50, 95, 99))
        print(f"{what:24} {len(seconds):7} {figures}")
    for name, sizes in told.memory.bytes.items():
        every = max(1, len(sizes) // 12)
        print(f"{name}: MB over time: " + " ".join(f"{size / 1e6:.0f}" for size in sizes[::every]))
    for sentence in told.wrong[:20]:
        print(f"WRONG: {sentence}")
    bars = [
        Bar(
            f"memory of the {name}, growth after warm-up",
            told.memory.drift(name) * 100,
            DRIFT_MUST,
            DRIFT_REFERENCE,
            "%",
        )
        for name in told.memory.bytes
    ]
    return print_bars([*bars, Bar("what is wrong at the end", len(told.wrong), 0, 0, "")])


sys.exit(main())
