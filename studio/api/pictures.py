"""Pictures in, through the upload gate; and out, through the one media door."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Router, Status
from ninja.files import UploadedFile

from .. import access
from ..forms.tray import reference
from ..forms.words import refusal_in_words
from ..models import Upload
from ..storage.uploads import UploadRefused, bring_in
from ..views.media import give_output
from .door import GENERATE, READ, TokenRequest
from .problems import Problem, invalid
from .shapes import Facts, UploadShape
from .troubles import answers

router = Router(tags=["Pictures"])
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/projects/{uuid:project_id}/uploads",
    auth=GENERATE,
    response=answers(UploadShape, status=201, hidden=True, writes=True),
    url_name="project-uploads",
    operation_id="uploadImage",
    summary="Bring in an image",
)
def upload(request: TokenRequest, project_id: UUID, file: File[UploadedFile]) -> Status[Facts]:
    """PNG, JPEG, WebP or HEIC. The same bytes from you into the same project are the same upload."""
    project = access.editable_project(request.user, project_id)
    if len(request.FILES.getlist("file")) > 1:
        raise invalid({"file": [_("Send one file at a time.")]})
    try:
        kept = bring_in(file, project=project, person=request.user)
    except UploadRefused as refusal:
        said = refusal_in_words(refusal)
        if refusal.code == "away":
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "away", said, headers={"Retry-After": "60"}) from refusal
        raise invalid({"file": [said]}) from refusal
    return Status(201, _upload(kept))


@router.get(
    "/outputs/{uuid:output_id}/file",
    auth=READ,
    response=answers(None, hidden=True),
    url_name="output-file",
    operation_id="downloadOutput",
    summary="The bytes of a picture",
    openapi_extra={"responses": {200: {"content": dict.fromkeys(("image/png", "image/jpeg", "image/webp"), _BYTES)}}},
)
def output_file(request: TokenRequest, output_id: UUID) -> HttpResponseBase:
    """As it came from the model, by ranges where they are asked for. May lead on to the storage: follow redirects."""
    return give_output(request, output_id, "original")


def _upload(kept: Upload) -> Facts:
    return {
        "id": kept.public_id,
        "reference": reference(kept),
        "name": kept.name,
        "mime_type": kept.mime_type,
        "size_bytes": kept.size_bytes,
        "width": kept.width,
        "height": kept.height,
    }
