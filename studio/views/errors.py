"""When a page cannot be shown: what happened, what it cost, what to do next."""

import logging
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from ..access import MayOnlyLook, NoSuchProject
from ..api import problems
from ..telemetry.events import Event, tell
from ..telemetry.requests import current_number
from .appearance import chosen_theme

logger = logging.getLogger(__name__)

# What people write with care; never a password.
_TYPED_TEXTS = ("prompt", "system_prompt", "name", "comment")
_RETRY_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_asked(request):
        return problems.answer(problems.unreadable())
    return _page(request, "400.html", {}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    tell(Event.DENIED, "%s %s denied", request.method, request.path)
    if problems.is_asked(request):
        return problems.answer(problems.forbidden(_sentence(exception)))
    response = _page(request, "403.html", {"reason": _sentence(exception)}, status=403)
    return _reloading(request, response) if isinstance(exception, MayOnlyLook) else response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A stranger reads the same here as somebody with a mistyped address."""
    if problems.is_asked(request):
        return problems.answer(problems.not_found())
    title = _sentence(exception).rstrip(".。") or _("No such page")
    response = _page(request, "404.html", {"error_title": title}, status=404)
    return _reloading(request, response) if isinstance(exception, NoSuchProject) else response


def _reloading(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page that is open shows what its reader may not see or do any more: htmx is told to load it anew."""
    if "HX-Request" in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks neither database nor session, which may be what broke. The number is in the log, beside the traceback."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return _without_database(request)
    number = current_number()
    logger.error("%s %s answered 500, number %s", request.method, request.path, number)
    if problems.is_asked(request):
        return problems.answer(problems.broken(number))
    context: dict[str, Any] = {"number": number, "shell": {"theme": chosen_theme(request)}, "address": request.path}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    """Whose name and budget stand in the bar is nothing for a cache, on whatever page."""
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _without_database(request: HttpRequest) -> HttpResponse:
    """It is away, or its disk is full: nothing could be written, and what was typed is shown, to be kept."""
    if problems.is_asked(request):
        return problems.answer(problems.away(_RETRY_SECONDS))
    context = {
        "typed": _typed(request),
        "address": _page_of_the_form(request),
        "shell": {"theme": chosen_theme(request)},
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or in a session that has ended. What was typed is shown, to be kept."""
    tell(Event.FORM_REFUSED, "%s %s refused: %s", request.method, request.path, reason)
    return _page(
        request, "403_csrf.html", {"typed": _typed(request), "address": _page_of_the_form(request)}, status=403
    )


def _typed(request: HttpRequest) -> list[str]:
    return [text for name in _TYPED_TEXTS if (text := request.POST.get(name, "").strip())]


def _page_of_the_form(request: HttpRequest) -> str:
    """Where the form was, if the browser says and it is one of ours."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours else reverse("home")


def _sentence(exception: Exception) -> str:
    """The words a view gave with the exception; empty when it gave none."""
    words = exception.args[0] if exception.args else ""
    return words if isinstance(words, str) else ""
