"""What every kept picture has, whoever it came from: where it lies, and what lies there."""

from typing import NamedTuple


class Stored(NamedTuple):
    """One object of the storage. `size_bytes` and `sha256` (64 hex characters) are of its bytes."""

    key: str
    mime_type: str
    size_bytes: int
    sha256: str
