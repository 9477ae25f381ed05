"""The one media door: every picture that leaves the studio passes this permission check.

Type and disposition are ours, made from the stored facts; nothing is kept by a cache on the way.
"""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..models import Link, Output, Picture, Upload
from ..storage.keys import EXTENSIONS, icon_key
from ..storage.objects import object_exists, open_object
from .types import StudioRequest

INLINE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What a browser may show in place. Everything else is handed over as a file."""


@require_safe
@login_required
def output_file(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """The stored picture of a generation, or its thumbnail."""
    output = (
        Output.objects.visible_to(request.user)
        .select_related("generation__run", "generation__project")
        .filter(public_id=public_id)
        .first()
    )
    if output is None:
        raise Http404(_("No such picture."))
    frame = f"{output.generation.project.name} {output.generation.frame_number}"
    suffix = "" if output.role == Output.Role.PRIMARY else f" {output.position + 1}"
    return _answer(request, output, rendition, name=frame + suffix)


@require_safe
@login_required
def upload_file(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """A picture somebody brought in. The original goes to that person alone; others get the clean working copy."""
    upload = Upload.objects.visible_to(request.user).filter(public_id=public_id).first()
    is_as_it_came = rendition == "original" or (rendition == "picture" and upload is not None and not upload.copy_key)
    if upload is None or (is_as_it_came and upload.person_id != request.user.pk):
        raise Http404(_("No such picture."))
    return _answer(request, upload, rendition, name=upload.name.rpartition(".")[0] or upload.name)


@require_safe
@login_required
def link_file(request: StudioRequest, public_id: UUID, rendition: str) -> HttpResponseBase:
    """The thumbnail of a picture by address. Its original is elsewhere, and nothing is fetched to be shown."""
    link = Link.objects.visible_to(request.user).filter(public_id=public_id).first()
    if link is None or rendition == "original" or not link.thumbnail_key:
        raise Http404(_("No such picture."))
    return _answer(request, link, rendition, name=link.host)


def _answer(request: StudioRequest, picture: Picture, rendition: str, *, name: str) -> HttpResponseBase:
    match rendition:
        case "thumbnail":
            return _file(request, picture.thumbnail_key, "image/webp", name=name)
        case "icon":
            key = icon_key(picture.thumbnail_key)
            # What was stored before there were icons has none.
            return _file(request, key if object_exists(key) else picture.thumbnail_key, "image/webp", name=name)
        case "picture" if not isinstance(picture, Link):
            return _file(request, picture.sent.key, picture.sent.mime_type, name=name)
        case "original" if not isinstance(picture, Link):
            return _file(request, picture.key, picture.mime_type, name=name)
        case _:
            raise Http404(_("No such picture."))


def _file(request: StudioRequest, key: str, mime_type: str, *, name: str) -> HttpResponseBase:
    try:
        file = open_object(key)
    except FileNotFoundError as error:
        if request.headers.get("Sec-Fetch-Dest") == "image":
            return _missing(request)
        raise Http404(_("The file of this picture is missing. Ask an admin of the studio.")) from error
    response = FileResponse(
        file,
        as_attachment="download" in request.GET or mime_type not in INLINE_TYPES,
        filename=f"{slugify(name) or 'picture'}.{EXTENSIONS[mime_type]}",
        content_type=mime_type,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _missing(request: StudioRequest) -> HttpResponse:
    """The same in the place of the picture: a browser shows what an image's address answers, whatever its status."""
    content = render_to_string("studio/missing_picture.svg", request=request)
    response = HttpResponse(content, status=HTTPStatus.NOT_FOUND, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response
