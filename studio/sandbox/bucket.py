"""The host of the link group's pictures: what a download gets, which is not always the picture."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from .answers.call import Reply
from .shelf import Placed

MEGABYTE = 1024 * 1024
_ERRORS = {
    403: ("AccessDenied", "Request has expired."),
    404: ("NoSuchKey", "The specified key does not exist."),
}


def answer(placed: Placed | None, address: str, query: Mapping[str, str]) -> Reply:
    """The next download of a picture, which this counts. `address` is the one that was asked."""
    status = placed.status_now(query.get("Expires", ""), query.get("Signature", "")) if placed else 404
    if placed is None or status >= HTTPStatus.BAD_REQUEST:
        return Reply(status, _error(status), "application/xml")
    fate = placed.fate
    if fate.location or fate.loops:
        return Reply(HTTPStatus.FOUND, b"", "text/plain", {"Location": fate.location or address})
    content_type = fate.content_type or placed.mime_type
    if fate.megabytes:
        return Reply(HTTPStatus.OK, _endless(placed.data, fate.megabytes), content_type)
    return Reply(HTTPStatus.OK, placed.data if fate.content is None else fate.content, content_type, fate.headers)


def _endless(picture: bytes, megabytes: int) -> Iterator[bytes]:
    """Begins like a picture, and has no length."""
    yield picture
    for _ in range(megabytes):
        yield bytes(MEGABYTE)


def _error(status: int) -> bytes:
    code, message = _ERRORS.get(status, ("InternalError", "Please try again."))
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()
