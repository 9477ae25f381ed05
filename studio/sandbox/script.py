"""Which behaviour a call takes: the script's next, else its header's, else its prompt's, else what chance has."""

import threading
from collections import Counter, deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from .behaviour import DELIVERED, Behaviour
from .scenario import from_header, from_prompt, from_script


class Script:
    """Thread-safe: the n-th call takes the n-th entry, in the order in which calls arrive."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Behaviour] = deque()
        self._calls: Counter[str] = Counter()
        if file is not None:
            self.set(msgspec.json.decode(file.read_bytes()))

    def set(self, entries: Iterable[Any]) -> int:
        """Put these behaviours in the place of all that are left; how many there are now."""
        behaviours = from_script(entries)
        with self._lock:
            self._entries = deque(behaviours)
        return len(behaviours)

    def reset(self) -> None:
        with self._lock:
            self._entries.clear()
            self._calls.clear()

    def next(self) -> Behaviour | None:
        """Takes an entry; called once for each call, when it arrives."""
        with self._lock:
            return self._entries.popleft() if self._entries else None

    def choose(self, scripted: Behaviour | None, header: str, prompt: str, otherwise: Behaviour) -> Behaviour:
        """Raises `UnknownBehaviour` when the header means nothing."""
        chosen = scripted or (from_header(header) if header else from_prompt(prompt)) or otherwise
        if chosen.times is None:
            return chosen
        with self._lock:
            self._calls[prompt] += 1
            is_over = self._calls[prompt] > chosen.times
        if not is_over:
            return chosen
        return msgspec.structs.replace(DELIVERED, png=chosen.png, delay=chosen.delay, pixels=chosen.pixels)
