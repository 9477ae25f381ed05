"""The workspace: composer and feed on one page; on narrow screens the composer has its own."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from .. import access
from .desk import WHOSE_COOKIE, Desk
from .types import StudioRequest

_YEAR_SECONDS = 365 * 24 * 3600


@require_safe
@login_required
def workspace(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The project's page. Who may only look gets the feed without a composer."""
    project = access.visible_project(request.user, public_id)
    desk = Desk(request, project)
    response = desk.page(desk.opened() if desk.can_make else None)
    if request.GET.get("whose") in {"mine", "everyone"}:
        response.set_cookie(
            WHOSE_COOKIE, request.GET["whose"], max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_safe
@login_required
def compose(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The composer alone."""
    desk = Desk(request, access.editable_project(request.user, public_id))
    return desk.page(desk.opened())
