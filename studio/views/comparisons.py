"""Any two pictures of a project, compared on a page of their own."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import access
from .appearance import chosen_surround
from .compared import SIDE_BY_SIDE, SLIDER, Comparison, find_side
from .pages import page
from .types import StudioRequest


@require_safe
@login_required
def comparison(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """`?a=` and `?b=`: frames by their ids, or pictures by their references. `?way=side` shows them side by side."""
    project = access.visible_project(request.user, public_id)
    if not {"a", "b"} <= request.GET.keys():
        return redirect(project)  # nothing to compare: there is where to choose from
    first, second = (find_side(request.GET.get(name, ""), project, request.user) for name in ("a", "b"))
    if first is None or second is None:
        raise Http404(_("No such picture."))
    way = SIDE_BY_SIDE if request.GET.get("way") == SIDE_BY_SIDE else SLIDER
    context = {
        "project": project,
        "comparison": Comparison(first, second, way),
        "surround": chosen_surround(request),
    }
    return page(request, "studio/comparison/comparison.html", context)
