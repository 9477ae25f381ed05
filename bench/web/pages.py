"""Pages and polls at the rate of a busy team, and what the processes that answer them hold afterwards."""

import os
import statistics
from collections.abc import Mapping
from urllib.parse import urlencode

from ..bars import Bar
from ..meter import cpu_seconds_of, resident_bytes
from .lab import Lab
from .lab import gallery as gallery_of
from .load import Ask, at_rate, get, one_by_one, p95
from .servers import OURS, Server, serving

PROCESSES = 2
"""As compose.yaml has them: one a core."""
ROUNDS = 6
BARE = "/livez"
"""A view that asks nobody, behind every middleware."""


def gallery(lab: Lab, *, seconds: int) -> list[Bar]:
    page, few = (get(gallery_of(entry), entry.cookie) for entry in (lab.filled.many, lab.filled.few))
    asks = {"48 cards of 4,600": page, "10 cards of 10": few, "bare view": get(BARE, lab.filled.many.cookie)}
    with serving(OURS, lab.told, processes=PROCESSES) as server:
        cpu = _cost(server, asks, times=20)
        took = at_rate(server.port, page, rate=20, seconds=seconds)
    _say("gallery at 20 a second", took)
    ratio_few = cpu["48 cards of 4,600"] / cpu["10 cards of 10"]
    print(
        f"  CPU of the page: {cpu['48 cards of 4,600'] / cpu['bare view']:.0f} × bare view, {ratio_few:.1f} × 10 cards"
    )
    return [
        Bar("gallery, 48 cards, p95 at 20/s", p95(took) * 1e3, 400, 200, "ms"),
        Bar("gallery: CPU of 48 cards among 10,000", ratio_few, 4.8, 2, "× 10 cards"),
    ]


def polls(lab: Lab, *, seconds: int) -> list[Bar]:
    watching = lab.filled.watching
    quiet = _poll(lab, lab.filled.watch)
    stale = _poll(lab, ",".join(f"{each.partition('.')[0]}.9" for each in lab.filled.watch.split(",")))
    nothing = get(quiet, watching.cookie, status=204, is_htmx=True)
    full = get(stale, watching.cookie, is_htmx=True)
    asks = {"nothing new": nothing, "full": full, "bare view": get(BARE, watching.cookie)}
    with serving(OURS, lab.told, processes=PROCESSES) as server:
        cpu = _cost(server, asks, times=100)
        took = at_rate(server.port, nothing, rate=60, seconds=seconds)
    _say("polls at 60 a second", took)
    return [
        Bar("poll with nothing new, p95 at 60/s", p95(took) * 1e3, 150, 50, "ms"),
        Bar("poll: CPU of nothing new", cpu["nothing new"] / cpu["full"], 0.5, 0.4, "× full"),
    ]


def memory(lab: Lab, *, requests: int) -> list[Bar]:
    """Of the process that grew most, since each had answered a few of each."""
    many, watching = lab.filled.many, lab.filled.watching
    page = get(gallery_of(many), many.cookie)
    poll = get(_poll(lab, lab.filled.watch), watching.cookie, status=204, is_htmx=True)
    asks = [poll] * 9 + [page]
    with serving(OURS, lab.told, processes=PROCESSES) as server:
        one_by_one(server.port, asks, count=400, clients=8)
        before = {worker: resident_bytes(worker) for worker in server.workers}
        rate = one_by_one(server.port, asks, count=requests, clients=8)
        grown = [resident_bytes(worker) - before[worker] for worker in server.workers]
    told = ", ".join(
        f"{held / 1e6:.0f} MB and {more / 1e6:.1f}" for held, more in zip(before.values(), grown, strict=True)
    )
    print(f"  {requests:,} requests, one in ten a gallery, {rate:.0f} a second; each process: {told} more")
    return [Bar(f"web process after {requests:,} requests", max(grown) / 1e6, 50, 20, "MB more")]


def _poll(lab: Lab, watch: str) -> str:
    asked = {"watch": watch, "newest": lab.filled.newest, "waiting": 0}
    return f"/projects/{lab.filled.watching.project}/running/?{urlencode(asked)}"


def _cost(server: Server, asks: Mapping[str, Ask], *, times: int) -> dict[str, float]:
    """CPU milliseconds of the server's processes for each, the median of rounds in turns."""
    for ask in asks.values():
        one_by_one(server.port, [ask], count=40, clients=8)  # both processes have read their templates
    rounds = [{name: _milliseconds(server, ask, times) for name, ask in asks.items()} for _ in range(ROUNDS)]
    cpu = {name: statistics.median(each[name] for each in rounds) for name in asks}
    print("  CPU: " + ", ".join(f"{took:.1f} ms {name}" for name, took in cpu.items()))
    return cpu


def _milliseconds(server: Server, ask: Ask, times: int) -> float:
    before = sum(map(cpu_seconds_of, server.workers))
    one_by_one(server.port, [ask], count=times, clients=1)
    return (sum(map(cpu_seconds_of, server.workers)) - before) / times * 1e3


def _say(what: str, took: list[float]) -> None:
    figures = f"p50 {statistics.median(took) * 1e3:.0f}, p95 {p95(took) * 1e3:.0f}, worst {max(took) * 1e3:.0f} ms"
    print(f"  {what}: {len(took)} requests, {figures} (load {os.getloadavg()[0]:.1f} at the end)")
