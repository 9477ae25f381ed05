"""How a log line looks: for people on a terminal, or one JSON object a line for programs.

Both come from the same `Line`, whose fields are the schema in docs/operations.md.
"""

import logging
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from .ids import current
from .redact import Redaction

BYTES_MAX: Final = 8_000
"""Of a line. Collectors cut or drop longer ones, and a traceback says what matters at its end."""
_MESSAGE_MAX: Final = 3_000
_TRACEBACK_MAX: Final = 4_000
_ID_MAX: Final = 80
_MAX_WHEN_WIDE: Final = 300
"""Characters of the message and of the traceback that are left where each may take six bytes."""
# A line is one line: nobody's prompt or file name begins another, or colours a terminal.
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
_PRINTABLE: Final = {**_CONTROL, ord("\n"): "\n", ord("\t"): " "}


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. Ids that are not known are left out; `error` is the class of the exception, `traceback` its text."""

    time: str
    level: str
    logger: str
    message: str
    event: str = ""
    request: str = ""
    person: str = ""
    generation: str = ""
    attempt: str = ""
    provider_request: str = ""
    worker: str = ""
    error: str = ""
    traceback: str = ""


class _Formatter(logging.Formatter):
    def __init__(self, secrets: Iterable[str] = (), **_: Any) -> None:
        super().__init__()
        self._redact = Redaction(secrets)

    def line(self, record: logging.LogRecord) -> Line:
        return Line(
            time=_time(record.created),
            level=record.levelname,
            logger=record.name,
            message=_cut(self._safe(_words(record)), _MESSAGE_MAX),
            event=str(getattr(record, "event", "")),
            error=_error(record),
            traceback=self._traceback(record),
            **{name: _cut(self._safe(value), _ID_MAX) for name, value in current().items()},
        )

    def _safe(self, text: str) -> str:
        # Half of a character pair is valid in Python and in no encoding.
        return self._redact(text.encode("utf-8", "backslashreplace").decode()).translate(_PRINTABLE)

    def _traceback(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[1] is None:
            return ""
        return _last(self._safe("".join(traceback.format_exception(record.exc_info[1], limit=-12))), _TRACEBACK_MAX)


class JsonLines(_Formatter):
    """One JSON object a line, in UTF-8, of at most `BYTES_MAX` bytes."""

    def format(self, record: logging.LogRecord) -> str:
        line = self.line(record)
        encoded = msgspec.json.encode(line)
        if len(encoded) > BYTES_MAX:
            cut = {"message": _cut(line.message, _MAX_WHEN_WIDE), "traceback": _last(line.traceback, _MAX_WHEN_WIDE)}
            encoded = msgspec.json.encode(msgspec.structs.replace(line, **cut))
        return encoded.decode()


class TextLines(_Formatter):
    """Time, level, logger, words, event and ids on one line, and below it the traceback of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line = self.line(record)
        ids = "".join(f" {name}={getattr(line, name)}" for name in current())
        event = f" event={line.event}" if line.event else ""
        first = f"{line.time} {line.level} {line.logger} {line.message}{event}{ids}".replace("\n", "\\n")
        return "\n".join((first, *(f"    {row}" for row in line.traceback.splitlines())))


def _words(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # Whoever wrote it counted its arguments wrong, which is no reason to lose the line.
        return f"{record.msg} {record.args}"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(record: logging.LogRecord) -> str:
    kind = record.exc_info[0] if record.exc_info else None
    return kind.__name__ if kind else ""


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def _last(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"…{text[-longest:]}"
