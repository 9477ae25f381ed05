"""The load of a busy team on one machine: how soon pages, polls and submits are answered, and what that costs."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests import pg
from tests.jobs.studio_process import environment
from tests.jobs.studio_process import run as run_inside

from ..bars import Bar, print_bars
from . import pages, starving, submits
from .entry import Filled
from .lab import Lab

GENERATIONS = 10_000
NOWHERE = "http://127.0.0.1:9"
"""No call is made here: what is submitted stays in line."""


def run(quick: bool) -> bool:
    """Print what was measured; True when every bar held."""
    if not sys.platform.startswith("linux"):
        print("web: only Linux tells what another process holds and uses; nothing is measured here")
        return True
    if reason := pg.missing():
        print(f"web: {reason}")
        return False
    began = time.monotonic()
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="bench-web-") as directory:
        with pg.server(pg.DURABLE) as server:
            lab = _filled(Path(directory) / "parts", DATABASE_URL=server.url, NB_WORKER="procrastinate")
            for title, measure in _parts(quick).items():
                bars += _measured(title, measure, lab)
        embedded = _filled(Path(directory) / "embedded", NB_WORKER="off")
        bars += _measured("slow uploads, embedded on SQLite, no proxy", starving.embedded, embedded)
    held = print_bars(bars)
    print(f"web: {time.monotonic() - began:.0f} s")
    return held


def _parts(quick: bool) -> dict[str, Callable[[Lab], list[Bar]]]:
    share = 10 if quick else 1
    return {
        "pages": lambda lab: pages.gallery(lab, seconds=60 // share),
        "polls": lambda lab: pages.polls(lab, seconds=60 // share),
        "fifty submits at once": submits.measure,
        "memory": lambda lab: pages.memory(lab, requests=10_000 // share),
        "slow uploads": starving.parts,
    }


def _measured(title: str, measure: Callable[[Lab], list[Bar]], lab: Lab) -> list[Bar]:
    print(f"\n{title} (load {os.getloadavg()[0]:.1f})", flush=True)
    return measure(lab)


def _filled(folder: Path, **told: str) -> Lab:
    folder.mkdir()
    studio = environment(folder, NOWHERE, NB_TIMEOUT_SCALE="1", **told)
    answer = run_inside(["-m", "bench.web.inside", "fill", str(GENERATIONS)], studio)
    return Lab(folder, studio, msgspec.json.decode(answer.splitlines()[-1], type=Filled))
