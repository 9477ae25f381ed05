"""One frame: its page, and what a person may do about it while it runs and after."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import access
from ..history import TypicalTimes
from ..jobs import clock
from ..jobs.cancel import cancel
from ..jobs.deliver import deliver_again
from ..jobs.stop_waiting import stop_waiting
from ..models import Generation
from ..notices.reading import read_about
from .appearance import chosen_surround
from .compared import SIDE_BY_SIDE, SLIDER
from .detail import Detail
from .feed import sum_of_run
from .frames import frames_of
from .line import Line
from .pages import page, swaps
from .shell import Shell
from .talk import Talk
from .types import StudioRequest
from .watch import Watch


@require_safe
@login_required
def generation(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Everything there is to know about one frame."""
    shown = access.visible_generation(request.user, public_id)
    picture = request.GET.get("picture", "")
    detail = Detail(
        shown,
        person=request.user,
        now=timezone.now(),
        shown=int(picture) if picture.isascii() and picture.isdigit() and len(picture) < 3 else 0,
        compared_with=request.GET.get("compare"),
        way=SIDE_BY_SIDE if request.GET.get("way") == SIDE_BY_SIDE else SLIDER,
    )
    if request.htmx and request.GET.get("seen") == detail.frame.stamp:
        return HttpResponse(status=204, headers={"Cache-Control": "private, no-store"})
    read_about([shown], request.user, now=timezone.now())
    role = access.role_in(request.user, shown.project)
    context = {
        "project": shown.project,
        "detail": detail,
        "frame": detail.frame,
        "can_make": not shown.is_trashed and access.may_make(role, shown.project),
        "may_trash": not shown.project.is_archived and access.cares_for(request.user, role, shown),
        "talk": Talk(shown, request.user, shows_all=request.GET.get("comments") == "all"),
        "surround": chosen_surround(request),
    }
    return page(request, "studio/generation/detail.html", context, part="detail")


@require_POST
@login_required
def cancellation(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Stop a frame before it is sent, or with `whole_run` every frame of its run that still waits."""
    one = access.editable_generation(request.user, public_id)
    wanted = list(one.run.generations.all()) if "whole_run" in request.POST else [one]
    stopped = [each for each in wanted if cancel(each, person=request.user, now=clock.now())]
    said = _words(one, len(stopped))
    return _answer(request, one, said, is_done=bool(stopped))


@require_POST
@login_required
def waiting(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Stop waiting for a call that was sent; it goes on."""
    one = access.editable_generation(request.user, public_id)
    stopped = stop_waiting(one, now=clock.now())
    said = (
        _("%(frame)s goes on without you. It counts, and its picture is kept when it comes.")
        if stopped
        else _("%(frame)s is not under way any more.")
    ) % {"frame": one.frame_number}
    return _answer(request, one, said, is_done=bool(stopped))


@require_POST
@login_required
def delivery(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Look again at an answer that was paid for and could not be used. Free, and asked for by a person."""
    one = access.editable_generation(request.user, public_id)
    if deliver_again(one, now=clock.now()):
        messages.info(request, _("%(frame)s is being delivered again. It costs nothing.") % {"frame": one.frame_number})
    else:
        messages.warning(request, _("There is nothing left to deliver. The answer is no longer kept."))
    return redirect(one)


def _answer(request: StudioRequest, one: Generation, said: str, *, is_done: bool) -> HttpResponse:
    """What was said, with the frames of the run as they are now; 409 when it came too late."""
    if not request.htmx:
        messages.info(request, said)
        return redirect(one.project)
    generations = list(one.run.generations.select_related("run").order_by("variation"))
    watch = Watch.read(request.POST)
    now = timezone.now()
    frames = frames_of(generations, now=now, times=TypicalTimes(), line=Line.of(generations, now), person=request.user)
    shown = [frame for frame in frames if watch.differs(frame.number, frame.stamp)]
    context = {
        "project": one.project,
        "frames": shown,
        "focused": one,
        "sums": {one.run.number: sum_of_run(generations)},
        "said": said,
        "watch": watch.seen(shown),
        "can_make": True,
        "shell": Shell(request),
    }
    response = swaps(
        request, "studio/workspace/cancelled.swaps.html", context, otherwise=one.project, status=200 if is_done else 409
    )
    response.headers["HX-Trigger"] = "budget"
    return response


def _words(one: Generation, stopped: int) -> str:
    if not stopped:
        return _("Already sent. Hanging up would not stop the charge.")
    if stopped > 1:
        return _("Run %(number)d cancelled, nothing was charged") % {"number": one.run.number}
    return _("%(frame)s cancelled, nothing was charged") % {"frame": one.frame_number}
