"""The composer after a change: what the chosen model takes, what it costs, what had to change along."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from .. import access
from .desk import Desk
from .types import StudioRequest


@require_POST
@login_required
def composition(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Nothing is written: the whole form comes in, and its parts go out again."""
    desk = Desk(request, access.editable_project(request.user, public_id))
    return desk.recomposed(desk.posted())
