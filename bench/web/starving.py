"""Two dozen uploads that trickle in, and whether anybody else is answered meanwhile."""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from tests import nginx

from ..bars import Bar
from ..jobs.studio import free_port
from ..meter import resident_bytes
from .lab import Lab, gallery
from .load import Ask, get, one_by_one
from .servers import CANDIDATES, OURS, Server, serving
from .slow import uploads

SLOW = 24
MANY = 30
"""As many as are waited for: NB_WEB_THREADS in docs/settings.md."""
LOOKS = 12
PATIENCE_SECONDS = 20
"""After which a visitor is gone, and the figure is that; of one who was told that the studio is too busy as well."""


def parts(lab: Lab) -> list[Bar]:
    """One process each: two have twice the threads, and so would hide what is asked here."""
    for kind in CANDIDATES:
        with serving(kind, lab.told, processes=1) as server:
            _say(kind.name, _look(lab, server.port))
    with serving(OURS, lab.told, processes=1) as server:
        bars = _bars("no proxy", _say(OURS.name, _look(lab, server.port)))
        if nginx.program() is None:
            print("  behind nginx: there is none on this machine")
            return bars
        with _behind_nginx(lab, server) as port:
            return bars + _bars("nginx", _say("behind deploy/nginx", _look(lab, port)))


def embedded(lab: Lab) -> list[Bar]:
    """SQLite in one process, as `make demo` and one container have it."""
    with serving(OURS, lab.told, processes=1) as server:
        looks = _say(OURS.name, _look(lab, server.port))
        (worker,) = server.workers
        before = resident_bytes(worker)
        with uploads(server.port, MANY, cookie=lab.filled.many.cookie, project=lab.filled.many.project):
            time.sleep(2)
            each = (resident_bytes(worker) - before) / MANY / 1e6
        print(f"  {before / 1e6:.0f} MB, and {each:.2f} MB for each of {MANY} uploads that are waited for")
    return [*_bars("embedded, no proxy", looks), Bar("an upload that is waited for", each, 1, 0.3, "MB")]


@dataclass(frozen=True)
class Looks:
    """Seconds that pages took, without the uploads and beside them."""

    alone: list[float]
    beside: list[float]

    @property
    def worst(self) -> float:
        return max(self.beside)

    @property
    def ratio(self) -> float:
        """Of the medians: what else the machine does slows both."""
        return statistics.median(self.beside) / statistics.median(self.alone)


def _look(lab: Lab, port: int) -> Looks:
    many = lab.filled.many
    ask = get(gallery(many), many.cookie)
    one_by_one(port, [ask], count=10, clients=1)
    alone = list(_pages(port, ask))
    with uploads(port, SLOW, cookie=many.cookie, project=many.project):
        time.sleep(1)  # every one has its thread by now, if it gets one
        return Looks(alone, list(_pages(port, ask)))


def _pages(port: int, ask: Ask) -> Iterator[float]:
    """How long each takes that somebody asks for, one after the other. Who asked in vain asks no more."""
    for _ in range(LOOKS):
        connection, began = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS), time.monotonic()
        try:
            ask(connection)
        except (HTTPException, OSError):
            yield PATIENCE_SECONDS
            return
        finally:
            connection.close()
        yield time.monotonic() - began


@contextmanager
def _behind_nginx(lab: Lab, server: Server) -> Iterator[int]:
    port = int(free_port())
    with nginx.serving(lab.folder / "nginx", nginx.as_deployed(port, f"127.0.0.1:{server.port}"), port=port):
        yield port


def _say(name: str, looks: Looks) -> Looks:
    word = f"slowest of {LOOKS} {looks.worst:.2f} s, {looks.ratio:.1f} × as long as alone"
    if looks.worst >= PATIENCE_SECONDS:
        word = "nobody was answered"
    print(f"  {name}: {word}; alone {max(looks.alone):.2f} s (load {os.getloadavg()[0]:.1f})", flush=True)
    return looks


def _bars(how: str, looks: Looks) -> list[Bar]:
    return [
        Bar(f"{SLOW} slow uploads, {how}: others' slowest page", looks.worst, 1, 0.5, "s"),
        Bar(f"{SLOW} slow uploads, {how}: others' median", looks.ratio, 1.5, 1.2, "× alone"),
    ]
