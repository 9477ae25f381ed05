r"""Takes the long strings out of a JSON document while it streams by, so that no picture is ever held whole.

This is no parser. It knows where strings begin and end, and under which key. Three kinds leave for a part of their
own, and a short mark stays in their place: a value that is a picture (`data`, `b64_json`), what follows `;base64,` in
a value that is words (`text`, `content`, `url`), and a thought signature that is long. What remains
is a document of a few KB, which a real parser reads at leisure. Key order, white space, escapes (`\/`, `\u003d`) and
where the stream happens to be cut make no difference; bytes that are no JSON pass through untouched.
"""

import binascii
import json
import re
from collections.abc import Callable
from typing import Final, Protocol

import pybase64

ANSWER_BYTES_MAX: Final = 300_000_000
DOCUMENT_BYTES_MAX: Final = 8_000_000
"""What may remain after the pictures have left."""
PARTS_MAX: Final = 128
"""A model can make 43 pictures at most, the smallest ones, before it has used all its tokens. Each may be signed."""
PICTURE_KEYS: Final = frozenset({"data", "b64_json"})
WORDS_KEYS: Final = frozenset({"text", "content", "url", "image_url"})
SIGNATURE_KEYS: Final = frozenset({"thoughtSignature", "thought_signature"})
SIGNATURE_BYTES_KEPT: Final = 8 * 1024
"""A thought signature stays in the document up to this length, as most do. Some take most of a megabyte."""
_NAME_BYTES_MAX: Final = 64
_CHUNK_BYTES: Final = 64 * 1024
"""Looked at at once. A state may look for the end of a string again and again, so that must never be far away."""

_STRUCTURE: Final = re.compile(rb'"|[{\[]+|[}\]]+|[:,]')
_STRING: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=]*+")
_ESCAPE: Final = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|(u[0-9a-fA-F]{0,3}\Z)|(.)|\Z)", re.DOTALL)
_BEFORE_JSON: Final = b" \t\r\n\xef\xbb\xbf"
_MARKER: Final = b";base64,"
_SIMPLE_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class AnswerTooLarge(Exception):
    """The answer goes beyond a limit that no honest one reaches."""


class Sink(Protocol):
    """Where one long string goes."""

    def feed(self, text: bytes) -> None:
        """The next piece of the string, escapes already undone."""

    def finish(self) -> None:
        """The string ended as it should. Without this call it was cut."""


class Spill:
    """Feed it the bytes of an answer in any pieces.

    `document` receives what remains. `open_part` is asked for a sink for each picture that leaves, `open_text` for
    each long signature; the mark left behind is `{token}-{number}`, both counted together from 0. Without
    `open_part` no picture leaves, and without `open_text` no signature.
    """

    def __init__(
        self,
        document: Callable[[bytes], None],
        open_part: Callable[[], Sink] | None,
        open_text: Callable[[], Sink] | None = None,
        *,
        token: str,
        document_bytes_max: int = DOCUMENT_BYTES_MAX,
        answer_bytes_max: int = ANSWER_BYTES_MAX,
    ) -> None:
        self._document = document
        self._open_part = open_part
        self._open_text = open_text
        self._token = token
        self._document_room = document_bytes_max
        self._answer_room = answer_bytes_max
        self._state: Callable[[bytes, int], int] = self._beginning
        self._carry = b""
        self._out = bytearray()
        self._depth = 0
        self._name = bytearray()
        self._is_value = False
        self._sink: Sink | None = None
        self._parts = 0
        self.is_json = False
        """The document begins as a JSON object or list does."""
        self.is_complete = False
        """The JSON value has ended; whatever follows is not looked at."""

    def feed(self, chunk: bytes) -> None:
        """The next bytes. Raises `AnswerTooLarge`, or what a sink raises."""
        self._answer_room -= len(chunk)
        if self._answer_room < 0:
            raise AnswerTooLarge("the answer is too large")
        for start in range(0, len(chunk), _CHUNK_BYTES):
            self._take(chunk[start : start + _CHUNK_BYTES])

    def _take(self, chunk: bytes) -> None:
        if self._carry:
            chunk, self._carry = self._carry + chunk, b""
        at = 0
        while at < len(chunk) and not self.is_complete:
            at = self._state(chunk, at)
        if self._out:
            self._document_room -= len(self._out)
            if self._document_room < 0:
                raise AnswerTooLarge("too much text around the pictures")
            self._document(bytes(self._out))
            self._out.clear()

    # Each state reads `chunk` from `at` and says how far it got. What it cannot judge yet goes to `_carry`.

    def _beginning(self, chunk: bytes, at: int) -> int:
        for position in range(at, len(chunk)):
            if chunk[position] not in _BEFORE_JSON:
                self.is_json = chunk[position] in b"{["
                self._state = self._outside if self.is_json else self._no_json
                return self._keep(chunk, at, position)
        return self._keep(chunk, at, len(chunk))

    def _no_json(self, chunk: bytes, at: int) -> int:
        return self._keep(chunk, at, len(chunk))

    def _outside(self, chunk: bytes, at: int) -> int:
        found = _STRUCTURE.search(chunk, at)
        if found is None:
            return self._keep(chunk, at, len(chunk))
        sign = found[0][:1]
        end = found.end()
        if sign == b'"':
            self._state = self._string_state()
        elif sign in b"{[":
            self._depth += len(found[0])
            self._is_value = False
        elif sign in b"}]":
            end = min(end, found.start() + self._depth)
            self._depth -= end - found.start()
            self.is_complete = self._depth == 0
            self._is_value = False
        else:
            self._is_value = sign == b":"
        return self._keep(chunk, at, end)

    def _string_state(self) -> Callable[[bytes, int], int]:
        """What to do with the string that begins here, by the key it stands under."""
        name = _unescaped_name(self._name) if self._is_value else ""
        self._is_value = False
        self._name.clear()
        if self._open_part and name in PICTURE_KEYS:
            return self._data
        if self._open_part and name in WORDS_KEYS:
            return self._words
        if self._open_text and name in SIGNATURE_KEYS:
            return self._signature
        return self._string

    def _string(self, chunk: bytes, at: int) -> int:
        end = self._end_of_span(chunk, at)
        self._name += chunk[at : min(end, at + _NAME_BYTES_MAX - len(self._name))]
        if chunk[end : end + 1] == b'"':
            return self._leave_string(chunk, at, end)
        self._carry = chunk[end:]
        self._keep(chunk, at, end)
        return len(chunk)

    def _data(self, chunk: bytes, at: int) -> int:
        end = self._end_of_span(chunk, at)
        text, cut = _unescaped(chunk[at:end])
        is_last = chunk[end : end + 1] == b'"'
        (self._sink or self._begin_part(self._open_part)).feed(text + cut if is_last else text)
        if is_last:
            self._end_part()
            return self._leave_string(chunk, end, end)
        self._carry = cut + chunk[end:]
        return len(chunk)

    def _signature(self, chunk: bytes, at: int) -> int:
        end = self._end_of_span(chunk, at)
        if end - at > SIGNATURE_BYTES_KEPT:
            self._begin_part(self._open_text)
            self._state = self._data
            return at
        if chunk[end : end + 1] == b'"':
            return self._leave_string(chunk, at, end)
        self._carry = chunk[at:]
        return len(chunk)

    def _words(self, chunk: bytes, at: int) -> int:
        end = self._end_of_span(chunk, at)
        found = chunk.find(_MARKER, at, end)
        if found >= 0:
            self._state = self._base64_in_words
            return self._keep(chunk, at, found + len(_MARKER))
        if chunk[end : end + 1] == b'"':
            return self._leave_string(chunk, at, end)
        hold = _beginning_of_marker(chunk[at:end])
        self._carry = chunk[end - hold :]
        self._keep(chunk, at, end - hold)
        return len(chunk)

    def _base64_in_words(self, chunk: bytes, at: int) -> int:
        """All of the chunk, or all up to the quote: nearly always. Where it is not, find the end more slowly."""
        end = self._end_of_span(chunk, at)
        text, cut = _unescaped(chunk[at:end])
        if not text or not _is_base64(text):
            self._state = self._end_of_base64
            return at
        self._base64(text)
        return end - len(cut)

    def _end_of_base64(self, chunk: bytes, at: int) -> int:
        found = _BASE64.match(chunk, at)
        assert found is not None
        end = found.end()
        if end > at:
            self._base64(found[0])
        if end == len(chunk):
            return end
        escape = _ESCAPE.match(chunk, end)
        if escape is None:
            return self._leave_base64(end)
        if escape[1] is None and escape[3] is None:  # cut in the middle of the escape
            self._carry = chunk[end:]
            return len(chunk)
        character = _character(escape)
        if not _BASE64.fullmatch(character):
            return self._leave_base64(end)
        self._base64(character)
        return escape.end()

    def _base64(self, text: bytes) -> None:
        (self._sink or self._begin_part(self._open_part)).feed(text)

    def _leave_base64(self, at: int) -> int:
        if self._sink:
            self._end_part()
        self._state = self._words
        return at

    def _leave_string(self, chunk: bytes, at: int, quote: int) -> int:
        self._state = self._outside
        return self._keep(chunk, at, quote + 1)

    def _begin_part(self, open_sink: Callable[[], Sink] | None) -> Sink:
        assert open_sink is not None
        if self._parts == PARTS_MAX:
            raise AnswerTooLarge("too many pictures and signatures")
        self._out += f"{self._token}-{self._parts}".encode()
        self._parts += 1
        self._sink = open_sink()
        return self._sink

    def _end_part(self) -> None:
        assert self._sink is not None
        self._sink.finish()
        self._sink = None

    def _end_of_span(self, chunk: bytes, at: int) -> int:
        """Where the string's closing quote stands, or where the chunk stops being clear."""
        quote = chunk.find(b'"', at)
        end = len(chunk) if quote < 0 else quote
        if end == at or chunk[end - 1 : end] != b"\\":
            return end  # nearly always; the regular expression would take most of the time
        found = _STRING.match(chunk, at)
        assert found is not None
        return found.end()

    def _keep(self, chunk: bytes, at: int, end: int) -> int:
        self._out += chunk[at:end]
        return end


def _unescaped(text: bytes) -> tuple[bytes, bytes]:
    """The text without JSON's escapes, and the beginning of an escape that the end of `text` cuts off."""
    if b"\\" not in text:
        return text, b""
    if b"\\\\" not in text:
        text = text.replace(b"\\/", b"/")  # some gateways escape every slash: do those at once
        if b"\\" not in text:
            return text, b""
    cut = b""

    def undo(escape: re.Match[bytes]) -> bytes:
        nonlocal cut
        if escape[1] is None and escape[3] is None:
            cut = escape[0]
            return b""
        return _character(escape)

    return _ESCAPE.sub(undo, text), cut


def _is_base64(text: bytes) -> bool:
    """Whether it holds nothing else. The decoder knows ten times sooner than a regular expression."""
    whole = len(text) - len(text) % 4
    try:
        pybase64.b64decode(memoryview(text)[:whole], validate=True)
    except binascii.Error:
        return False
    return _BASE64.fullmatch(text, whole) is not None


def _character(escape: re.Match[bytes]) -> bytes:
    if escape[1] is not None:
        return chr(int(escape[1], 16)).encode("utf-8", "surrogatepass")
    return _SIMPLE_ESCAPES.get(escape[3], escape[3])


def _unescaped_name(name: bytearray) -> str:
    if b"\\" not in name:
        return name.decode("utf-8", "replace")
    try:
        return str(json.loads(b'"' + name + b'"'))
    except ValueError:
        return ""


def _beginning_of_marker(text: bytes) -> int:
    """How many bytes at the end of `text` may be the beginning of the marker."""
    longest = min(len(_MARKER) - 1, len(text))
    return next((size for size in range(longest, 0, -1) if text.endswith(_MARKER[:size])), 0)
