"""Answers of the link group: the picture lies in a bucket for a while, and the text is its address."""

from http import HTTPStatus

from ..behaviour import Behaviour
from ..shelf import Fate
from .bulk import HUGE_MEGABYTES, gzipped
from .call import Call, Reply
from .envelope import text_part, with_parts
from .statuses import html_page

FOREIGN = "https://pictures.sandbox-bucket.example/nb/elsewhere.png?Expires=1790000000&Signature=abc%3D"
METADATA_SERVICE = "http://169.254.169.254/latest/meta-data/"
DRIP_BYTES_PER_SECOND = 2_000


def oss(call: Call) -> Reply:
    return _linked(call, Fate())


def oss_expired(call: Call) -> Reply:
    return _linked(call, Fate(valid_seconds=-60))


def oss_missing(call: Call) -> Reply:
    return _linked(call, Fate(status=HTTPStatus.NOT_FOUND))


def oss_later(call: Call) -> Reply:
    """The first downloads fail, then it works: the picture is made and paid, only not yet here."""
    return _linked(call, Fate(status=HTTPStatus.SERVICE_UNAVAILABLE, failures=call.behaviour.count or 2))


def oss_html(call: Call) -> Reply:
    """200, and a page instead of a picture."""
    page = html_page("This picture is not here")
    assert isinstance(page.body, bytes)
    return _linked(call, Fate(content=page.body, content_type=page.content_type))


def oss_other(call: Call) -> Reply:
    """200 and the label of a picture, on bytes that are none."""
    return _linked(call, Fate(content=b"PK\x03\x04" + bytes(200)))


def oss_type(call: Call) -> Reply:
    """The picture, under another label."""
    return _linked(call, Fate(content_type=call.behaviour.reason or "text/plain"))


def oss_empty(call: Call) -> Reply:
    return _linked(call, Fate(content=b""))


def oss_huge(call: Call) -> Reply:
    """Begins as the picture and does not end for `count` megabytes."""
    return _linked(call, Fate(megabytes=call.behaviour.count or HUGE_MEGABYTES))


def oss_gzip(call: Call) -> Reply:
    """Little on the wire, `count` megabytes when unpacked."""
    megabytes = call.behaviour.count or HUGE_MEGABYTES
    return _linked(call, Fate(content=gzipped(megabytes), headers={"Content-Encoding": "gzip"}))


def oss_drip(call: Call) -> Reply:
    rate = call.behaviour.bytes_per_second or DRIP_BYTES_PER_SECOND
    return _linked(call, Fate(behaviour=Behaviour(delivery="drip", bytes_per_second=rate)))


def oss_cut(call: Call) -> Reply:
    """The download ends before its length."""
    return _linked(call, Fate(behaviour=Behaviour(delivery="cut", after_bytes=call.behaviour.after_bytes)))


def oss_redirect(call: Call) -> Reply:
    """The download leads to an address inside the house; nobody may follow it."""
    return _linked(call, Fate(location=call.behaviour.reason or METADATA_SERVICE))


def oss_loop(call: Call) -> Reply:
    """The download leads to itself."""
    return _linked(call, Fate(loops=True))


def oss_foreign(call: Call) -> Reply:
    """A host that is on nobody's list, or any address at all: `oss_foreign:https://…`."""
    return _with_link(call, call.behaviour.reason or FOREIGN)


def _linked(call: Call, fate: Fate) -> Reply:
    placed = call.shelf.place(call.picture(), call.format.mime_type, fate)
    return _with_link(call, placed.url(call.base_url))


def _with_link(call: Call, url: str) -> Reply:
    reply = with_parts(call, [text_part(call, url)], images=1)
    # As on the wire: the ampersands are escaped, and only a JSON reader gives them back.
    assert isinstance(reply.body, bytes)
    reply.body = reply.body.replace(b"&", b"\\u0026")
    return reply
