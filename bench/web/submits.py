"""Fifty people press the button at the same instant, and there is money for ten."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from ..bars import Bar
from ..soak.browser import Browser
from .entry import LITE_MICROS, ROOM
from .lab import Lab
from .servers import OURS, serving

AT_ONCE = 50
PROCESSES = 2


def measure(lab: Lab) -> list[Bar]:
    slowest, differences = [], []
    with serving(OURS, lab.told, processes=PROCESSES) as server:
        for name, entry in lab.filled.submitters.items():
            session = {"cookie": entry.cookie, "project": entry.project}
            browsers = [Browser(str(server.port), session) for _ in range(AT_ONCE)]
            for browser in browsers:
                assert browser.get("/livez").status == 200  # each has its connection
            answers = _all_at_once(browsers)
            slowest.append(max(seconds for _status, seconds in answers))
            accepted, kept = [status for status, _seconds in answers].count(200), lab.admitted(name)
            differences.append(max(abs(accepted - ROOM), abs(kept - ROOM)))
            statuses = sorted({status for status, _seconds in answers})
            print(f"  all answered after {slowest[-1]:.2f} s, {accepted} accepted, {kept} in line, by {statuses}")
    print(f"  (load {os.getloadavg()[0]:.1f} at the end)")
    return [
        Bar(f"{AT_ONCE} submits at once, all answered, worst of {len(slowest)}", max(slowest), 3, 1.5, "s"),
        Bar("submits admitted beside what there is money for", max(differences), 0, 0, "more or less"),
    ]


def _all_at_once(browsers: list[Browser]) -> list[tuple[int, float]]:
    """By browser: the status of the answer, and the seconds it took."""
    start = threading.Barrier(len(browsers))
    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(lambda number: _submit(number, browsers[number], start), range(len(browsers))))


def _submit(number: int, browser: Browser, start: threading.Barrier) -> tuple[int, float]:
    start.wait()
    began = time.monotonic()
    status = browser.submit(prompt=f"A red boat, number {number}", quoted_micros=str(LITE_MICROS)).status
    return status, time.monotonic() - began
