"""The two books: every request the sandbox saw, and every charge it made.

They are the oracle of the studio's tests: whatever the studio's ledger says must agree with them. Both can
be read over HTTP, and appended to a file as JSON lines, which survives the end of either process.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

SECRET_HEADERS = frozenset({"authorization", "x-goog-api-key"})


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def masked(headers: Mapping[str, str]) -> dict[str, str]:
    """Header names in lower case; of a key no more than that there was one."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: "***" if name in SECRET_HEADERS else value for name, value in lower.items()}


@dataclass(slots=True, kw_only=True)
class Request:
    """One call for a picture, from its first byte to its last.

    `status` is None while the call runs, and for ever when it ends without a status line. `stayed` says
    whether the client was there until the end. `ignored` names the fields that no model reads.
    """

    sequence: int
    id: str
    attempt: str
    model: str
    path: str
    received_at: str = field(default_factory=now)
    size: str = ""
    ratio: str = ""
    images: int = 0
    prompt: str = ""
    ignored: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body_bytes: int = 0
    body_sha256: str = ""
    scenario: str = ""
    accepted: bool = False
    status: int | None = None
    stayed: bool | None = None
    ended_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """`amount` is in quota units, 500,000 to the dollar; `id` is the id of the request it is for."""

    sequence: int
    id: str
    attempt: str
    model: str
    amount: int
    reason: str
    charged_at: str = field(default_factory=now)


class Books:
    """Thread-safe. Every change is one call, and one line in the file if there is one."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._file = file
        self._requests: list[Request] = []
        self._charges: list[Charge] = []
        self._opened = 0

    def open(self, make: Callable[[int], Request]) -> Request:
        """Enter a new request under the next number. Numbers never repeat, not even after a reset."""
        with self._lock:
            self._opened += 1
            request = make(self._opened)
            self._requests.append(request)
        return request

    def read(self, request: Request) -> None:
        """The request has been read to its end, and is accepted or refused."""
        self._append("read", request)

    def charge(self, charge: Charge) -> None:
        with self._lock:
            self._charges.append(charge)
        self._append("charge", charge)

    def close(self, request: Request, *, stayed: bool) -> None:
        request.stayed = stayed
        request.ended_at = now()
        self._append("end", request)

    def requests(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(request) for request in self._requests]

    def charges(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(charge) for charge in self._charges]

    def reset(self) -> None:
        """Both books empty. The file keeps what it has: it is a journal."""
        with self._lock:
            self._requests.clear()
            self._charges.clear()

    def _append(self, event: str, row: Request | Charge) -> None:
        if self._file is None:
            return
        line = msgspec.json.encode({"event": event, **asdict(row)}) + b"\n"
        with self._lock, self._file.open("ab") as file:
            file.write(line)
