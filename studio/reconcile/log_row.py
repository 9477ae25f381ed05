"""One row of the gateway's usage log, reduced to what may be kept. Pure.

The gateway's rows carry the API key in clear text, without its prefix. So nothing here looks for the key to drop it:
`_Sent` names the fields that are read, and every other field of a row never becomes a value of ours. The free text of
a row (`content`) is left out for the same reason.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

MICROS_PER_QUOTA: Final = 2
"""500,000 quota units are a dollar; gateway's pages on balance and log, read 2026-11-22."""
TEXT_CHARACTERS_MAX: Final = 200
_EARLIEST: Final = datetime(2020, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class NotARow(ValueError):
    """What should be a row of the log is none. The message names the field, and never its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """What the gateway says of one call. `quota` is what it charged, before the bonus on top-ups.

    `logged_at` is UTC. `seconds` is how long the call took; `group_ratio_thousandths` is the multiplier of the group
    that served it (1400 is 1.4 ×), 0 where the row does not say.
    """

    request_id: str
    logged_at: datetime
    model_name: str
    quota: int
    token_name: str = ""
    token_group: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: int = 0
    error_code: str = ""
    billing_type: str = ""
    group_ratio_thousandths: int = 0

    def __post_init__(self) -> None:
        if not self.model_name:
            raise NotARow("model_name is empty")
        if not _EARLIEST <= self.logged_at < _LATEST:
            raise NotARow("created_at is no moment of this century")
        for name in ("quota", "prompt_tokens", "completion_tokens", "seconds", "group_ratio_thousandths"):
            if not 0 <= getattr(self, name) < 2**31:
                raise NotARow(f"{name} is out of range")

    @property
    def charged_micros(self) -> int:
        """What the gateway took, in micro-dollars."""
        return self.quota * MICROS_PER_QUOTA


class _Sent(msgspec.Struct):
    """The allow-list, by the names the gateway gives the fields."""

    created_at: int
    model_name: str
    quota: int
    type: int = 2
    request_id: str | None = ""
    token_name: str | None = ""
    token_group: str | None = ""
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    duration_for_view: float | str | None = 0
    error_code: str | int | None = ""
    other: str | None = ""


class _Other(msgspec.Struct):
    """Of the JSON text inside a row, what explains its price."""

    billing_type: str = ""
    group_ratio: float = 0


class _Page(msgspec.Struct):
    success: bool
    data: list[_Sent] | None = None


def rows_of_page(body: bytes) -> Sequence[LogRow]:
    """The rows of one page of `GET /api/log/self`. Raises `NotARow` for everything else that may come."""
    try:
        page = msgspec.json.decode(body, type=_Page)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotARow(str(error)) from None
    if not page.success:
        raise NotARow("the gateway says that it did not work")
    return [_row(sent) for sent in page.data or []]


def _row(sent: _Sent) -> LogRow:
    billing_type, ratio = explained(sent.other or "")
    return LogRow(
        request_id=plain(sent.request_id),
        logged_at=moment(sent.created_at),
        model_name=plain(sent.model_name),
        quota=sent.quota,
        token_name=plain(sent.token_name),
        token_group=plain(sent.token_group),
        prompt_tokens=sent.prompt_tokens or 0,
        completion_tokens=sent.completion_tokens or 0,
        seconds=whole_seconds(sent.duration_for_view or 0),
        error_code=plain(str(sent.error_code or "")),
        billing_type=billing_type,
        group_ratio_thousandths=ratio,
    )


def explained(text: str) -> tuple[str, int]:
    """Billing type and group multiplier of a row's `other`. Without it, or with a broken one, a row is still a row."""
    try:
        other = msgspec.json.decode(text, type=_Other)
    except (msgspec.DecodeError, UnicodeError):
        other = _Other()
    return plain(other.billing_type), thousandths(other.group_ratio)


def moment(seconds: int) -> datetime:
    """From Unix seconds. Raises `NotARow`."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotARow("created_at is no moment") from None


def plain(text: str | None) -> str:
    """One short line that every database takes: no control characters, no halves of pairs."""
    visible = "".join(character for character in text or "" if character.isprintable())
    return visible.strip().encode("utf-8", "ignore").decode()[:TEXT_CHARACTERS_MAX]


def whole_seconds(value: float | str) -> int:
    """Rounded up, so that what took less than a second took some. Raises `NotARow`."""
    try:
        return math.ceil(float(value))
    except (ValueError, OverflowError):
        raise NotARow("duration_for_view is no number of seconds") from None


def thousandths(ratio: float) -> int:
    """1.4 as 1400."""
    return round(ratio * 1000) if math.isfinite(ratio) and 0 <= ratio < 1_000_000 else 0
