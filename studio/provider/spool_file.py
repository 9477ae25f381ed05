"""Files of the spool: written through a buffer, on a disk that may fill up while a paid answer is coming in."""

import contextlib
import errno
import io
import os
import shutil
from collections.abc import Buffer
from pathlib import Path
from typing import Final

BUFFER_BYTES: Final = 256 * 1024
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class SpoolFull(OSError):
    """The disk of the spool has no room for an answer."""


class Ballast:
    """Space set aside before a call is sent, and given back at the moment the disk is full."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        """Raises `SpoolFull` when the disk has not that much."""
        self._path = path
        check_room(path.parent, size_bytes)
        with path.open("xb") as file:
            if size_bytes and hasattr(os, "posix_fallocate"):  # macOS has none: there the check has to do
                try:
                    os.posix_fallocate(file.fileno(), 0, size_bytes)
                except OSError as error:
                    if error.errno in _FULL:
                        raise SpoolFull(str(error)) from error
                    # A file system without this call: the check has to do there too.

    def release(self) -> bool:
        """Give the space back. False when that was done before."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True


def check_room(directory: Path, size_bytes: int) -> None:
    """Raises `SpoolFull` unless the disk has room for so many bytes more."""
    free = shutil.disk_usage(directory).free
    if free < size_bytes:
        raise SpoolFull(f"{free} bytes free in the spool, {size_bytes} needed")


class _Unsinkable(io.FileIO):
    """Throws the ballast overboard when the disk is full, and writes on."""

    def __init__(self, path: Path, ballast: Ballast) -> None:
        super().__init__(path, "xb")
        self._ballast = ballast

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            if not self._ballast.release():
                raise SpoolFull(str(error)) from error
            return super().write(data)


def open_new(path: Path, ballast: Ballast, buffer_bytes: int = BUFFER_BYTES) -> io.BufferedWriter:
    """A new file to append to. Large writes are what makes an answer cheap: every TLS record alone has 16 KiB."""
    return io.BufferedWriter(_Unsinkable(path, ballast), buffer_bytes)


def close_quietly(file: io.BufferedWriter) -> None:
    """Close a file that is given up: what its buffer still holds may be lost."""
    with contextlib.suppress(OSError):
        file.close()


def sync(path: Path) -> None:
    """Make a file or a folder outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
