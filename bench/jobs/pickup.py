"""How soon a committed generation arrives at the provider, one after the other in an idle studio."""

import random
import statistics
import time

from ..bars import Bar
from .studio import Inside, Lab, Studio, seconds

SCAN_MS = 500
"""How often a worker looks by itself: `SCAN_SECONDS` in studio/jobs/crew.py."""
LOOK_AFTER_SECONDS = 0.1
"""When the provider's book is first looked at: whoever looks takes a processor from those who are being measured."""


def measure(lab: Lab, times: int) -> list[Bar]:
    embedded, scaled = lab.both()
    with embedded.at_work(slots=4) as (owner, _):
        owning = _delays(embedded, owner, times)
        with embedded.process() as other:
            elsewhere = _delays(embedded, other, times // 3)
    with scaled.at_work(slots=4) as (asker, _):
        woken = _delays(scaled, asker, times)
        # Its messages wake an embedded worker that is not there, so the rows wait for the scan.
        with scaled.process(NB_WORKER="off") as mute:
            scanned = _delays(scaled, mute, times // 3)
    _print("embedded, the owner was asked", owning)
    _print("embedded, another process was asked", elsewhere)
    _print("scaled", woken)
    _print("scaled, the wake-up switched off", scanned)
    found = statistics.median(woken)
    return [
        Bar("pick-up, embedded, in the owner", statistics.median(owning), 50, 25, "ms"),
        Bar("pick-up, embedded, from elsewhere", statistics.median(elsewhere), SCAN_MS + 50, SCAN_MS / 2 + 50, "ms"),
        Bar("pick-up, scaled", found, 20, 15, "ms"),
        Bar("pick-up, scaled, of that by the scan", found / statistics.median(scanned), 0.1, 0.06, "×"),
    ]


def _delays(studio: Studio, inside: Inside, times: int) -> list[float]:
    """From the commit to the arrival, in milliseconds. Asked at moments that have nothing to do with the scan."""
    chance = random.Random(4)
    inside.do("ask", prompts=["warm"] * 4)
    inside.do("wait_until_final", seconds=30)
    studio.gateway.reset()
    committed = []
    for number in range(times):
        time.sleep(chance.uniform(0.05, 0.55))
        committed += inside.do("ask", prompts=["a fox"])
        time.sleep(LOOK_AFTER_SECONDS)
        studio.gateway.wait_for_requests(number + 1)
        inside.do("wait_until_final", seconds=30)
    arrived = [seconds(each["received_at"]) for each in studio.gateway.requests()]
    return [(there - then) * 1e3 for then, there in zip(committed, arrived, strict=True)]


def _print(title: str, delays: list[float]) -> None:
    p95 = statistics.quantiles(delays, n=20)[-1]
    print(f"  {title:38} {statistics.median(delays):7.1f} ms median, {p95:7.1f} ms p95, of {len(delays)}")
