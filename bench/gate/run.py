"""A picture of 4K through the gate, by a decoder that waits and by one started for it; and all that is refused."""

import io
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from PIL import Image

from studio.decoder import NotAPicture, examine, facts_of, keeper
from tests.badinputs.pictures import ACCEPTED, PICTURES
from tests.storage import samples

from ..bars import Bar, print_bars

EDGE: Final = 4096
TIMES, TIMES_QUICK = 9, 3
SECONDS_MUST, SECONDS_REFERENCE = 0.4, 0.2
WHOLE_MUST, WHOLE_REFERENCE = 1.0, 0.5
"""With its thumbnails, which every pixel has to be read for."""
REFUSED_MUST, REFUSED_REFERENCE = 1.0, 0.3


def run(quick: bool) -> bool:
    """Print the figures; True when every bar held."""
    times = TIMES_QUICK if quick else TIMES
    bars: list[Bar] = []
    for kind, how in (("JPEG", {"quality": 95}), ("PNG", {"compress_level": 1})):
        data = _picture(kind, **how)
        _known(data)  # a decoder waits from here on
        waiting = _median(times, partial(_known, data))
        started = _median(times, partial(_known_anew, data))
        whole = _median(times, partial(_whole, data))
        print(
            f"gate: {kind} of {EDGE} x {EDGE}, {len(data) / 1e6:.1f} MB: known after {waiting:.2f} s,"
            f" by a decoder started for it {started:.2f} s, with its thumbnails {whole:.2f} s"
        )
        bars += [
            Bar(f"{kind} of 4K is known", waiting, SECONDS_MUST, SECONDS_REFERENCE, "s"),
            Bar(f"{kind} of 4K, by a decoder started for it", started, SECONDS_MUST, SECONDS_REFERENCE, "s"),
            Bar(f"{kind} of 4K, with thumbnails", whole, WHOLE_MUST, WHOLE_REFERENCE, "s"),
        ]
    bars.append(_refusals())
    return print_bars(bars)


def _refusals() -> Bar:
    """Of all bad pictures that the tests know, each asked once: the slowest."""
    took: dict[str, float] = {}
    for bad in (bad for bad in PICTURES if bad.verdict != ACCEPTED):
        began = time.monotonic()
        try:
            examine(io.BytesIO(bad.data))
        except NotAPicture:
            took[str(bad)] = time.monotonic() - began
        else:
            raise AssertionError(f"{bad} was let in")
    slowest = max(took, key=lambda name: took[name])
    print(f"gate: {len(took)} bad pictures refused, the slowest {slowest}")
    return Bar("a bad picture is refused, the slowest", took[slowest], REFUSED_MUST, REFUSED_REFERENCE, "s")


def _known(data: bytes) -> None:
    facts_of(io.BytesIO(data))


def _known_anew(data: bytes) -> None:
    keeper.dismiss()
    facts_of(io.BytesIO(data))


def _whole(data: bytes) -> None:
    examine(io.BytesIO(data))


def _median(times: int, act: Callable[[], object]) -> float:
    def once() -> float:
        began = time.monotonic()
        act()
        return time.monotonic() - began

    return statistics.median(once() for _ in range(times))


def _picture(kind: str, **how: int) -> bytes:
    """A photograph, as large as the models make them."""
    photo = Image.open(samples.ROOT / "demo/photos/raccoon.jpg").convert("RGB").resize((EDGE, EDGE))
    written = io.BytesIO()
    photo.save(written, kind, **how)
    return written.getvalue()
