"""Faults by chance, and yet the same ones again: the n-th call meets the fault that the seed has for it.

Only calls that nothing else was said about meet one. Run the same commit with the same seed and the same order of
calls, and a failure happens again.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from .behaviour import DELIVERED, Behaviour, UnknownBehaviour
from .chance import seeded
from .scenario import from_header

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "status:429": 6,
        "status:503": 4,
        "status:500": 2,
        "status:502": 2,
        "status:504": 1,
        "write_response_body_failed": 1,
        "text_refusal": 3,
        "finish:IMAGE_SAFETY": 2,
        "no_image": 1,
        "null_candidates": 1,
        "drafts": 1,
        "bad_base64": 1,
        "empty_body": 1,
        "html": 1,
        "cut": 2,
        "reset": 2,
        "tail_close": 1,
    }
)
"""Used without a file. Nothing among them waits, so that a long run stays short."""


class Faults:
    """Thread-safe. `rate` is the share of calls that meet one; None leaves all to the weights.

    Raises `UnknownBehaviour` for weights that mean nothing.
    """

    def __init__(self, seed: int, rate: float | None, weights: Mapping[str, float]) -> None:
        if not weights or min(weights.values()) < 0 or not sum(weights.values()):
            raise UnknownBehaviour("faults have weights, none below zero and one above it")
        self._behaviours = [from_header(name) for name in weights]
        self._weights = list(weights.values())
        self._seed = seed
        self._rate = rate
        self._lock = threading.Lock()
        self._calls = 0

    def next(self) -> Behaviour:
        """What the call that arrives now meets."""
        with self._lock:
            self._calls += 1
            chance = seeded(self._seed, "fault", self._calls)
        if self._rate is not None and chance.random() >= self._rate:
            return DELIVERED
        return chance.choices(self._behaviours, self._weights)[0]

    def reset(self) -> None:
        """Count the calls from the first again."""
        with self._lock:
            self._calls = 0


def faults(seed: int, rate: float | None, file: Path | None) -> Faults:
    """From the command line. Neither a rate nor a file: nothing goes wrong. Raises `UnknownBehaviour`."""
    if file is not None:
        return Faults(seed, rate, msgspec.json.decode(file.read_bytes(), type=dict[str, float]))
    return Faults(seed, rate or 0.0, WEIGHTS)
