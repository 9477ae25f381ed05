"""One picture, in a process of its own that may do next to nothing and ends with it.

The picture is its standard input and the answer its standard output; it can open no third file, and so no connection
either. Its memory and its time are bounded. Whoever takes it over has a decoder's memory, and one picture.
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

from . import codec
from .facts import NotAPicture
from .limits import ANSWER_BYTES_MAX, CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS

LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_NOFILE, 3),
    (resource.RLIMIT_FSIZE, ANSWER_BYTES_MAX),
    (resource.RLIMIT_CORE, 0),
)


def live(picture: int, answer: int, edges: tuple[int, ...]) -> NoReturn:
    """What the fork does. Ends the process: with 0 when it has answered."""
    code = 1
    try:
        os.dup2(picture, 0)
        os.dup2(answer, 1)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        signal.alarm(WALL_SECONDS)  # nobody hears it, so it ends the process, whatever the decoder is at
        for what, most in LIMITS:
            resource.setrlimit(what, (most, most))
        with io.BufferedReader(_Picture()) as file, open(1, "wb", closefd=False) as out:
            write_answer(file, edges, out)
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


def write_answer(file: BinaryIO, edges: tuple[int, ...], out: BinaryIO) -> None:
    """Four bytes of length, so much JSON, and behind it the thumbnails, one after the other."""
    head: dict[str, Any]
    small: list[bytes] = []
    try:
        facts = codec.facts_of(file)
        file.seek(0)
        small = codec.thumbnails(file, edges) if edges else []
        head = {"facts": asdict(facts), "sizes": [len(each) for each in small]}
    except NotAPicture as refusal:
        head, small = {"refused": refusal.code}, []
    encoded = msgspec.json.encode(head)
    for piece in (struct.pack(">I", len(encoded)), encoded, *small):
        out.write(piece)
