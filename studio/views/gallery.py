"""The shared history: of one project, or of all that a person may see."""

from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import access
from ..forms.gallery import GalleryForm
from ..gallery.cursor import Cursor
from ..gallery.marks import tags_of
from ..gallery.pages import PAGE_FRAMES, page_of
from ..gallery.people import people_in
from ..gallery.scope import Scope
from ..gallery.suggestion import suggestion
from ..models import Project, SavedView, User
from .filters import Filters
from .pages import page
from .selection_bar import SelectionBar
from .types import StudioRequest
from .wall import Wall, wall_of

DENSITY_COOKIE: Final = "frames"
VIEWS_MAX: Final = 50
DENSITIES: Final = ("s", "m", "l")
_YEAR_SECONDS: Final = 365 * 24 * 3600


@require_safe
@login_required
def everywhere(request: StudioRequest) -> HttpResponse:
    return _gallery(request, None)


@require_safe
@login_required
def of_project(request: StudioRequest, public_id: UUID) -> HttpResponse:
    return _gallery(request, access.visible_project(request.user, public_id))


def _gallery(request: StudioRequest, project: Project | None) -> HttpResponse:
    seen = Project.objects.visible_to(request.user)
    tags = tags_of(seen.filter(pk=project.pk) if project else seen)
    form = GalleryForm(request.GET, people=people_in(project, request.user), tags=tags, viewer=request.user)
    filters = Filters(form, project)
    after = Cursor.read(request.GET.get("after", ""))
    is_valid = form.is_valid()
    context: dict[str, Any] = {
        "project": project,
        "filters": filters,
        "page_frames": PAGE_FRAMES,
        "density": _density(request),
    }
    selection = SelectionBar(project, request.user, list(tags.values()))
    context |= {"selection": selection, "views": views_of(project, request.user)}
    if is_valid:
        context |= _found(request, selection, filters, after)
    part = "frames" if after else "results"
    response = page(request, "studio/gallery/gallery.html", context, part=part, status=200 if is_valid else 422)
    if request.htmx and not after:
        # Without the empty fields that a form sends along.
        response.headers["HX-Push-Url"] = filters.address
    if request.GET.get("density") in DENSITIES:
        density = request.GET["density"]
        response.set_cookie(DENSITY_COOKIE, density, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response


def _found(request: StudioRequest, selection: SelectionBar, filters: Filters, after: Cursor | None) -> dict[str, Any]:
    now, form = timezone.now(), filters.form
    scope = Scope.of(request.user, selection.project)
    found = page_of(form.chosen(now), scope, after=after)
    makes_in = [project.pk for project in selection.made_in]
    wall: Wall = wall_of(found, person=request.user, behind=after, makes_in=makes_in, now=now)
    text = form.cleaned_data["q"]
    instead = suggestion(text, scope) if text and not found.generations and not after else ""
    return {"wall": wall, "text": text, "instead": instead, "instead_address": filters.with_text(instead)}


def views_of(project: Project | None, person: User) -> QuerySet[SavedView]:
    """Asked when they are shown."""
    return SavedView.objects.visible_to(person).filter(project=project).select_related("person")[:VIEWS_MAX]


def _density(request: StudioRequest) -> str:
    """How large frames are: as the link says, else as it said last time."""
    said = (request.GET.get("density"), request.COOKIES.get(DENSITY_COOKIE))
    return next((each for each in said if each in DENSITIES), "m")
