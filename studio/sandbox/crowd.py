"""How many calls one key may have under way with one model at the same time."""

import threading
from collections import Counter

from .errors import Refused, gateway_error

type Place = tuple[str, str]
"""A key and a model."""

LIMIT_OF_THE_GATEWAY = 30
"""Printed both as "30 concurrent" and as "30 per second", for each key and model; other pages know of no limit."""


class Crowd:
    """Thread-safe. A limit of 0 is none."""

    def __init__(self, limit: int = 0) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._under_way: Counter[Place] = Counter()

    def enter(self, place: Place) -> None:
        """Raises `Refused` when all places are taken."""
        with self._lock:
            if self._limit and self._under_way[place] >= self._limit:
                message = f"This key has {self._limit} calls under way, try again later (sandbox)"
                raise Refused(429, gateway_error(message, "rate_limit_exceeded"))
            self._under_way[place] += 1

    def leave(self, place: Place) -> None:
        with self._lock:
            self._under_way[place] -= 1
