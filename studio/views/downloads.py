"""Many pictures at once, as one ZIP file: a selection, or a whole run."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import access
from ..archive.pictures import FRAMES_MAX, archive_of
from ..archive.zipped import Zipped
from ..models import Generation, Project
from ..models.generation import GenerationQuerySet
from ..storage.file_names import labelled_stem
from .selection import chosen
from .types import StudioRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def downloads(request: StudioRequest, public_id: UUID) -> HttpResponseBase:
    """`frames=` again and again, `run=` a run's number, or neither: all of the project. Originals and their list."""
    project = access.visible_project(request.user, public_id)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = _wanted(asked, Generation.objects.visible_to(request.user).filter(project=project))
    kept = wanted.select_related("run", "project", "person").defer("model_text").prefetch_related("outputs")
    generations = list(kept.order_by("run__number", "variation")[: FRAMES_MAX + 1])
    if len(generations) > FRAMES_MAX:
        said = _("One archive holds at most %(count)d images. Choose fewer, or ask an owner to export the project.")
        return _nothing(request, project, said % {"count": FRAMES_MAX})
    archive = archive_of(generations)
    if not archive.pictures and not archive.missing:
        return _nothing(request, project, _("There is no picture among these."))
    response = _sent(archive.file, _name(asked, project, archive.pictures))
    if request.method == "HEAD":
        response.streaming_content = iter(())  # how long it would be is all that was asked
    return response


def _wanted(asked: QueryDict, living: GenerationQuerySet) -> GenerationQuerySet:
    if "frames" in asked:
        return living.filter(public_id__in=chosen(asked))
    if "run" not in asked:
        return living
    run = asked.get("run", "")
    return living.filter(run__number=int(run)) if run.isascii() and run.isdigit() and len(run) < 10 else living.none()


def _name(asked: QueryDict, project: Project, pictures: int) -> str:
    """`autumn-catalogue-run-402.zip`, `autumn-catalogue-12-images.zip`."""
    what = f"run-{asked['run']}" if asked.get("run") and "frames" not in asked else f"{pictures}-images"
    return f"{labelled_stem(project, what)}.zip"


def _sent(file: Zipped, name: str) -> StreamingHttpResponse:
    """With its length, so that the browser shows how far it has come and knows half a file from a whole one."""
    response = StreamingHttpResponse(iter(file), content_type="application/zip")
    response.headers["Content-Length"] = str(len(file))
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _nothing(request: StudioRequest, project: Project, said: str) -> HttpResponse:
    messages.warning(request, said)
    return redirect(project)
