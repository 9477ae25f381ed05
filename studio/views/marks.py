"""Marks on one frame: a star of one's own, and what the project shares. Pressing what is set takes it off."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import access
from ..forms.marks import MarksForm
from ..gallery import marks
from ..gallery.marks import BadTag, known_tags, marks_of
from ..models import Generation, User
from .frames import frame_of
from .pages import page, swaps
from .types import StudioRequest


@require_POST
@login_required
def of_generation(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """A viewer may star; the rest is for makers and owners."""
    one = access.living_generation(request.user, public_id)
    form = MarksForm(request.POST)
    if not form.is_valid():
        return _answer(request, one, error=_sentence(form))
    if form.is_of_the_project:
        access.editable_generation(request.user, public_id)
    try:
        put(form, [one], request.user)
    except BadTag:
        return _answer(request, one, error=no_tag())
    return _answer(request, one)


def put(form: MarksForm, generations: Sequence[Generation], person: User) -> None:
    """What the button says, on all of them. Raises `BadTag`."""
    values = form.cleaned_data
    if values["star"]:
        marks.star(generations, person, is_starred=values["star"] == "on")
    if values["pick"]:
        marks.pick(generations, is_picked=values["pick"] == "on", by=person)
    if values["rating"] is not None:
        marks.rate(generations, values["rating"] or None, by=person)
    if values["tag"]:
        marks.tag(generations, values["tag"], by=person)
    if values["untag"]:
        marks.untag(generations, values["untag"])


def no_tag() -> str:
    return _("A tag is one to forty letters, and a frame has at most %(count)d of them.") % {"count": marks.TAGS_MAX}


def _sentence(form: MarksForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _answer(request: StudioRequest, one: Generation, *, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "project": one.project,
        "generation": one,
        "can_make": access.can_make(request.user, one.project),
        "hung": "hung" in request.POST,
    }
    status = 422 if error else 200
    if "on" in request.POST and (request.htmx or error):
        context |= {
            "marks": marks_of([one], request.user)[one.pk],
            "known_tags": known_tags(one.project),
            "error": error,
            "typed": request.POST.get("tag", "") if error else "",
        }
        template = "studio/marks/_panel.html" if request.htmx else "studio/marks/wrong.html"
        return page(request, template, context, status=status)
    context["frame"] = frame_of(one, request.user)
    return swaps(request, "studio/marks/marked.swaps.html", context, otherwise=one, status=status)
