"""What is done with several frames of the gallery at once. Each page of it is a form around its frames."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from .. import access
from ..forms.marks import MarksForm
from ..gallery.marks import BadTag
from ..gallery.people import projects_made_in
from ..history import TypicalTimes
from ..models import Generation, Project
from .back import address_back
from .frames import frames_of
from .line import Line
from .marks import no_tag, put
from .pages import swaps
from .types import StudioRequest

CHOSEN_MAX: Final = 900
"""Django takes a thousand fields of a form, and no page of ours has as many frames."""
COMPARED: Final = 2


@require_POST
@login_required
def everywhere(request: StudioRequest) -> HttpResponse:
    return _done(request, None)


@require_POST
@login_required
def of_project(request: StudioRequest, public_id: UUID) -> HttpResponse:
    return _done(request, access.visible_project(request.user, public_id))


def _done(request: StudioRequest, project: Project | None) -> HttpResponse:
    generations = _chosen(request, project)
    if not generations:
        return _back(request, project, _("Choose an image first."))
    leads = _LEADS.get(request.POST.get("do", ""))
    if leads:
        return leads(request, project, generations)
    return _marked(request, project, generations)


def _chosen(request: StudioRequest, project: Project | None) -> list[Generation]:
    """In the order of the page. What this person may not see is not among them, whatever the form says."""
    ids = [each for each in map(_id, request.POST.getlist("frames")[:CHOSEN_MAX]) if each]
    seen = Generation.objects.visible_to(request.user).filter(public_id__in=ids)
    seen = seen.filter(project=project) if project else seen
    found = {each.public_id: each for each in seen.select_related("run__person", "run__continues", "person", "project")}
    return [found[each] for each in dict.fromkeys(ids) if each in found]


def _marked(request: StudioRequest, project: Project | None, generations: Sequence[Generation]) -> HttpResponse:
    form = MarksForm(_button(request))
    if not form.is_valid():
        return _back(request, project, str(next(iter(form.errors.values()))[0]))
    makes_in = projects_made_in(request.user, {each.project for each in generations})
    if form.is_of_the_project and any(each.project_id not in makes_in for each in generations):
        raise PermissionDenied(_("You can look and comment. Ask an owner of the project for the Maker role."))
    try:
        put(form, generations, request.user)
    except BadTag:
        return _back(request, project, no_tag())
    count = len(generations)
    said = ngettext("%(count)d image marked", "%(count)d images marked", count) % {"count": count}
    if not request.htmx:
        return _back(request, project, said)
    now = timezone.now()
    frames = frames_of(generations, now=now, times=TypicalTimes(), line=Line.of([], now), person=request.user)
    context = {"marked": frames, "said": said, "hung": True}
    return swaps(request, "studio/gallery/marked.swaps.html", context, otherwise=_gallery(project))


def _button(request: StudioRequest) -> QueryDict:
    """What the pressed button stands for, as the same button of one frame would say it."""
    said = QueryDict(mutable=True)
    match request.POST.get("do", ""):
        case "star" | "unstar" as do:
            said["star"] = "on" if do == "star" else "off"
        case "pick":
            said["pick"] = "on"
        case "tag":
            said["tag"] = request.POST.get("tag", "")
    return said


def _compared(request: StudioRequest, project: Project | None, generations: Sequence[Generation]) -> HttpResponse:
    address = address_of("comparison", generations[0].project)
    is_two = len(generations) == COMPARED and len({each.project_id for each in generations}) == 1
    if not address or not is_two:
        return _back(request, project, _("Choose exactly two images of one project to compare."))
    first, second = generations
    return redirect(f"{address}?a={first.public_id}&b={second.public_id}")


def _as_inputs(request: StudioRequest, project: Project | None, generations: Sequence[Generation]) -> HttpResponse:
    into = generations[0].project
    if any(each.project_id != into.pk for each in generations):
        return _back(request, project, _("Inputs have to be of one project."))
    access.editable_project(request.user, into.public_id)
    query = QueryDict(mutable=True)
    query.setlist("inputs", [str(each.public_id) for each in generations])
    return redirect(f"{into.get_absolute_url()}?{query.urlencode()}")


type _Lead = Callable[[StudioRequest, Project | None, Sequence[Generation]], HttpResponse]
_LEADS: Final[dict[str, _Lead]] = {"compare": _compared, "inputs": _as_inputs}
"""Buttons that lead to another page."""


def address_of(name: str, project: Project) -> str:
    """Of one of the project's pages; empty where a studio has no such page."""
    try:
        return reverse(name, args=[project.public_id])
    except NoReverseMatch:
        return ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _gallery(project: Project | None) -> str:
    return reverse("project-gallery", args=[project.public_id]) if project else reverse("gallery")


def _back(request: StudioRequest, project: Project | None, said: str) -> HttpResponse:
    address = address_back(request, _gallery(project))
    if request.htmx:
        return swaps(request, "studio/gallery/said.swaps.html", {"said": said}, otherwise=address)
    messages.info(request, said)
    return redirect(address)
