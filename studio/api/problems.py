"""Everything that goes wrong, as `application/problem+json` (RFC 9457): what happened and what to do, in words."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict

START: Final = "/api/"
"""Addresses that answer machines, whatever happens."""
MEDIA_TYPE: Final = "application/problem+json"
_CLOSED: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


class Trouble(Schema):
    """A request that was not done. `type` is for programs and stays as it is; the words follow `Accept-Language`.

    `errors` names for each field what is wrong with it. Further members belong to the type.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = ""
    errors: dict[str, list[str]] | None = None


class Problem(Exception):
    """Answer this. `more` are further members of the document."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str = "",
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(title)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.errors, self.headers, self.more = errors, headers or {}, more

    @property
    def document(self) -> dict[str, Any]:
        document = {"type": f"urn:nb-studio:{self.kind}", "title": self.title, "status": self.status}
        if self.detail:
            document["detail"] = self.detail
        if self.errors is not None:
            document["errors"] = {field: list(sentences) for field, sentences in self.errors.items()}
        return document | self.more


def answer(problem: Problem) -> HttpResponse:
    body = msgspec.json.encode(problem.document)
    headers = {**_CLOSED, **problem.headers}
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE, headers=headers)


def is_asked(request: HttpRequest) -> bool:
    """Whether a program asks, so that no page would help."""
    return request.path.startswith(START)


def invalid(errors: Mapping[str, Sequence[str]]) -> Problem:
    """Fields that cannot be taken as they are. Nothing was done."""
    title = _("Some fields cannot be taken as they are.")
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", title, errors=errors)


def unreadable() -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "unreadable", _("The request cannot be read."))


def not_found(title: str = "") -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "not-found", title or _("No such page"))


def forbidden(detail: str = "") -> Problem:
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", _("You may not do this."), detail)


def too_large() -> Problem:
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", _("That is larger than the studio takes."))


def broken(number: str) -> Problem:
    title = _("The studio made a mistake.")
    detail = _("An admin of the studio finds it by the number %(number)s.") % {"number": number}
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "broken", title, detail, number=number)


def away(seconds: int) -> Problem:
    title = _("The studio cannot answer right now. Try again in a moment.")
    headers = {"Retry-After": str(seconds)}
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "away", title, headers=headers)


def too_many(seconds: int, detail: str = "") -> Problem:
    title = _("Too many requests.")
    headers = {"Retry-After": str(seconds)}
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", title, detail, headers=headers)


def wrong_verb(allowed: str) -> Problem:
    title = _("Nothing here answers to this method.")
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "wrong-method", title, headers={"Allow": allowed})
