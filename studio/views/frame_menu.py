"""What may be done with one frame of a page that shows many. Brought when it is asked for, so that frames are light."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from .. import access
from .frames import frame_of
from .pages import swaps
from .types import StudioRequest


@require_safe
@login_required
def frame_menu(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """For the page's menu; `hung` where that is the gallery. Who has no script is led to the frame's page."""
    one = access.living_generation(request.user, public_id)
    project = one.project
    role = access.role_in(request.user, project)
    frame = frame_of(one, request.user)
    context = {
        "project": project,
        "generation": one,
        "frame": frame,
        "picture": frame.picture,
        "can_make": access.may_make(role, project),
        "may_trash": not project.is_archived and access.cares_for(request.user, role, one),
        "hung": "hung" in request.GET,
    }
    return swaps(request, "studio/workspace/_frame_menu.html", context, otherwise=one)
