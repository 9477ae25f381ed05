"""The two ways to answer. Every address is a page first; htmx gets the part of it that it asked for.

`HX-Request` never decides what a person may see, only how much of the page is sent.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from .types import StudioRequest


class HasAddress(Protocol):
    def get_absolute_url(self) -> str: ...


def page(
    request: StudioRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page; for htmx the named `partialdef` of it. A history restore gets the whole."""
    if part and request.htmx and not request.htmx.history_restore_request:
        template = f"{template}#{part}"
    return _private(render(request, template, context, status=status))


def swaps(
    request: StudioRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    otherwise: HasAddress | str,
    status: int = 200,
) -> HttpResponse:
    """Several regions at once for htmx (a `*.swaps.html`); everyone else is redirected to `otherwise`."""
    if not request.htmx:
        return _private(redirect(otherwise))
    return _private(render(request, template, context, status=status))


def reload(request: StudioRequest, address: str) -> HttpResponse:
    """For an act that changes what a whole page may show: htmx is told to load it, everyone else is redirected."""
    if not request.htmx:
        return _private(redirect(address))
    return _private(HttpResponse(headers={"HX-Redirect": address}))


def _private(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
