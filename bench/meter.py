"""What a piece of work costs its process: CPU seconds and the memory it needed on top. Linux alone tells the latter."""

import gc
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def resident_bytes() -> int:
    """What this process holds in memory now."""
    return _kilobytes("VmRSS") * 1024


class Meter:
    """A context manager. Afterwards `cpu_seconds` (user and system, all threads) and `peak_bytes` above the start."""

    cpu_seconds = 0.0
    peak_bytes = 0

    def __enter__(self) -> Self:
        gc.collect()
        _CLEAR_REFS.write_text(_RESET_PEAK)
        self._resident = resident_bytes()
        self._cpu = time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cpu_seconds = time.process_time() - self._cpu
        self.peak_bytes = max(_kilobytes("VmHWM") * 1024 - self._resident, 0)


def _kilobytes(name: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
