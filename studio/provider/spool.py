"""Where an answer is kept from its first byte until its pictures are stored: one folder for each attempt.

    <attempt>.partial/     while the answer is coming in
    <attempt>.answer/      the whole answer; the folder was renamed at once, after everything in it had reached the disk
        head.json          status and the few headers we keep, written the moment they are known
        document.json      the JSON without its pictures, or whatever else the body was
        part-0.bin …       the pictures, decoded; part-0.raw when it was no Base64, or is a long signature
        evidence.json      the evidence of the call
        reader-…           somebody reads it, or died of it

A worker that dies leaves one of the two behind, and the next one knows what may have been paid for. Nothing that
is needed to send again is kept here: no key, no cookie, no request.
"""

import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from .evidence import Evidence
from .part import Part
from .spool_file import Ballast, SpoolFull, check_room, close_quietly, open_new, sync

__all__ = ["PartialAnswer", "Spool", "SpoolFull", "SpoolWriter", "SpooledAnswer"]

HEAD: Final = "head.json"
EVIDENCE: Final = "evidence.json"
_READER: Final = "reader-"
RESERVE_BYTES: Final = 32 * 1024 * 1024
"""Set aside for each answer before it is asked for: a 4K picture has up to 18 MB, decoded."""
_ATTEMPT_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Head(msgspec.Struct, frozen=True):
    """What `head.json` holds. `token` begins every mark in the document of the same answer."""

    status: int
    headers: dict[str, str]
    token: str


class SpoolWriter:
    """Takes one answer in. A context manager that closes its files; only `complete` makes the answer whole."""

    def __init__(self, partial: Path, whole: Path, reserve_bytes: int) -> None:
        partial.mkdir(mode=0o700)
        self._partial = partial
        self._whole = whole
        self.token = f"part-{secrets.token_hex(8)}"
        """What the marks in the document begin with. Random, so that no model can write one."""
        try:
            self._ballast = Ballast(partial / "ballast", reserve_bytes)
            self._document = open_new(partial / "document.json", self._ballast, buffer_bytes=8 * 1024)
        except OSError:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        self._parts: list[Part] = []

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Put the status on the disk, for good, before anything else of the answer is read."""
        path = self._partial / HEAD
        self._write(path, Head(status, dict(headers), self.token))
        sync(path)

    def document(self, data: bytes) -> None:
        self._document.write(data)

    def open_part(self) -> Part:
        """The sink for the next picture."""
        return self._open(is_text=False)

    def open_text(self) -> Part:
        """The sink for the next long string that is no picture."""
        return self._open(is_text=True)

    def _open(self, *, is_text: bool) -> Part:
        part = Part(self._partial, len(self._parts), self._ballast, is_text=is_text)
        self._parts.append(part)
        return part

    @property
    def images_seen(self) -> int:
        return sum(part.is_picture for part in self._parts)

    def complete(self, evidence: Evidence) -> None:
        """Everything is here: bring it to the disk, and give the folder its final name. Raises OSError."""
        self._ballast.release()
        self._document.close()
        self._write(self._partial / EVIDENCE, evidence)
        for path in self._partial.iterdir():
            if path.name != HEAD:  # it has been there since it was known
                sync(path)
        sync(self._partial)
        self._partial.rename(self._whole)
        sync(self._whole.parent)

    def discard(self) -> None:
        """Nothing was sent, or nothing came back: leave no trace."""
        self.close()
        shutil.rmtree(self._partial, ignore_errors=True)

    def close(self) -> None:
        """Close the files; an answer that is not complete stays, as far as it got."""
        for part in self._parts:
            part.close()
        close_quietly(self._document)
        with suppress(OSError):
            self._ballast.release()

    def _write(self, path: Path, value: object) -> None:
        with open_new(path, self._ballast) as file:
            file.write(msgspec.json.encode(value))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class PartialAnswer:
    """What a call left that did not end: `status` is None when not even the status line came."""

    status: int | None
    headers: Mapping[str, str]
    size_bytes: int
    images_seen: int


@dataclass(frozen=True, slots=True)
class SpooledAnswer:
    """A whole answer on the disk. Its files stay until `Spool.forget`."""

    directory: Path
    head: Head

    @property
    def document_path(self) -> Path:
        return self.directory / "document.json"

    def part(self, number: int) -> Path | None:
        """The decoded part of that number; None when it was no Base64."""
        path = self.directory / f"part-{number}.bin"
        return path if path.is_file() else None

    def raw_part(self, number: int) -> Path | None:
        """The text of a part that was no Base64, or no picture."""
        path = self.directory / f"part-{number}.raw"
        return path if path.is_file() else None

    def text(self, value: str) -> str:
        """A string of the document as the model wrote it: where a long signature left its mark, the signature."""
        token, _, number = value.rpartition("-")
        path = self.raw_part(int(number)) if token == self.head.token and number.isdecimal() else None
        return path.read_bytes().decode("utf-8", "replace") if path else value

    @contextmanager
    def being_read(self) -> Iterator[int]:
        """Leave a trace for as long as somebody reads; how many left one and never came back.

        An answer that kills whoever reads it, by its size or by a bug of a decoder, would else kill for ever.
        """
        lost = sum(1 for _ in self.directory.glob(f"{_READER}*"))
        trace = self.directory / f"{_READER}{secrets.token_hex(4)}"
        with suppress(OSError):  # on a full disk it is read without a trace
            trace.touch(exist_ok=False)
        try:
            yield lost
        finally:
            trace.unlink(missing_ok=True)

    def forget_lost_readers(self) -> None:
        """Whoever asks for another look gives it as many lives again."""
        for trace in self.directory.glob(f"{_READER}*"):
            trace.unlink(missing_ok=True)

    @property
    def evidence(self) -> Evidence:
        """The evidence of the call, as it was when the answer was whole: what a worker needs to settle it later."""
        return msgspec.json.decode((self.directory / EVIDENCE).read_bytes(), type=Evidence)


class Spool:
    """The folder of all answers of one worker machine. Made when it is first needed."""

    def __init__(self, root: Path, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._root = root
        self._reserve_bytes = reserve_bytes

    def open(self, attempt_id: str) -> SpoolWriter:
        """Begin an answer. Raises `SpoolFull`, or FileExistsError when this attempt has been begun before."""
        self._make_root()
        whole = self._path(attempt_id, "answer")
        if whole.exists():
            raise FileExistsError(f"attempt {attempt_id} has its answer")
        return SpoolWriter(self._path(attempt_id, "partial"), whole, self._reserve_bytes)

    def answer(self, attempt_id: str) -> SpooledAnswer | None:
        """The whole answer, if there is one."""
        directory = self._path(attempt_id, "answer")
        if not directory.is_dir():
            return None
        head = _read_head(directory)
        assert head is not None, "an answer is renamed only after its head was written"
        return SpooledAnswer(directory, head)

    def partial(self, attempt_id: str) -> PartialAnswer | None:
        """What there is of an answer that never became whole."""
        directory = self._path(attempt_id, "partial")
        if not directory.is_dir():
            return None
        head = _read_head(directory)
        sizes = {path.name: path.stat().st_size for path in directory.iterdir() if path.name != "ballast"}
        pictures = sum(name.endswith(".bin") and size > 0 for name, size in sizes.items())
        if head is None:
            return PartialAnswer(None, {}, sum(sizes.values()), pictures)
        return PartialAnswer(head.status, head.headers, sum(sizes.values()), pictures)

    def forget(self, attempt_id: str) -> None:
        """Remove whatever there is of this attempt. Harmless to repeat."""
        for kind in ("partial", "answer"):
            shutil.rmtree(self._path(attempt_id, kind), ignore_errors=True)

    def reserve(self, size_bytes: int) -> None:
        """Raises `SpoolFull` unless an answer of that size still fits; `open` then holds its share of the disk."""
        self._make_root()
        check_room(self._root, size_bytes)

    def attempt_ids(self) -> tuple[str, ...]:
        """Every attempt that left anything here."""
        return self._ids(".partial", ".answer")

    def answer_ids(self) -> tuple[str, ...]:
        """Every attempt whose answer is here, whole."""
        return self._ids(".answer")

    def size_bytes(self) -> int:
        """What all answers take on the disk, whole or not. One that goes meanwhile is not counted."""
        total = 0
        for attempt_id in self.attempt_ids():
            for kind in ("partial", "answer"):
                with suppress(FileNotFoundError):
                    total += sum(file.stat().st_size for file in self._path(attempt_id, kind).iterdir())
        return total

    def age_seconds(self, attempt_id: str) -> float:
        """How long ago anything was written for that attempt, by this machine's own clock, which dates its files."""
        folders = [self._root / f"{attempt_id}.{kind}" for kind in ("partial", "answer")]
        changed_at = max((folder.stat().st_mtime for folder in folders if folder.exists()), default=0)
        return time.time() - changed_at

    def _ids(self, *kinds: str) -> tuple[str, ...]:
        if not self._root.is_dir():
            return ()
        return tuple(sorted({path.stem for path in self._root.iterdir() if path.suffix in kinds}))

    def _make_root(self) -> None:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, attempt_id: str, kind: str) -> Path:
        if not _ATTEMPT_ID.fullmatch(attempt_id):
            raise ValueError(f"no id of an attempt: {attempt_id!r}")
        return self._root / f"{attempt_id}.{kind}"


def _read_head(directory: Path) -> Head | None:
    """None when it is not there, or when the worker died while it wrote it: then no one has acted on it either."""
    try:
        return msgspec.json.decode((directory / HEAD).read_bytes(), type=Head)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
