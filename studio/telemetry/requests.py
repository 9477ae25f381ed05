"""Gives every request its id: on its log lines, in the header of its answer, and on the page of an error."""

import re
import secrets
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

from .ids import bound, current, learn
from .spans import span

HEADER: Final = "X-Request-ID"
_GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Middleware. A proxy that has numbered the request already is believed, if its number looks like one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else new_number()
        with bound(request=number), span("request", **{"http.request.method": request.method or ""}) as known:
            response = self._get_response(request)
            known["http.response.status_code"] = response.status_code
            # The pattern, not the address: that has names, and search words in its query.
            known["http.route"] = request.resolver_match.route if request.resolver_match else ""
        response.headers[HEADER] = number
        return response


class PersonIds:
    """Middleware, after that of sessions: whose session it is. Asks nothing where no session was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            learn(person=request.session.get(SESSION_KEY, ""))
        return self._get_response(request)


def new_number() -> str:
    return f"r-{secrets.token_hex(5)}"


def current_number() -> str:
    """The id of the request that is being answered; a new one outside of any."""
    return current().get("request") or new_number()
