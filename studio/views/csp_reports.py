"""What browsers refused to load or run on our pages, by the content security policy: one line in the log, one counted.

Anybody may write here, a browser without being signed in as well, so what is said counts for nothing but that: it is
small, rare, cut, and never shown.
"""

import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..telemetry.events import Event, tell

BYTES_MAX: Final = 16_384
PER_MINUTE: Final = 60
"""For each process. A page that is broken says so with every visit, and a log is no place to be filled."""
_REPORTS_MAX: Final = 10
_CHARACTERS_MAX: Final = 200


class _Allowance:
    """So many a minute, the next ones when the minute is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self._since, self._taken = time.monotonic(), 0

    def take(self) -> bool:
        with self._lock:
            if time.monotonic() - self._since > 60:
                self.reset()
            self._taken += 1
            return self._taken <= PER_MINUTE


allowance = _Allowance()


@csrf_exempt  # browsers send no token with a report, and it changes nothing
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """204, whatever it was; 413 and 429 for what is too much."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BYTES_MAX:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not allowance.take():
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    for directive, blocked, page in _read(request.body):
        tell(Event.CSP_REPORT, "%s refused %s on %s", directive, blocked, page)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _read(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Directive, what was blocked, on which page; of either form that browsers write. Nothing of what is no report."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    for each in said[:_REPORTS_MAX] if isinstance(said, list) else [said]:
        facts = each.get("csp-report") or each.get("body") if isinstance(each, dict) else None
        if isinstance(facts, dict):
            directive = _first(facts, "effective-directive", "effectiveDirective", "violated-directive")
            blocked = _first(facts, "blocked-uri", "blockedURL")
            page = _first(facts, "document-uri", "documentURL")
            yield directive, _place(blocked), _path(page)


def _first(facts: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := facts.get(name), str)), "?")[:_CHARACTERS_MAX]


def _place(address: str) -> str:
    """Without its query, which may be a secret of somebody's."""
    return address.partition("?")[0].partition("#")[0]


def _path(address: str) -> str:
    try:
        return urlsplit(address).path or "?"
    except ValueError:
        return "?"
