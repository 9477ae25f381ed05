"""How much memory processes hold over time, and whether that grows."""

import statistics
from collections.abc import Mapping, Sequence

from ..meter import resident_bytes

WARM_UP = 0.25
"""This share of the time caches fill and threads are made: what grows then says nothing."""


class Memory:
    """Samples of some processes, by name."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = processes
        self.bytes: dict[str, list[int]] = {name: [] for name in processes}

    def sample(self) -> None:
        for name, process in self._processes.items():
            self.bytes[name].append(resident_bytes(process))

    def drift(self, name: str) -> float:
        """By which share it grew after the warm-up, from the first third of that time to its last."""
        return drift(self.bytes[name])


def drift(samples: Sequence[float]) -> float:
    """Of one process. The middle of a third: a picture that is just being read is none of its growth."""
    steady = samples[int(len(samples) * WARM_UP) :]
    third = max(1, len(steady) // 3)
    return statistics.median(steady[-third:]) / statistics.median(steady[:third]) - 1
