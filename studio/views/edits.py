"""An image of the tray edited: turned, cut out, written on. What comes out takes its place, and it stays."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import access
from ..forms.edit import EditForm
from ..forms.tray import SWAP, find_pictures, reference
from ..forms.words import refusal_in_words
from ..models import Link, Project
from ..storage.edits import make_edited, unedited
from ..storage.smaller import Bytes
from ..storage.uploads import UploadRefused
from .desk import Desk
from .editor import Editor
from .pages import swaps
from .types import StudioRequest


@require_POST
@login_required
def edits(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """`edit` names an image of the tray to open the dialog for. Without it, the dialog of `editing` is applied."""
    project = access.editable_project(request.user, public_id)
    opening = "edit" in request.POST
    picture = _picture(request.POST.get("edit" if opening else "editing", ""), project)
    if isinstance(picture, str):
        desk = Desk(request, project)
        return desk.recomposed(desk.posted(errors={"inputs": [picture]}), status=422)
    if opening:
        return _dialog(Desk(request, project), Editor.of(picture))
    return _applied(request, project, picture)


def _picture(wanted: str, project: Project) -> Bytes | str:
    """The image, or why there is none to edit."""
    found = find_pictures([wanted], project)
    if not found:
        return _("This image is no longer here.")
    if isinstance(found[0], Link):
        return _("Only the address of this image is sent. Copy it in to edit it.")
    return found[0]


def _dialog(desk: Desk, editor: Editor, *, status: int = 200) -> HttpResponse:
    """For htmx the dialog alone; otherwise the page with it open."""
    composer = desk.posted(editor=editor)
    if not desk.request.htmx:
        return desk.page(composer, status=status)
    context = {"project": desk.project, "composer": composer, "editor": editor}
    return swaps(desk.request, "studio/workspace/editing.swaps.html", context, otherwise=desk.project, status=status)


def _applied(request: StudioRequest, project: Project, picture: Bytes) -> HttpResponse:
    whole = unedited(picture)
    form = EditForm(request.POST, width=whole.width, height=whole.height)
    sentences = form.sentences
    if not sentences:
        try:
            edited = make_edited(picture, form.wanted, project=project, person=request.user)
        except UploadRefused as refusal:
            sentences = [refusal_in_words(refusal)]
        else:
            fields = request.POST.copy()
            fields["tray"] = f"{SWAP} {reference(picture)} {reference(edited)}"
            desk = Desk(request, project, fields=fields)
            return desk.recomposed(desk.posted())
    if not request.htmx:
        return _dialog(Desk(request, project), Editor.typed(picture, request.POST, sentences), status=422)
    return swaps(
        request, "studio/workspace/unedited.swaps.html", {"refusals": sentences}, otherwise=project, status=422
    )
