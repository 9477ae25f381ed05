"""100,000 entries on SQLite and on PostgreSQL: how long, and how much memory beside a tenth of them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests import pg

from ..bars import Bar, print_bars
from .child import Measured

ENTRIES = 100_000
SECONDS_MUST, SECONDS_REFERENCE = 30, 10
GROWTH_MUST_MB, GROWTH_REFERENCE_MB = 16, 4


def run(quick: bool) -> bool:
    """Print the figures; True when every bar held. `quick` is a tenth of it, with a tenth of the time."""
    entries = ENTRIES // 10 if quick else ENTRIES
    bars: list[Bar] = []
    for name in ("SQLite", "PostgreSQL"):
        if name == "PostgreSQL" and (reason := pg.missing()):
            print(f"ledger: {reason}")
            continue
        few, many = _measured(name, entries // 10), _measured(name, entries)
        print(f"ledger: {name}, {many.entries:,} entries written in {many.filled_seconds:.0f} s")
        print(f"        verified in {many.seconds:.1f} s, {many.cpu_seconds:.1f} s of them on the CPU of this process")
        print("        seconds by check: " + ", ".join(f"{key}: {value:.2f}" for key, value in many.checks.items()))
        if many.findings:
            print(f"        a sound ledger, and yet: {'; '.join(many.findings)}")
        scale = entries / ENTRIES
        growth = (many.peak_bytes - few.peak_bytes) / 1e6
        bars += [
            Bar(
                f"{name}: verify {entries:,} entries",
                many.seconds,
                SECONDS_MUST * scale,
                SECONDS_REFERENCE * scale,
                "s",
            ),
            Bar(f"{name}: memory above a tenth of them", growth, GROWTH_MUST_MB, GROWTH_REFERENCE_MB, "MB"),
            Bar(f"{name}: findings in a sound ledger", len(many.findings), 0, 0, ""),
        ]
    return print_bars(bars)


def _measured(database: str, entries: int) -> Measured:
    with empty(database) as told:
        command = [sys.executable, "-m", "bench.ledger.child", str(entries)]
        done = subprocess.run(command, env=told, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Measured)


@contextmanager
def empty(database: str) -> Iterator[dict[str, str]]:
    """The environment of a studio without a row, in a folder of its own, and nothing that the shell says."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NB_", "DATABASE_URL", "DJANGO_"))
    }
    with tempfile.TemporaryDirectory(prefix="nb-bench-") as folder:
        told = kept | {"NB_DATA_DIR": folder, "NB_WORKER": "off"}
        if database == "SQLite":
            yield told | {"DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
        else:
            with pg.cluster() as url:
                yield told | {"DATABASE_URL": url}
