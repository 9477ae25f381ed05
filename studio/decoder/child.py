"""One picture, in a process of its own that may do next to nothing and ends with it.

The picture is its standard input and the answer its standard output; beside them it may have one file for a copy, and
one that says how that is edited. It can open none, and so no connection either. Its memory and its time are bounded.
Whoever takes it over has a decoder's memory, and one picture.
"""

import io
import os
import resource
import signal
import struct
import sys
from collections.abc import Buffer
from dataclasses import asdict
from typing import Any, BinaryIO, NoReturn

import msgspec

from . import codec, edit, smaller, working
from .editing import Edit
from .facts import NotAPicture, PictureFacts, Task
from .limits import COPY_BYTES_MAX, CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS

LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_NOFILE, 0),  # what is open stays open, and nothing comes into the place of what is closed
    (resource.RLIMIT_FSIZE, COPY_BYTES_MAX),
    (resource.RLIMIT_CORE, 0),
)
_COPY, _EDIT = 3, 4


def live(task: Task, picture: int, answer: int, *beside: int) -> NoReturn:
    """What the fork does. Ends the process: with 0 when it has answered. The handles come in rising order."""
    code = 1
    try:
        os.dup2(picture, 0)
        os.dup2(answer, 1)
        for place, handle in enumerate(beside, start=_COPY):
            os.dup2(handle, place)
        os.closerange(_COPY + len(beside), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        signal.alarm(WALL_SECONDS)  # nobody hears it, so it ends the process, whatever the decoder is at
        for what, most in LIMITS:
            resource.setrlimit(what, (most, most))
        with io.BufferedReader(_Picture()) as file, open(1, "wb", closefd=False) as out:
            write_answer(file, task, out)
        code = 0
    except BaseException as error:  # noqa: BLE001  (there is nobody to raise it to)
        sys.stderr.write(f"decoder: {type(error).__name__}: {error}\n")
    finally:
        os._exit(code)


class _Picture(io.RawIOBase):
    """The standard input, read without moving it: whoever handed it over may be reading as well."""

    _at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: Buffer, /) -> int:
        count = os.preadv(0, [into], self._at)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(0).st_size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at


def write_answer(file: BinaryIO, task: Task, out: BinaryIO) -> None:
    """Four bytes of length, so much JSON, and behind it the thumbnails, one after the other."""
    head: dict[str, Any]
    small: list[bytes] = []
    copy: PictureFacts | None = None
    colour = ""
    try:
        facts = codec.facts_of(file)
        file.seek(0)
        if task.has_copy:
            file, copy = _copied(file, task)
        if task.edges:
            small, colour = codec.thumbnails(file, task.edges)
        sizes = [len(each) for each in small]
        head = {"facts": asdict(facts), "sizes": sizes, "colour": colour, "copy": copy and asdict(copy)}
    except NotAPicture as refusal:
        head, small = {"refused": refusal.code}, []
    encoded = msgspec.json.encode(head)
    for piece in (struct.pack(">I", len(encoded)), encoded, *small):
        out.write(piece)


def _copied(file: BinaryIO, task: Task) -> tuple[BinaryIO, PictureFacts]:
    """The copy, written where it goes. The thumbnails are made of it: so it can be decoded, and they show no more."""
    made = _made(file, task)
    with open(_COPY, "wb", closefd=False) as out:
        out.write(made.data)
    return io.BytesIO(made.data), made.facts


def _made(file: BinaryIO, task: Task) -> working.Encoded:
    if task.smaller:
        return smaller.smaller_copy(file, task.smaller)
    if task.edited_bytes_max:
        said = os.pread(_EDIT, os.fstat(_EDIT).st_size, 0)
        return edit.edited(file, msgspec.json.decode(said, type=Edit), task.edited_bytes_max)
    return working.working_copy(file)
