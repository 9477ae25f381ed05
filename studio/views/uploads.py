"""Pictures brought in for the tray: picked, dropped or pasted."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import access
from ..forms.tray import reference, with_inputs
from ..forms.words import refusal_in_words
from ..models import Project, Upload, User
from ..storage.uploads import UploadRefused, bring_in
from .desk import Desk
from .pages import swaps
from .types import StudioRequest

FILES_MAX: Final = 20
"""In one request: more than a tray takes, so that the tray can say how many are too many."""


@require_POST
@login_required
def uploads(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The new slots for the page's script, which puts them into the tray; otherwise the page with them in the tray."""
    return take_in(request, access.editable_project(request.user, public_id))


def take_in(request: StudioRequest, project: Project) -> HttpResponse:
    """Bring in the files of this request, and answer with what became of them."""
    pictures, refusals, is_away = bring_in_all(request.FILES.getlist("files"), project=project, person=request.user)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusals else HTTPStatus.OK
    if not request.htmx:
        desk = Desk(request, project, fields=with_inputs(request.POST, pictures))
        return desk.page(desk.posted(errors={"files": refusals}), status=status)
    new_slots = [(reference(picture), picture) for picture in pictures]
    context = {"new_slots": new_slots, "refusals": refusals}
    # What could not be looked at may be sent again just as it is, and the page then offers that.
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else status
    return swaps(request, "studio/workspace/uploaded.swaps.html", context, otherwise=project, status=status)


def bring_in_all(
    files: "Sequence[UploadedFile[bytes]]", *, project: Project, person: User
) -> tuple[list[Upload], list[str], bool]:
    """What was let in, in order, one sentence for each file that was not, and whether one could not be looked at.

    One bad file keeps no other out.
    """
    pictures: list[Upload] = []
    refusals: list[str] = []
    is_away = False
    for file in files[:FILES_MAX]:
        try:
            pictures.append(bring_in(file, project=project, person=person))
        except UploadRefused as refusal:
            refusals.append(refusal_in_words(refusal))
            is_away = is_away or refusal.code == "away"
    if not files:
        refusals.append(_("No image was chosen."))
    if len(files) > FILES_MAX:
        refusals.append(_("At most %(limit)d files at once; the others were left out.") % {"limit": FILES_MAX})
    return pictures, refusals, is_away
