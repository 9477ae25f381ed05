"""How a stored object leaves: through this process, by the web server in front, or by a link to the bucket.

Type, name and disposition are ours, made from the stored facts. Nothing is kept by a cache on the way or a browser.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Final

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect

from ..storage.file_names import content_disposition, file_name
from ..storage.objects import link_to, open_stream, size_of
from ..storage.streams import Stream
from .ranges import NotInTheFile, part_of
from .types import StudioRequest

INLINE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What a browser may show in place. Everything else is handed over as a file."""
ACCEL_PREFIX: Final = "/nb-pictures/"
"""What the web server in front takes for MEDIA_ROOT, and lets nobody ask for: docs/pictures.md."""
_READ_BY_SCRIPTS: Final = frozenset({"cors", "same-origin"})
"""How the bytes themselves are asked for, which a page gets from its own origin alone."""
_LINK_CHARACTERS_MAX: Final = 8_000
_BLOCK_BYTES: Final = 1 << 16
_CLOSED: Final = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent: the first of `keys` that is there, as this type, under this name but for its ending."""

    keys: Sequence[str]
    mime_type: str
    stem: str


def send(request: StudioRequest, sent: Sent) -> HttpResponseBase:
    """The answer to a GET or HEAD. Raises FileNotFoundError when none of the objects is there."""
    for key in sent.keys:
        with suppress(FileNotFoundError):
            response = _answer(request, key, _headers(request, key, sent))
            for header, value in _CLOSED.items():
                response.headers[header] = value
            return response
    raise FileNotFoundError(sent.keys)


def _headers(request: StudioRequest, key: str, sent: Sent) -> dict[str, str]:
    is_handed_over = "download" in request.GET or sent.mime_type not in INLINE_TYPES
    return {
        "Content-Type": sent.mime_type,
        "Content-Disposition": content_disposition(file_name(sent.stem, sent.mime_type), as_attachment=is_handed_over),
        # A key names a content, and a thumbnail's size with it, so it changes whenever the bytes would.
        "ETag": f'"{PurePosixPath(key).stem}"',
        "Accept-Ranges": "bytes",
    }


def _answer(request: StudioRequest, key: str, headers: dict[str, str]) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(headers={**headers, "Content-Length": str(size_of(key))})
    match settings.NB_MEDIA_DELIVERY:
        case "accel":
            size_of(key)  # or it is gone
            return HttpResponse(headers={**headers, "X-Accel-Redirect": f"{ACCEL_PREFIX}{key}"})
        case "redirect" if request.headers.get("Sec-Fetch-Mode") not in _READ_BY_SCRIPTS:
            return _redirect(key, headers)
        case _stream:
            return _streamed(request, key, headers)


def _redirect(key: str, headers: dict[str, str]) -> HttpResponseBase:
    size_of(key)  # a bucket would answer in XML that it is gone
    pinned = {name: headers[name] for name in ("Content-Type", "Content-Disposition")}
    link = link_to(key, {**pinned, "Cache-Control": _CLOSED["Cache-Control"]})
    return HttpResponseRedirect(link, max_length=_LINK_CHARACTERS_MAX)


def _streamed(request: StudioRequest, key: str, headers: dict[str, str]) -> HttpResponseBase:
    wanted = request.headers.get("Range", "")
    # Of a file that has changed since its first part was sent, the whole.
    if not wanted or request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        return _file(open_stream(key), HTTPStatus.OK, headers)
    size_bytes = size_of(key)
    try:
        part = part_of(wanted, size_bytes)
    except NotInTheFile:
        return HttpResponse(status=416, content_type="text/plain", headers={"Content-Range": f"bytes */{size_bytes}"})
    if part is None:
        return _file(open_stream(key), HTTPStatus.OK, headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size_bytes}"
    return _file(open_stream(key, part), HTTPStatus.PARTIAL_CONTENT, headers)


def _file(stream: Stream, status: HTTPStatus, headers: dict[str, str]) -> HttpResponseBase:
    response = FileResponse(stream.file, status=status, content_type=headers["Content-Type"])
    response.block_size = _BLOCK_BYTES
    for header, value in (*headers.items(), ("Content-Length", str(stream.size_bytes))):
        response.headers[header] = value
    return response
