"""The living style page: every component in every state, drawn by the templates that the studio itself uses."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..access import require_admin
from .pages import page
from .samples import samples
from .types import StudioRequest


@require_safe
@login_required
def styleguide(request: StudioRequest) -> HttpResponse:
    """For admins, who pay for nothing here: what it shows is made up, and stored nowhere."""
    require_admin(request.user)
    return page(request, "studio/styleguide/styleguide.html", samples(request.user, timezone.now()))
