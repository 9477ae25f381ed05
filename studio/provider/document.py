"""The JSON of an answer, read within bounds, and what stands in it taken as what it should be.

Few KB remain when the pictures have left, but up to 8 MB may, and small values take many times their length in
memory: `{}` is three bytes of an answer with its comma, and 72 of ours. So a large document is looked through first.
"""

import json
import re
from pathlib import Path
from typing import Final

from .evidence import clean

VALUES_MAX: Final = 10_000
"""Keys and values of one document. Three pictures with everything a search found have some hundreds."""
WIDE_BYTES_MAX: Final = 256 * 1024
"""What strings beyond ASCII may take together: one such character makes four bytes of every letter beside it."""
_SMALL_BYTES: Final = 16 * 1024
_WORD_CHARACTERS_MAX: Final = 64
_STRING: Final = re.compile(rb'"((?:[^"\\]++|\\.)*+)"?', re.DOTALL)
_WIDE: Final = re.compile(rb"[\x80-\xff]|\\u(?!00)")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def load(path: Path, token: str) -> object:
    """The document in the file; None when it is no JSON, or holds more values than any answer does.

    Never takes more memory than the file's size twice over and 4 MB. `token` begins the marks of pictures: a string
    that is too long to keep leaves its marks behind.
    """
    data: bytes | None = path.read_bytes()
    if data is not None and len(data) > _SMALL_BYTES:
        data = _within_bounds(data, token.encode())
    if data is None:
        return None
    text = data.decode("utf-8-sig", "replace")
    del data
    # The standard parser, not the strict one: half a surrogate pair or a NaN somewhere must not cost a paid picture.
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _within_bounds(data: bytes, token: bytes) -> bytes | None:
    """The document, its widest strings emptied when they are too much together. None with too many values."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    view = memoryview(data)
    kept: list[bytes | memoryview] = []
    values = taken = at = 0
    room = WIDE_BYTES_MAX
    for string in _STRING.finditer(data):
        start, end = string.span(1)
        values += 1 + _values_between(data, at, start)
        if values > VALUES_MAX:
            return None
        at = string.end()
        if _WIDE.search(data, start, end):
            is_kept = end - start <= room
            room -= (end - start) * is_kept
            kept += [view[taken:start], _in_ascii(data[start:end]) if is_kept else _marks(data[start:end], token)]
            taken = end
    if values + _values_between(data, at, len(data)) > VALUES_MAX:
        return None
    return b"".join([*kept, view[taken:]]) if kept else data


def _values_between(data: bytes, start: int, end: int) -> int:
    """How many values begin outside of strings; far too many when what stands there is no JSON anyway."""
    if _WIDE.search(data, start, end):
        return VALUES_MAX + 1
    return sum(data.count(sign, start, end) for sign in (b",", b"[", b"{"))


def _marks(string: bytes, token: bytes) -> bytes:
    return b" ".join(re.findall(re.escape(token) + rb"-\d+", string))


def _in_ascii(string: bytes) -> bytes:
    """The inside of a JSON string, every character beyond ASCII as JSON's own escape."""
    text = string.decode("utf-8", "replace")
    return _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text).encode()


# ── What stands under a key ────────────────────────────────────────────────────────────────────────


def get(document: dict[str, object], key: str) -> object:
    """The value under the key, or under the same key in snake_case."""
    return document.get(key, document.get(_snake(key)))


def has(document: dict[str, object], key: str) -> bool:
    return key in document or _snake(key) in document


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)


def as_object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def as_count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40 else 0


def as_word(value: object) -> str:
    """A short text such as a reason or a code."""
    return as_text(value, _WORD_CHARACTERS_MAX)


def as_text(value: object, characters_max: int) -> str:
    """The beginning of a text, without what no database takes."""
    return clean(value[:characters_max]) if isinstance(value, str) else ""
