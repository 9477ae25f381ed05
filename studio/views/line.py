"""How the queue looks to those who wait in it: each one's place, or what keeps it from being sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Self

from ..jobs.gate import Gate, gates
from ..jobs.line import whole_line
from ..models import Generation, Status
from .waits import Wait, wait_of

LOOKED_AT: Final = 500
"""How far back in the queue a place is counted; nobody reads "the 731st in line" anyway."""


class Line:
    """The line at one moment, for some generations that may wait in it."""

    def __init__(self, places: dict[int, int], gates: dict[str, Gate], now: datetime) -> None:
        self._places = places
        self._gates = gates
        self._now = now

    @classmethod
    def of(cls, generations: Iterable[Generation], now: datetime) -> Self:
        """Over the whole studio, in the order of sending. No query when none of them waits."""
        if not any(generation.status == Status.QUEUED for generation in generations):
            return cls({}, {}, now)
        return cls(
            {key: place for place, key in enumerate(whole_line(LOOKED_AT), start=1)}, gates(now, count_calls=False), now
        )

    def place(self, generation: Generation) -> int | None:
        """Counted from 1; None for what does not wait, or waits far back."""
        return self._places.get(generation.pk) if generation.status == Status.QUEUED else None

    def wait(self, generation: Generation) -> Wait | None:
        """What keeps it from being sent, beside its place."""
        if generation.status != Status.QUEUED:
            return None
        return wait_of(generation, self._gates.get(generation.run.model_key), self._now)

    def stamp(self, generation: Generation) -> str:
        """Differs whenever the frame would look different: the poller compares it."""
        return stamp_of(generation, self.place(generation), self.wait(generation))


def stamp_of(generation: Generation, place: int | None, wait: Wait | None) -> str:
    """`2`, `0-3` for the third in line, `1-0-3735928559` for what waits for something else."""
    if wait:
        return f"{generation.revision}-0-{wait.stamp}"
    return f"{generation.revision}-{place}" if place else f"{generation.revision}"
