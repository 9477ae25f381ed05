"""Answers of the link group: the picture lies in a bucket for a while, and the text is its address."""

from http import HTTPStatus

from ..shelf import Fate, Placed
from .call import Call, Reply
from .envelope import text_part, with_parts

VALID_SECONDS = 600
FOREIGN = "https://pictures.sandbox-bucket.example/nb/elsewhere.png?Expires=1790000000&Signature=abc%3D"


def oss(call: Call) -> Reply:
    return _linked(call, Fate())


def oss_expired(call: Call) -> Reply:
    return _linked(call, Fate(valid_seconds=-60))


def oss_html(call: Call) -> Reply:
    """200, and a page instead of a picture."""
    return _linked(call, Fate(html=True))


def oss_missing(call: Call) -> Reply:
    return _linked(call, Fate(status=HTTPStatus.NOT_FOUND))


def oss_later(call: Call) -> Reply:
    """The first downloads fail, then it works: the picture is made and paid, only not yet here."""
    return _linked(call, Fate(status=HTTPStatus.SERVICE_UNAVAILABLE, failures=call.behaviour.count or 2))


def oss_redirect(call: Call) -> Reply:
    """The download leads to an address inside the house; nobody may follow it."""
    return _linked(call, Fate(location=call.behaviour.reason or "http://169.254.169.254/latest/meta-data/"))


def oss_foreign(call: Call) -> Reply:
    """A host that is on nobody's list."""
    return _with_link(call, FOREIGN)


def _linked(call: Call, fate: Fate) -> Reply:
    placed: Placed = call.shelf.place(call.picture(), call.format.mime_type, fate)
    return _with_link(call, placed.url(call.base_url))


def _with_link(call: Call, url: str) -> Reply:
    reply = with_parts(call, [text_part(call, url)], images=1)
    # As on the wire: the ampersands are escaped, and only a JSON reader gives them back.
    assert isinstance(reply.body, bytes)
    reply.body = reply.body.replace(b"&", b"\\u0026")
    return reply
