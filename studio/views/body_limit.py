"""A request larger than any of ours is refused by what it says of its length, before a byte of it is read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ..api import problems

BODY_BYTES_MAX: Final = 128_000_000
"""Fourteen images of 7 MB in one form, and room beside them. With script each file is a request of its own."""


def body_limit(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, behind everything that the page of the refusal is made with. A body without a length is read as
    empty by WSGI itself, so none comes past here.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _refusal(request) if _length(request) > BODY_BYTES_MAX else get_response(request)

    return answer


def _length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said[:20]) if said.isascii() and said.isdigit() else 0


def _refusal(request: HttpRequest) -> HttpResponse:
    if problems.is_asked(request):
        return problems.answer(problems.too_large())
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
