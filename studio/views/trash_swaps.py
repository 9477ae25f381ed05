"""What a page that is open becomes when frames leave it or come back: the feed's strips anew, or less of it."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.utils import timezone

from ..history import TypicalTimes
from ..models import Generation, Project, Run
from .feed import Strip, runs_with_generations, strips_of
from .pages import swaps
from .types import StudioRequest


def answered(
    request: StudioRequest, project: Project, frames: Sequence[Generation], said: str, *, is_back: bool = False
) -> HttpResponse:
    """409 when nothing was moved. Where the feed is open, its strips are shown as they are now, at their places.

    On any other page what went is taken out, and what comes back is fetched with the page.
    """
    is_feed = _asked_from(request) == project.get_absolute_url()
    strips, emptied = _strips(request, frames) if is_feed else ([], [])
    context = {
        "project": project,
        "strips": strips,
        "emptied": emptied,
        "gone": [] if is_feed or is_back else [f"f-{frame.frame_number}" for frame in frames],
        "said": said,
        "undone": () if is_back else frames,
        "focused": _next_of(strips, frames),
        "can_make": True,
    }
    status = HTTPStatus.OK if frames else HTTPStatus.CONFLICT
    response = swaps(request, "studio/trash/moved.swaps.html", context, otherwise=project, status=status)
    if is_back and not is_feed:
        response.headers["HX-Refresh"] = "true"
    return response


def moved_away(request: StudioRequest, project: Project, frames: Sequence[Generation], said: str) -> HttpResponse:
    """As `answered`, for whole runs that are in another project now."""
    is_feed = _asked_from(request) == project.get_absolute_url()
    runs = {frame.run_id: frame.run for frame in frames}
    context = {
        "project": project,
        "emptied": list(runs.values()) if is_feed else [],
        "gone": [] if is_feed else [f"f-{frame.frame_number}" for frame in frames],
        "said": said,
    }
    status = HTTPStatus.OK if frames else HTTPStatus.CONFLICT
    return swaps(request, "studio/trash/moved.swaps.html", context, otherwise=project, status=status)


def _asked_from(request: StudioRequest) -> str:
    return urlsplit(request.htmx.current_url or "").path


def _strips(request: StudioRequest, frames: Sequence[Generation]) -> tuple[list[Strip], list[Run]]:
    """Of the frames' runs: those with frames left to show, and those without."""
    runs = list(runs_with_generations().filter(pk__in={frame.run_id for frame in frames}))
    strips = strips_of(runs, now=timezone.now(), times=TypicalTimes(), viewer=request.user)
    shown = {strip.run.pk for strip in strips}
    return strips, [run for run in runs if run.pk not in shown]


def _next_of(strips: Sequence[Strip], frames: Sequence[Generation]) -> Generation | None:
    """Where the reader goes on: the frame after the first that went, else the one before; or the one that came back."""
    if not strips or not frames:
        return None
    first = frames[0]
    left = [frame.generation for strip in strips if strip.run.pk == first.run_id for frame in strip.frames]
    after = (each for each in left if each.variation >= first.variation)
    return next(after, left[-1] if left else None)
