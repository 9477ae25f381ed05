"""One long string of an answer on its way to the disk; a picture is decoded as it passes.

`part-N.cut` while it grows; `part-N.bin` when it ended and was valid Base64; when it was not, or is no picture at all,
`part-N.raw`: the text as it came but for line breaks. So a file named `.bin` is never half a picture.
"""

import binascii
import re
from pathlib import Path
from typing import Final

import pybase64

from .spill import AnswerTooLarge
from .spool_file import Ballast, close_quietly, open_new

PART_BYTES_MAX: Final = 160_000_000
_PIECE_BYTES: Final = 48 * 1024
_PREFIX: Final = re.compile(rb"data:[^,]{0,200};base64,")
_PREFIX_BYTES_MAX: Final = 256
_URL_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")


class Part:
    """A `spill.Sink` that decodes. `is_picture` once it has ended, was valid and held anything.

    `is_text` says that it is none: it is kept byte for byte, although it may look like Base64.
    """

    def __init__(self, directory: Path, number: int, ballast: Ballast, *, is_text: bool = False) -> None:
        self._stem = directory / f"part-{number}"
        self._ballast = ballast
        self._file = open_new(self._stem.with_suffix(".cut"), ballast)
        # Nothing, once we know whether a "data:…;base64," stands before the picture.
        self._opening: bytes | None = None if is_text else b""
        self._prefix = b""
        self._group = b""  # one to three characters that wait for their group of four to be whole
        self._has_padding = False
        self._is_raw = is_text
        self.size_bytes = 0
        self.is_picture = False

    def feed(self, text: bytes) -> None:
        """Raises `AnswerTooLarge` or `SpoolFull`."""
        if self._opening is not None:
            text = self._opening + text
            if _may_be_prefix(text):
                self._opening = text
                return
            text = self._without_prefix(text)
        self._take(text)

    def finish(self) -> None:
        """The string is whole. Padding that is missing is no reason to lose a picture."""
        if self._opening is not None:
            self._take(self._without_prefix(self._opening))
        rest, self._group = self._group, b""
        # As in `_take`: the group that waits came in another piece, and has not been looked at since.
        plain = rest.translate(_URL_ALPHABET, b"\r\n")
        if not self._decoded(plain + b"=" * (-len(plain) % 4)):
            self._turn_raw(rest)
        self._file.close()
        self._stem.with_suffix(".cut").rename(self._stem.with_suffix(".raw" if self._is_raw else ".bin"))
        self.is_picture = not self._is_raw and self.size_bytes > 0

    def close(self) -> None:
        """Let go of the file. What was written stays, as a cut part unless `finish` came before."""
        close_quietly(self._file)

    def _without_prefix(self, text: bytes) -> bytes:
        self._opening = None
        if found := _PREFIX.match(text):
            self._prefix = found[0]
            return text[found.end() :]
        return text

    def _take(self, text: bytes) -> None:
        if self._is_raw:
            self._write(text)
            return
        view = self._behind_group(text)
        if self._take_groups(view):
            return
        # Line breaks and the alphabet for addresses are not what the gateway sends, but they are still a picture.
        text = bytes(view)
        if not self._take_groups(memoryview(text.translate(_URL_ALPHABET, b"\r\n"))):
            self._group = b""
            self._turn_raw(text)

    def _behind_group(self, text: bytes) -> memoryview:
        """What is left when the group that waits is whole and written: the long rest is not copied to join it."""
        missing = -len(self._group) % 4
        if missing and self._decoded(self._group + text[:missing]):
            return memoryview(text)[missing:]
        return memoryview(self._group + text)

    def _take_groups(self, text: memoryview) -> bool:
        whole = len(text) - len(text) % 4
        self._group = bytes(text[whole:])
        return self._decoded(text[:whole])

    def _decoded(self, text: bytes | memoryview) -> bool:
        """Write what the whole groups in `text` stand for; False, and nothing written, when they are no Base64."""
        size = len(text)
        if not size:
            return True
        if self._has_padding:
            return False
        try:
            data = pybase64.b64decode(text, validate=True)
        except binascii.Error:
            return False
        self._has_padding = len(data) < size // 4 * 3
        self._write(data)
        return True

    def _turn_raw(self, rest: bytes) -> None:
        """Write the text as it came instead: what was decoded so far is encoded again, and `rest` follows."""
        decoded = self._stem.with_suffix(".decoded")
        self._file.close()
        self._stem.with_suffix(".cut").rename(decoded)
        self._file = open_new(self._stem.with_suffix(".cut"), self._ballast)
        self._is_raw, self.size_bytes = True, 0
        self._write(self._prefix)
        with decoded.open("rb") as reader:
            while piece := reader.read(_PIECE_BYTES):
                self._write(pybase64.b64encode(piece))
        self._write(rest)
        decoded.unlink()

    def _write(self, data: bytes) -> None:
        self.size_bytes += len(data)
        if self.size_bytes > PART_BYTES_MAX:
            raise AnswerTooLarge("a picture of the answer is too large")
        self._file.write(data)


def _may_be_prefix(text: bytes) -> bool:
    """Whether more has to come before we know that `text` begins with the head of a data URI, or does not."""
    if len(text) < len(b"data:"):
        return b"data:".startswith(text)
    return text.startswith(b"data:") and b"," not in text and len(text) < _PREFIX_BYTES_MAX
