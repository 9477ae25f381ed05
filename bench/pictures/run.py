"""Every way to write a picture anew without losing a pixel, beside leaving it as it came."""

import io
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageChops

from studio.decoder.working import working_copy

from ..bars import Bar, print_bars
from .samples import Sample, samples

EDGE, QUICK_EDGE = 1_600, 800
COPY_SECONDS_MUST, COPY_SECONDS_REFERENCE = 0.5, 0.1
GROWTH_MUST = 0.0
PAYS: Final = 2.0
"""Megabytes saved by each second of the processor. Below it a studio of two processors is kept busier by writing files
anew than a line of some Mbit/s is by sending what would be saved."""

type Way = Callable[[Image.Image], bytes]


def run(quick: bool) -> bool:
    """Print a line for each kind of file and each way; True when the bars of the working copy hold."""
    every = list(samples(QUICK_EDGE if quick else EDGE))
    print(f"pictures: {len(every)} files, long side {QUICK_EDGE if quick else EDGE}; all ways keep every pixel\n")
    print(f"{'files':24}{'way':18}{'before':>9}{'saved':>9}{'CPU':>8}{'saved per CPU second':>22}")
    for group, members in _grouped(every).items():
        for name, way in WAYS.items():
            if name.startswith("JPEG") == (members[0].written == "JPEG"):
                _print_line(group, name, way, members)
    return print_bars(_bars(every))


def _grouped(every: list[Sample]) -> dict[str, list[Sample]]:
    groups: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in every:
        written = "JPEG" if sample.written == "JPEG" else f"PNG {sample.written}"
        groups[f"{sample.kind}, {written}"].append(sample)
    return groups


def _print_line(group: str, name: str, way: Way, members: list[Sample]) -> None:
    before = saved = 0
    seconds = 0.0
    for sample in members:
        data = sample.data
        image = Image.open(io.BytesIO(data))
        image.load()
        began = time.process_time()
        written = way(image)
        seconds += time.process_time() - began
        assert ImageChops.difference(image, Image.open(io.BytesIO(written)).convert("RGB")).getbbox() is None, name
        before += len(data)
        saved += len(data) - len(written)
    rate = saved / seconds / 1e6
    word = "pays" if rate >= PAYS else ""
    share = 100 * saved / before
    print(f"{group:24}{name:18}{before / 1e6:6.1f} MB{share:7.1f} %{seconds:6.2f} s{rate:17.2f} MB/s  {word}")


def _png(level: int) -> Way:
    return lambda image: _saved(image, "PNG", compress_level=level)


def _webp(method: int, effort: int) -> Way:
    return lambda image: _saved(image, "WEBP", lossless=True, method=method, quality=effort, exact=True)


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind, **how)
    return kept.getvalue()


WAYS: Final[dict[str, Way]] = {
    "PNG, level 6": _png(6),
    "PNG, level 9": _png(9),
    "WebP, quickly": _webp(0, 0),
    "WebP, usually": _webp(4, 75),
    "JPEG to WebP": _webp(2, 40),
}


def _bars(every: list[Sample]) -> list[Bar]:
    """What everybody pays who brings something in: the working copy as it is made."""
    worst_seconds, worst_growth = 0.0, 0.0
    for sample in every:
        data = sample.data
        began = time.process_time()
        made = working_copy(io.BytesIO(data))
        worst_seconds = max(worst_seconds, time.process_time() - began)
        worst_growth = max(worst_growth, (len(made.data) - len(data)) / len(data))
    return [
        Bar("working copy, slowest file", worst_seconds, COPY_SECONDS_MUST, COPY_SECONDS_REFERENCE, "CPU s"),
        Bar("working copy, largest growth", 100 * worst_growth, GROWTH_MUST, GROWTH_MUST, "%"),
    ]
