"""The one media door: every picture that leaves the studio passes this permission check, whole or in part.

It answers one address for each picture, asked by somebody who is signed in, from the studio itself. All else is not
there.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.common import no_append_slash
from django.views.decorators.http import require_safe

from ..models import Link, Output, Picture, Upload
from ..storage.file_names import file_name, labelled_stem, output_stem
from ..storage.keys import SMALL, small_key
from ..talk.sharing import shown_by
from .inscribed import asks_for_parameters, with_parameters
from .sending import Sent, send
from .types import StudioRequest

QUERIES: Final = frozenset({"", "download", "download=parameters"})
_FROM_HERE: Final = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of a page of the studio, and of an address that a person typed. Browsers before 2023 say nothing."""

type View = Callable[[StudioRequest, UUID, str], HttpResponseBase]


def _door(view: View) -> View:
    @no_append_slash
    @require_safe
    @wraps(view)
    def guarded(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
        if not (request.user.is_active and _is_asked_from_here(request) and _is_plain(request)):
            raise Http404(_("No such picture."))
        return view(request, public_id, rendition)

    return guarded


def _is_asked_from_here(request: StudioRequest) -> bool:
    """Or by a link that leads to the picture alone; another site shows none in its own pages."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    is_followed = request.headers.get("Sec-Fetch-Mode") == "navigate" and _dest(request) == "document"
    return site in _FROM_HERE or is_followed


def _is_plain(request: StudioRequest) -> bool:
    """No other spelling of the address, and no further words: a cache on the way may take them for another file."""
    if request.META.get("QUERY_STRING", "") not in QUERIES:
        return False
    # As it came over the wire, where the server tells: what is decoded by now could have been `%2F` or `%2E`.
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    return raw is None or urlsplit(raw).path == request.path


def _dest(request: StudioRequest) -> str:
    return request.headers.get("Sec-Fetch-Dest", "")


@_door
def output_file(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """The stored picture of a generation, or a small one of it."""
    return give_output(request, public_id, rendition)


def give_output(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """The same, for whoever is known to ask in their own name. Raises Http404 for what they may not see."""
    output = (
        Output.objects.open_to(request.user)
        .select_related("generation__run", "generation__project")
        .filter(public_id=public_id)
        .first()
    )
    if output is None:
        raise Http404(_("No such picture."))
    stem = output_stem(output)
    if rendition == "original" and asks_for_parameters(request):
        return with_parameters(request, output, file_name(stem, output.mime_type))
    return _answer(request, output, rendition, stem=stem)


@_door
def upload_file(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """A picture somebody brought in. The original goes to that person alone; others get the clean working copy."""
    upload = Upload.objects.visible_to(request.user).select_related("project").filter(public_id=public_id).first()
    is_as_it_came = rendition == "original" or (rendition == "picture" and upload is not None and not upload.copy_key)
    if upload is None or (is_as_it_came and upload.person_id != request.user.pk):
        raise Http404(_("No such picture."))
    stem = labelled_stem(upload.project, upload.name.rpartition(".")[0] or upload.name)
    return _answer(request, upload, rendition, stem=stem)


@_door
def link_file(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """A small picture of one by address. Its original is elsewhere, and nothing is fetched to be shown."""
    link = Link.objects.visible_to(request.user).select_related("project").filter(public_id=public_id).first()
    if link is None or rendition == "original" or not link.thumbnail_key:
        raise Http404(_("No such picture."))
    return _answer(request, link, rendition, stem=labelled_stem(link.project, link.host))


@no_append_slash
@require_safe
def shared_file(request: StudioRequest, token: str) -> HttpResponseBase:
    """The picture behind a share link, for whoever has the link. Its check is the token, and its name says nothing."""
    is_fit = _is_asked_from_here(request) and _is_plain(request)
    output = shown_by(token, now=timezone.now()) if is_fit else None
    if output is None:
        raise Http404(_("No such picture."))
    response = _answer(request, output, "original", stem="picture")
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _answer(request: StudioRequest, picture: Picture, rendition: str, *, stem: str) -> HttpResponseBase:
    try:
        return send(request, _sent(picture, rendition, stem))
    except FileNotFoundError as error:
        if _dest(request) == "image":
            return _missing(request)
        raise Http404(_("The file of this picture is missing. Ask an admin of the studio.")) from error


def _sent(picture: Picture, rendition: str, stem: str) -> Sent:
    if edge := SMALL.get(rendition):
        # What was stored before there were so many sizes has fewer: then the next larger one.
        larger = [small_key(picture.thumbnail_key, each) for each in sorted(SMALL.values()) if each >= edge]
        return Sent(larger, "image/webp", stem)
    if rendition == "picture" and not isinstance(picture, Link):
        return Sent([picture.sent.key], picture.sent.mime_type, stem)
    if rendition == "original" and not isinstance(picture, Link):
        return Sent([picture.key], picture.mime_type, stem)
    raise Http404(_("No such picture."))


def _missing(request: StudioRequest) -> HttpResponse:
    """The same in the place of the picture: a browser shows what an image's address answers, whatever its status."""
    content = render_to_string("studio/missing_picture.svg", request=request)
    response = HttpResponse(content, status=HTTPStatus.NOT_FOUND, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response
