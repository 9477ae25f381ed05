"""What a measuring process is told, and what it says."""

import msgspec


class Task(msgspec.Struct, frozen=True):
    """`way` is a module of this package, or `ours-unsynced` or `floor-synced`. `files` are what a request sends."""

    way: str
    kind: str  # reply, request or waiting
    answer: str
    url: str
    directory: str
    calls: int = 1
    files: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """For all calls together; `is_equal` says that every picture came back byte for byte."""

    cpu_seconds: float
    peak_bytes: int
    is_equal: bool = True
