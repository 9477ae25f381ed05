"""What the studio asks about a picture; the answer comes from a process that cannot do anything with it.

A picture that its decoder dies of is unreadable: tried twice, since a process can be killed for other reasons as well.
"""

import logging
import os
import re
import select
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import UnsupportedOperation
from itertools import accumulate, pairwise
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from . import deaths, keeper
from .editing import Edit
from .facts import EDGES, THUMBNAIL_EDGE, DecoderAway, Examined, NotAPicture, PictureFacts, Smaller, Task
from .limits import ANSWER_BYTES_MAX, NOT_BEGUN, TASK_BYTES, WALL_SECONDS

logger = logging.getLogger(__name__)
_A_COLOUR: Final = re.compile("#[0-9a-f]{6}")
_GRACE_SECONDS: Final = 5
_AT_ONCE: Final = threading.BoundedSemaphore(min(4, os.cpu_count() or 1))
"""Pictures that are decoded at the same time. More would take memory, and no less time."""


def facts_of(file: BinaryIO | Path) -> PictureFacts:
    """Read from the header, without decoding. Raises `NotAPicture`, or `DecoderAway`."""
    return examine(file, edges=()).facts


def thumbnail(file: BinaryIO | Path, *, edge: int = THUMBNAIL_EDGE) -> bytes:
    """A WebP of at most `edge` pixels on the long side, upright, without metadata. Raises as `facts_of`."""
    return examine(file, edges=(edge,)).thumbnails[0]


def examine(file: BinaryIO | Path, *, edges: tuple[int, ...] = EDGES) -> Examined:
    """Facts and thumbnails of the whole file, wherever it has been read to. Raises `NotAPicture`, or `DecoderAway`."""
    return _examined(Task(edges), file)


def copy_clean(file: BinaryIO | Path, into: BinaryIO, *, edges: tuple[int, ...] = EDGES) -> Examined:
    """As `examine`, of the working copy, which is written into the empty file `into`; that ends up read from its start.

    Upright, in sRGB, eight bits, the first frame, nothing beside the pixels; without loss wherever the file allows.
    """
    return _examined(Task(edges, has_copy=True), file, into)


def copy_smaller(file: BinaryIO | Path, into: BinaryIO, wish: Smaller, *, edges: tuple[int, ...] = EDGES) -> Examined:
    """As `copy_clean`, of a smaller copy. Raises `NotAPicture` with `no_smaller` too."""
    return _examined(Task(edges, has_copy=True, smaller=wish), file, into)


def copy_edited(
    file: BinaryIO | Path, into: BinaryIO, edit: Edit, *, bytes_max: int, edges: tuple[int, ...] = EDGES
) -> Examined:
    """As `copy_clean`, of an edited copy: without loss where that fits into `bytes_max`.

    Raises `NotAPicture` with `outside` and `no_letters` too.
    """
    with tempfile.TemporaryFile(prefix="nb-edit-") as said:
        said.write(msgspec.json.encode(edit))
        said.flush()
        return _examined(Task(edges, has_copy=True, edited_bytes_max=bytes_max), file, into, said)


def _examined(
    task: Task, file: BinaryIO | Path, into: BinaryIO | None = None, said_beside: BinaryIO | None = None
) -> Examined:
    said = msgspec.json.encode(task).ljust(TASK_BYTES)
    with _handle_of(file) as picture, _AT_ONCE:
        for _ in range(2):
            beside = [each.fileno() for each in (into, said_beside) if each is not None]
            if examined := _understood(_asked(said, picture, *beside)):
                if into is not None:
                    into.seek(0)
                return examined
            if into is not None:
                into.seek(0)
                into.truncate()
            logger.error("a decoder died of a picture")
            deaths.tell("died")
    raise NotAPicture("unreadable")


def _understood(answer: bytes) -> Examined | None:
    """What was found out; None when the decoder died before it had said all of it."""
    if answer.startswith(NOT_BEGUN):
        raise DecoderAway(answer[1:].decode("utf-8", "replace"))
    length = int.from_bytes(answer[:4])
    at = 4 + length
    if not answer or len(answer) < at:
        return None
    head = msgspec.json.decode(answer[4:at])
    if code := head.get("refused"):
        raise NotAPicture(code)
    if len(answer) != at + sum(head["sizes"]):
        return None
    ends = [at + end for end in accumulate(head["sizes"], initial=0)]
    copy = PictureFacts(**head["copy"]) if head.get("copy") else None
    small = tuple(answer[i:j] for i, j in pairwise(ends))
    return Examined(PictureFacts(**head["facts"]), small, copy, _colour(head["colour"]))


def _colour(said: object) -> str:
    """It ends up in a page, so what a decoder says is not taken on trust."""
    return said if isinstance(said, str) and _A_COLOUR.fullmatch(said) else ""


def _asked(task: bytes, picture: int, *beside: int) -> bytes:
    """The whole answer; empty when the decoder died before it had one."""
    reader, writer = os.pipe()
    try:
        try:
            keeper.send(task, picture, writer, *beside)
        finally:
            os.close(writer)
        return _read_whole(reader)
    finally:
        os.close(reader)


def _read_whole(reader: int) -> bytes:
    """Until the other side has closed it. A child that hangs is ended by its own alarm before we give up."""
    ends_at = time.monotonic() + WALL_SECONDS + _GRACE_SECONDS
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    answer = bytearray()
    while poll.poll(max(0.0, ends_at - time.monotonic()) * 1000):
        piece = os.read(reader, 1 << 16)
        answer += piece
        if not piece:
            return bytes(answer)
        if len(answer) > ANSWER_BYTES_MAX:
            return b""  # no decoder of ours: it goes when it finds that nobody listens
    deaths.tell("hung")
    raise DecoderAway("the decoder does not come to an end")


@contextmanager
def _handle_of(file: BinaryIO | Path) -> Iterator[int]:
    """A handle of the kernel's. What is only in memory is written to a file first; where a file stands, it stays."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            yield opened.fileno()
        return
    try:
        file.flush()
        yield file.fileno()
    except UnsupportedOperation:
        with tempfile.TemporaryFile(prefix="nb-picture-") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            yield copy.fileno()
