"""200 with a body that is wrong: pictures that do not open, pages, nothing, or words that are hard to keep."""

import codecs

from .call import Call, Reply
from .envelope import caption, image_part, text_part, with_parts
from .pictures import delivered
from .statuses import html_page

_MARK = "lonely-half"
_OTHER_BYTES = {
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "zip": b"PK\x03\x04" + bytes(200),
    "gif": b"GIF89a/*" + bytes(40) + b"*/=alert(1)//",
}


def corrupt(call: Call) -> Reply:
    """Good Base64 of bytes that begin like a picture and are none. `corrupt:truncated` lacks its end only."""
    picture = call.picture()
    if call.behaviour.reason == "truncated":
        broken = picture[: len(picture) // 3]
    else:
        broken = picture[:12] + call.chance.randbytes(len(picture) // 3)
    return with_parts(call, [*caption(call), image_part(call, broken)], images=1)


def bad_base64(call: Call) -> Reply:
    """One part that is no Base64. `bad_base64:mixed` puts a good picture beside it."""
    part = image_part(call, call.picture(0))
    part["inlineData"]["data"] = "§" + part["inlineData"]["data"][1:-3]
    good = [image_part(call, call.picture(1))] if call.behaviour.reason == "mixed" else []
    return with_parts(call, [*caption(call), part, *good], images=1 + len(good))


def wrong_mime(call: Call) -> Reply:
    """The label says one kind, the bytes are another; `wrong_mime:svg` and the like are no picture at all."""
    other = "image/jpeg" if call.behaviour.png else "image/png"
    data = _OTHER_BYTES.get(call.behaviour.reason) or call.picture()
    return with_parts(call, [*caption(call), image_part(call, data, other)], images=1)


def html(_call: Call) -> Reply:
    return html_page("Please wait")


def empty_body(_call: Call) -> Reply:
    return Reply(200, b"")


def not_json(call: Call) -> Reply:
    """`not_json:null` and the like send the reason itself."""
    return Reply(200, (call.behaviour.reason or '{"candidates": [').encode())


def deep(_call: Call) -> Reply:
    """200,000 brackets, one inside the other."""
    return Reply(200, b"[" * 200_000 + b"]" * 200_000)


def bom(call: Call) -> Reply:
    """A good answer behind a byte order mark."""
    reply = delivered(call)
    assert isinstance(reply.body, bytes)
    reply.body = codecs.BOM_UTF8 + reply.body
    return reply


def odd_text(call: Call) -> Reply:
    """A picture, and words that are hard to keep: `odd_text:nul`, `odd_text:surrogate`, or two megabytes of them."""
    kind = call.behaviour.reason or "nul"
    words = {"nul": "before\0after", "surrogate": f"before{_MARK}after"}.get(kind, "word " * 400_000)
    reply = with_parts(call, [text_part(call, words), image_part(call, call.picture())], images=1)
    assert isinstance(reply.body, bytes)
    # Half a pair has no UTF-8; in JSON it can be written all the same.
    reply.body = reply.body.replace(_MARK.encode(), b"\\ud83d")
    return reply
