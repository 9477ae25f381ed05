"""Smaller copies in the place of heavy images of the tray: a person's choice, which can be taken back."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from .. import access
from ..forms.tray import SWAP, find_pictures, reference
from ..forms.words import refusal_in_words
from ..models import Link
from ..storage.smaller import make_smaller
from ..storage.uploads import UploadRefused
from .desk import Desk
from .types import StudioRequest


@require_POST
@login_required
def smaller_copies(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The composer again. `smaller` names the images, with blanks between them; one bad image keeps no other back."""
    project = access.editable_project(request.user, public_id)
    fields = request.POST.copy()
    swapped: list[str] = []
    refusals: list[str] = []
    for picture in find_pictures(request.POST.get("smaller", "").split(), project):
        if isinstance(picture, Link):
            continue  # the provider fetches it, whatever it weighs
        try:
            smaller = make_smaller(picture, project=project, person=request.user)
        except UploadRefused as refusal:
            refusals.append(refusal_in_words(refusal))
        else:
            swapped += [reference(picture), reference(smaller)]
    fields["tray"] = " ".join([SWAP, *swapped])
    desk = Desk(request, project, fields=fields)
    return desk.recomposed(desk.posted(errors={"inputs": refusals}), status=422 if refusals else 200)
