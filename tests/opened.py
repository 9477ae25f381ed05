"""What this very process has open, as the kernel tells."""

from pathlib import Path

import pytest

_HANDLES = Path("/proc/self/fd")
linux = pytest.mark.skipif(not _HANDLES.exists(), reason="only Linux tells what is open")


def open_below(folder: Path) -> list[str]:
    """The open files in this folder."""
    found = []
    for handle in _HANDLES.iterdir():
        try:
            found.append(str(handle.readlink()))
        except FileNotFoundError:
            continue  # that of the listing itself
    return [path for path in found if path.startswith(str(folder))]
