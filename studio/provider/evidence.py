"""What we know of one call, as plain facts: how far it got, what came back, and when.

The money is decided from this alone, before anything in the answer is read. It is stored with the attempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

import msgspec

REQUEST_ID_HEADERS: Final = ("x-request-id", "request-id", "x-shellapi-request-id", "x-oneapi-request-id")
"""The gateway's log is searched by the first two; for other families of models by the third. All are kept."""
KEPT_HEADERS: Final = frozenset({*REQUEST_ID_HEADERS, "content-type", "retry-after", "date"})
EXCERPT_CHARACTERS_MAX: Final = 2_000
ERROR_CHARACTERS_MAX: Final = 300


class Stage(StrEnum):
    """How far a call got. What may have been paid hangs on it."""

    NOT_CONNECTED = "not_connected"  # no TCP or no TLS
    CONNECTED = "connected"  # TCP and TLS are up, not a byte of the request has left
    SENDING = "sending"  # part of the request has left; nobody can act on half a body
    SENT = "sent"  # all of it is in the kernel's hands; whether it arrived is unknown
    ANSWERING = "answering"  # a status line came, the rest did not come whole
    COMPLETE = "complete"  # the whole answer is here


@dataclass(slots=True)
class Evidence:
    """Times are seconds since the call began, on the monotonic clock; None when that moment never came.

    `headers` are only those of `KEPT_HEADERS`. `images_seen` counts whole pictures in Base64, unread.
    `error` is a class name and a short sentence, `error_excerpt` the beginning of an error's body.
    `closed_early` says that the answer was whole although the connection did not end as it should.
    """

    stage: Stage = Stage.NOT_CONNECTED
    http_status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    request_ids: dict[str, str] = field(default_factory=dict)
    bytes_to_send: int = 0
    bytes_received: int = 0
    images_seen: int = 0
    error: str = ""
    error_excerpt: str = ""
    closed_early: bool = False
    connected_seconds: float | None = None
    sent_seconds: float | None = None
    first_byte_seconds: float | None = None
    finished_seconds: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status line promised an answer. From then on the gateway counts the call."""
        return self.http_status is not None and 200 <= self.http_status < 300

    @property
    def error_kind(self) -> str:
        """The class of the exception that ended the call."""
        return self.error.partition(":")[0]

    @property
    def is_complete(self) -> bool:
        return self.stage is Stage.COMPLETE

    def to_json(self) -> dict[str, object]:
        """Plain values, for a JSON column."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, object]) -> Self:
        """The evidence that `to_json` wrote. Raises ValueError (msgspec.ValidationError) for anything else."""
        return msgspec.convert(plain, cls)


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The few headers worth keeping, their values cut. Expects lower case names."""
    return {name: value[:200] for name, value in headers.items() if name in KEPT_HEADERS}


def request_ids(headers: Mapping[str, str]) -> dict[str, str]:
    """The provider's ids of a call by the name of their header, the most useful one first."""
    return {name: headers[name] for name in REQUEST_ID_HEADERS if headers.get(name)}


def clean(text: str) -> str:
    """Text that every database takes: without NUL and without halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
