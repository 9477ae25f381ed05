"""A copy in the place of an address of the tray, fetched now: whoever serves it may show another picture tomorrow."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from .. import access
from ..forms.address_words import address_refusal_in_words
from ..forms.tray import SWAP, find_pictures, reference
from ..links.refusal import AddressRefused
from ..links.take import Wanted, take
from ..models import Link
from .desk import Desk
from .types import StudioRequest


@require_POST
@login_required
def link_copies(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The composer again. `copy` names the link; one that cannot be fetched any more stays in its place."""
    project = access.editable_project(request.user, public_id)
    fields = request.POST.copy()
    desk = Desk(request, project, fields=fields)
    swapped: list[str] = []
    refusals: list[str] = []
    for link in find_pictures([request.POST.get("copy", "")], project):
        if not isinstance(link, Link):
            continue
        wanted = Wanted(url=link.url, is_sent=False, model=desk.posted().composition.model)
        try:
            copy = take(wanted, project=project, person=request.user, now=desk.now)
        except AddressRefused as refusal:
            refusals.append(address_refusal_in_words(refusal))
        else:
            swapped += [reference(link), reference(copy)]
    fields["tray"] = " ".join([SWAP, *swapped])
    return desk.recomposed(desk.posted(errors={"inputs": refusals}), status=422 if refusals else 200)
