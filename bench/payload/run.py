"""What a call costs in memory and CPU, beside the naive way, the official client and the floor."""

import sys
import time

from ..bars import Bar, print_bars
from .answers import SHAPES
from .broken import CALLS, classed_right
from .lab import INPUTS, Case, Figures, Lab, open_lab

PICTURE_MB = (1, 7, 24)
MANY = (8, 32)
WAITING = 150
_WAYS = ("floor", "floor-synced", "ours-unsynced", "ours", "sdk", "naive")

type Found = dict[Case, Figures]


def run(quick: bool) -> bool:
    """Print the tables; True when every bar held."""
    if not sys.platform.startswith("linux"):
        print("payload: only Linux says how much memory a process needed at most; nothing is measured here")
        return True
    began = time.monotonic()
    rounds = 1 if quick else 3
    bars: list[Bar] = []
    with open_lab() as lab:
        print(f"payload: medians of {rounds} round(s), every figure from a fresh process; CPU of the client alone")
        bars += _one_reply(lab, rounds, tls=False)
        bars += _one_reply(lab, rounds, tls=True)
        bars += _many_replies(lab, rounds)
        bars += _requests(lab, rounds)
        bars += _shapes(lab)
        waiting = Case("ours", "hold-1000", kind="waiting", calls=WAITING, tls=True)
        kilobytes = lab.measure([waiting], 1)[waiting].peak_bytes / WAITING / 1e3
        bars.append(Bar(f"waiting call over TLS, {WAITING} at once", kilobytes, 150, 100, "KB"))
    bars.append(Bar("broken calls classed right", classed_right(), len(CALLS), len(CALLS), "of 12", at_least=True))
    held = print_bars(bars)
    print(f"payload: {time.monotonic() - began:.0f} s")
    return held


def _one_reply(lab: Lab, rounds: int, *, tls: bool) -> list[Bar]:
    over = " over TLS" if tls else ""
    bars = []
    for size in (7, 24) if tls else PICTURE_MB:
        found = lab.measure([Case(way, _plain(size), tls=tls) for way in _WAYS], rounds)
        _print(f"reply{over}, {size} MB", found)
        figures = _by_way(found)
        bars.append(Bar(f"reply{over}, {size} MB: peak", figures["ours"].peak_megabytes, 1, 0.6, "MB"))
        if size > 1:
            bars += _cpu_bars(f"reply{over}, {size} MB", figures, must=2.0, reference=2.0 if tls else 1.5)
            bars.append(_less_than_naive(f"reply{over}, {size} MB", figures, must=4 if tls else 6))
    return bars


def _many_replies(lab: Lab, rounds: int) -> list[Bar]:
    bars = []
    for calls in MANY:
        for size in PICTURE_MB:
            ways = [way for way in _WAYS if way != "sdk"] if calls == 8 and size > 1 else ["ours"]
            found = lab.measure([Case(way, _plain(size), calls=calls) for way in ways], rounds)
            name = f"reply, {calls} × {size} MB at once"
            _print(name, found)
            figures = _by_way(found)
            bars.append(Bar(f"{name}: peak a call", figures["ours"].peak_megabytes, 1, 0.8, "MB"))
            if len(ways) > 1:
                bars += _cpu_bars(name, figures, must=2.5, reference=2.0)
                bars.append(_less_than_naive(name, figures, must=4))
    return bars


def _requests(lab: Lab, rounds: int) -> list[Bar]:
    bars = []
    for calls, ways in ((1, ("floor", "ours", "sdk", "naive")), (8, ("floor", "ours"))):
        cases = [Case(way, "plain-1000", kind="request", calls=calls) for way in ways]
        found = lab.measure(cases, rounds)
        name = f"request, {INPUTS} × 7 MB" + (f", {calls} at once" if calls > 1 else "")
        _print(name, found)
        figures = _by_way(found)
        bars.append(Bar(f"{name}: peak a call", figures["ours"].peak_megabytes, 1, 0.3, "MB"))
        ratio = figures["ours"].cpu_seconds / figures["floor"].cpu_seconds
        must, reference = (2.0, 1.5) if calls == 1 else (2.5, 2.0)
        bars.append(Bar(f"{name}: CPU", ratio, must, reference, "× floor"))
        if "naive" in figures:
            bars.append(_less_than_naive(name, figures, must=6))
    return bars


def _shapes(lab: Lab) -> list[Bar]:
    found = lab.measure([Case("ours", f"{shape}-7000000") for shape in SHAPES], 1)
    equal = 0
    print(f"\n{'shape, 7 MB':18} {'peak MB':>8} {'CPU ms':>8}  the same bytes")
    for shape, figures in zip(SHAPES, found.values(), strict=True):
        equal += figures.is_equal
        is_equal = "yes" if figures.is_equal else "NO"
        print(f"{shape:18} {figures.peak_megabytes:8.2f} {figures.cpu_seconds * 1e3:8.1f}  {is_equal}")
    peak = max(figures.peak_megabytes for figures in found.values())
    return [
        Bar("shapes that come back byte for byte", equal, len(SHAPES), len(SHAPES), f"of {len(SHAPES)}", at_least=True),
        Bar("shapes: highest peak", peak, 2, 1, "MB"),
    ]


def _cpu_bars(name: str, figures: dict[str, Figures], must: float, reference: float) -> list[Bar]:
    """Like with like: the work alone, and with the answer brought to the disk, as in production."""
    alone = figures["ours-unsynced"].cpu_seconds / figures["floor"].cpu_seconds
    synced = figures["ours"].cpu_seconds / figures["floor-synced"].cpu_seconds
    return [
        Bar(f"{name}: CPU", alone, must, reference, "× floor"),
        Bar(f"{name}: CPU, both with fsync", synced, must, reference, "× floor"),
    ]


def _less_than_naive(name: str, figures: dict[str, Figures], must: float) -> Bar:
    ratio = figures["naive"].cpu_seconds / figures["ours"].cpu_seconds
    return Bar(f"{name}: less CPU than the naive way", ratio, must, 8, "×", at_least=True)


def _print(title: str, found: Found) -> None:
    floor = next(iter(found.values())).cpu_seconds
    print(f"\n{title:34} {'peak MB a call':>14} {'CPU ms a call':>14} {'× floor':>8}")
    for case, figures in found.items():
        ratio = f"{figures.cpu_seconds / floor:8.2f}" if len(found) > 1 else ""
        each = figures.cpu_seconds / case.calls * 1e3
        unequal = "" if figures.is_equal else "  NOT THE SAME BYTES"
        print(f"  {case.way:32} {figures.peak_megabytes:14.2f} {each:14.1f} {ratio}{unequal}")


def _by_way(found: Found) -> dict[str, Figures]:
    return {case.way: figures for case, figures in found.items()}


def _plain(megabytes: int) -> str:
    return f"plain-{megabytes * 1_000_000}"
