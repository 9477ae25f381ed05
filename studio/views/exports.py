"""A project on its way to another studio, for its owners."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from .. import access
from ..accounts.sensitive import asked_again
from ..jobs import clock
from ..storage.file_names import labelled_stem
from ..telemetry.events import Event, tell
from ..transfer.export import exported
from .types import StudioRequest


@require_POST
@login_required
def exports(request: StudioRequest, public_id: UUID) -> HttpResponseBase:
    """The whole project as one file, made while it is sent. Nobody knows its length before."""
    project = access.visible_project(request.user, public_id)
    access.require_owner(request.user, project)
    if question := asked_again(request, goes_on=False):
        return question
    tell(Event.EXPORTED, "person %s exports project %s", request.user.pk, project.pk)
    name = f"{labelled_stem(project, '')}.nb-studio.zip"
    response = StreamingHttpResponse(exported(project, now=clock.now()), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
