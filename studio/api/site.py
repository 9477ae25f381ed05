"""The API as one: its operations, what goes wrong in any of them, and its addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from ..telemetry.events import Event, tell
from . import account, catalogue, generations, pictures, problems, projects, runs
from .document import DocumentedAPI
from .door import nobody
from .problems import Problem

ABOUT: Final = """\
Everything here is done in the name of the person whose access token you send, and by the same rules as in the studio:
what they may see, what they may spend. Amounts are whole micro-dollars ($0.09 is 90000). What goes wrong is told as
`application/problem+json`; `type` is for programs, `title`, `detail` and `errors` are for people, in English or
Simplified Chinese by `Accept-Language`."""

type View = Callable[..., HttpResponseBase]


class StrictParser(Parser):
    """JSON as the standard has it: no NaN, no half of a surrogate pair, no depth that breaks the reader."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise problems.unreadable() from error


api = DocumentedAPI(
    title="NB Studio",
    version="1",
    description=ABOUT,
    docs_url=None,  # a page of its own would need scripts that our content policy forbids
    urls_namespace="api",
    parser=StrictParser(),
)
for each in (account, projects, catalogue, runs, generations, pictures):
    api.add_router("", each.router)


@api.exception_handler(Problem)
def _known(request: HttpRequest, exception: Problem) -> HttpResponse:
    return problems.answer(exception)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, exception: AuthenticationError) -> HttpResponse:
    return problems.answer(nobody())


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, exception: HttpError) -> HttpResponse:
    return problems.answer(problems.unreadable())


@api.exception_handler(Http404)
def _hidden(request: HttpRequest, exception: Http404) -> HttpResponse:
    return problems.answer(problems.not_found(str(exception)))


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    tell(Event.DENIED, "%s %s denied", request.method, request.path)
    return problems.answer(problems.forbidden(str(exception)))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for error in exception.errors:
        errors.setdefault(_field(error["loc"]), []).append(_sentence(error))
    return problems.answer(problems.invalid(errors))


@api.exception_handler(Exception)
def _unknown(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's to answer: what it cannot read is a 400, the rest our mistake, with its number in the log."""
    raise exception


def _field(place: tuple[Any, ...]) -> str:
    """`prompt`, `inputs.2`: without where in the request it stands, and what our code calls it.

    Only at its beginning: a field may be called "file" as the place is.
    """
    _where, *inside = place
    if inside and inside[0] in {"asked", "wanted"}:
        inside = inside[1:]
    return ".".join(map(str, inside)) or "body"


def _sentence(error: dict[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return _("This field is required.")
        case "extra_forbidden":
            return _("There is no such field.")
        case _other:
            return str(error["msg"])


def _answering(view: View) -> View:
    """Around every operation: HEAD as GET, and no answer in anybody's cache."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"  # the server leaves the body out
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            response = problems.answer(problems.wrong_verb(response.headers["Allow"]))
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["Authorization"])
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # a session opens nothing here, so none can be misused
    return answered


def _urls() -> tuple[list[URLPattern], str, str]:
    patterns, app, space = api.urls
    found = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]
    assert len(found) == len(patterns), "routers are flat"
    for pattern in found:
        is_the_librarys = pattern.name in {"api-root", "openapi-json"}
        pattern.callback = _answering(require_safe(pattern.callback) if is_the_librarys else pattern.callback)
    return found, app, space


urls: Final = _urls()
