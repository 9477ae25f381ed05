"""A request is refused before anything else is done for it: one that is larger than any of ours, by what it says of its
length, and one whose body found no room among all that are on their way.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from nbweb.bodies import CROWDED

from ..api import problems

BODY_BYTES_MAX: Final = 128_000_000
"""Fourteen images of 7 MB in one form, and room beside them. With script each file is a request of its own."""
_RETRY_SECONDS: Final = 10


def body_limit(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, behind everything that the page of the refusal is made with. A body without a length is read as
    empty by WSGI itself, so none comes past here.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if _length(request) > BODY_BYTES_MAX:
            return _too_large(request)
        return _crowded(request) if CROWDED in request.META else get_response(request)

    return answer


def _length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said[:20]) if said.isascii() and said.isdigit() else 0


def _too_large(request: HttpRequest) -> HttpResponse:
    if problems.is_asked(request):
        return problems.answer(problems.too_large())
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _crowded(request: HttpRequest) -> HttpResponse:
    if problems.is_asked(request):
        return problems.answer(problems.away(_RETRY_SECONDS))
    response = render(request, "crowded.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response
