"""The bucket of the link group: pictures under signed addresses that stop working after a while."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .behaviour import DELIVERED, Behaviour
from .books import now

BYTES_MAX = 256 * 1024 * 1024
"""The oldest pictures leave when there are more; nobody fetches those any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What happens to a download. `failures` 0 with a `status` means it never works.

    `content` and `content_type` stand in for the picture's own; `megabytes` of nothing follow it. `location` leads
    elsewhere, `loops` to itself. `behaviour` says how it arrives.
    """

    valid_seconds: int = 600
    status: int = HTTPStatus.OK
    failures: int = 0
    location: str = ""
    loops: bool = False
    content: bytes | None = None
    content_type: str = ""
    megabytes: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    behaviour: Behaviour = DELIVERED


@dataclass(slots=True)
class Placed:
    name: str
    data: bytes
    mime_type: str
    fate: Fate
    expires: int
    downloads: int = 0

    @property
    def signature(self) -> str:
        return hashlib.sha256(f"{self.name}/{self.expires}".encode()).hexdigest()[:24]

    def url(self, base_url: str) -> str:
        query = f"Expires={self.expires}&OSSAccessKeyId=SANDBOX&Signature={self.signature}%3D"
        return f"{base_url}/oss/{self.name}.png?{query}"

    def is_open(self, expires: str, signature: str) -> bool:
        return expires == str(self.expires) and signature == f"{self.signature}=" and time.time() <= self.expires

    def status_now(self, expires: str, signature: str) -> int:
        """The status of the next download, which this counts."""
        self.downloads += 1
        if not self.is_open(expires, signature):
            return HTTPStatus.FORBIDDEN
        if self.fate.status != HTTPStatus.OK and self.fate.failures:
            return self.fate.status if self.downloads <= self.fate.failures else HTTPStatus.OK
        return self.fate.status


class Shelf:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._placed: OrderedDict[str, Placed] = OrderedDict()
        self._downloads: list[dict[str, Any]] = []

    def place(self, data: bytes, mime_type: str, fate: Fate) -> Placed:
        placed = Placed(secrets.token_hex(8), data, mime_type, fate, int(time.time()) + fate.valid_seconds)
        with self._lock:
            self._placed[placed.name] = placed
            while sum(len(each.data) for each in self._placed.values()) > BYTES_MAX and len(self._placed) > 1:
                self._placed.popitem(last=False)
        return placed

    def note(self, name: str, status: int, headers: Mapping[str, str]) -> None:
        """One more download, for the book."""
        with self._lock:
            self._downloads.append({"name": name, "status": status, "headers": dict(headers), "at": now()})

    def downloads(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._downloads)

    def reset(self) -> None:
        """No picture, no download."""
        with self._lock:
            self._placed.clear()
            self._downloads.clear()

    def at(self, url: str, base_url: str) -> tuple[bytes, str] | None:
        """The bytes and the type of a picture at an address of this bucket; None for any other, or one that is over."""
        parts = urlsplit(url)
        if not url.startswith(f"{base_url}/oss/"):
            return None
        placed = self.find(parts.path.removeprefix("/oss/").removesuffix(".png"))
        query = dict(parse_qsl(parts.query))
        if placed is None or not placed.is_open(query.get("Expires", ""), query.get("Signature", "")):
            return None
        return placed.data, placed.mime_type

    def find(self, name: str) -> Placed | None:
        with self._lock:
            return self._placed.get(name)
