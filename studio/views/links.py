"""Pictures taken by their address: copied in, or kept as the address."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from .. import access
from ..forms.address import AddressForm
from ..forms.tray import reference, with_inputs
from ..links.refusal import AddressRefused
from ..links.take import take
from ..models import Link, Project, Upload
from .by_url import CLOSED
from .desk import Desk
from .pages import swaps
from .types import StudioRequest


@require_POST
@login_required
def links(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The new slot for htmx, which then asks for the tray around it; otherwise the page with it in the tray."""
    return take_address(request, access.editable_project(request.user, public_id))


def take_address(request: StudioRequest, project: Project) -> HttpResponse:
    """Take the picture at the address in this request, and answer with what became of it."""
    desk = Desk(request, project)
    form = AddressForm(request.POST, models=desk.models, host=request.get_host())
    picture = _taken(form, desk)
    status = 422 if picture is None else 200
    if not request.htmx:
        return _page_with(desk, picture, form, status)
    new_slots = [(reference(picture), picture)] if picture else []
    context = {"new_slots": new_slots, "refusals": form.sentences}
    response = swaps(request, "studio/workspace/linked.swaps.html", context, otherwise=project, status=status)
    if picture:
        response.headers["HX-Trigger-After-Swap"] = "recompose"
    return response


def _taken(form: AddressForm, desk: Desk) -> Upload | Link | None:
    if not form.is_valid():
        return None
    try:
        return take(form.wanted, project=desk.project, person=desk.request.user, now=desk.now)
    except AddressRefused as refusal:
        form.refuse(refusal)
        return None


def _page_with(desk: Desk, picture: Upload | Link | None, form: AddressForm, status: int) -> HttpResponse:
    """The page again: the picture behind those that the tray held, or the dialog with what was typed."""
    fields = with_inputs(desk.fields, [picture] if picture else [])
    if picture:
        fields["dialog"] = CLOSED
    again = Desk(desk.request, desk.project, fields=fields)
    return again.page(again.posted(errors={"address": form.sentences}), status=status)
