"""A look at where pictures are kept: something small is written, read back whole and in part, linked to, and deleted.

The same calls are made that a picture needs. Costs nothing, leaves nothing behind, and may be repeated.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.core.files.storage import FileSystemStorage, default_storage

from .fetch import Bounds, FetchFailed, read_page
from .storage.objects import link_to, object_exists, open_object, open_stream, put_bytes, remove

CONTENT: Final = b"Pictures can be stored here."
_PART: Final = range(9, 12)
_BOUNDS: Final = Bounds(bytes_max=1_000, seconds=10)


class _Wrong(Exception):
    """The storage answered, and not as it should."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing tried. `name` is write, read, part, link or delete; `look` is ok, bad, or empty: not come to.

    `reason` is a word of what went wrong: the name of the library's own error, or ours.
    """

    name: str
    look: str
    milliseconds: int | None = None
    reason: str = ""


def look() -> list[Step]:
    """All steps, in this order. What cannot be written is not read; what was written is deleted whatever came of it."""
    key = f"probe/{uuid.uuid4()}"
    written = _tried("write", lambda: put_bytes(key, CONTENT))
    if written.look == "bad":
        return [written, *(Step(name, "") for name in [*_reading(), "delete"])]
    return [written, *_read(key), _tried("delete", lambda: _delete(key))]


def _reading() -> list[str]:
    is_disk = isinstance(default_storage, FileSystemStorage)
    return ["read", "part"] if is_disk else ["read", "part", "link"]


def _read(key: str) -> Iterator[Step]:
    ways = {"read": _whole, "part": _part, "link": _link}
    for name in _reading():
        yield _tried(name, lambda way=ways[name]: way(key))  # type: ignore[misc]  # mypy cannot infer the default


def _tried(name: str, act: Callable[[], None]) -> Step:
    began = time.monotonic()
    try:
        act()
    except _Wrong as wrong:
        return Step(name, "bad", reason=str(wrong))
    except FetchFailed as failure:
        return Step(name, "bad", reason=f"status {failure.status}" if failure.status else failure.reason)
    except Exception as error:  # noqa: BLE001  (every library of a storage has errors of its own)
        return Step(name, "bad", reason=_word(error))
    return Step(name, "ok", round((time.monotonic() - began) * 1000))


def _word(error: Exception) -> str:
    """An S3 server's own word, such as AccessDenied, where there is one. Never its sentence, which may name keys."""
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code", "") if isinstance(answer, dict) else ""
    return str(code or type(error).__name__)


def _whole(key: str) -> None:
    with closing(open_object(key)) as file:
        _compare(file.read(), CONTENT)


def _part(key: str) -> None:
    with closing(open_stream(key, _PART).file) as file:
        _compare(file.read(len(CONTENT)), CONTENT[_PART.start : _PART.stop])


def _link(key: str) -> None:
    """As a browser would open it, from here."""
    parts = urlsplit(link_to(key, {"Content-Type": "text/plain"}))
    path = f"{parts.path}?{parts.query}"
    _compare(read_page(f"{parts.scheme}://{parts.netloc}", path, headers=(), bounds=_BOUNDS), CONTENT)


def _delete(key: str) -> None:
    remove(key)
    if object_exists(key):
        raise _Wrong("still there")


def _compare(read: bytes, wanted: bytes) -> None:
    if read != wanted:
        raise _Wrong("another content")
