"""What a piece of work costs its process: CPU seconds and the memory it needed on top. Linux alone tells the latter."""

import gc
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def resident_bytes(process: int | str = "self") -> int:
    """What this process, or the one with that id, holds in memory now."""
    return _kilobytes("VmRSS", process) * 1024


def cpu_seconds_of(process: int) -> float:
    """User and system time of another process so far, all threads together, in the kernel's steps of 10 ms."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def precise_cpu_seconds_of(process: int) -> float:
    """The same of its first thread alone, to the nanosecond."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


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


def _kilobytes(name: str, process: int | str = "self") -> int:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
