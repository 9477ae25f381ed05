"""The one poll of a page: what has changed among the frames it watches."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, Value
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import access
from ..history import TypicalTimes
from ..models import Generation, Project, Run, Status, User
from ..models.generation import frame_number
from ..notices.reading import read_about
from .feed import sum_of_run, totals_of
from .frames import Frame, frames_of
from .line import Line
from .pages import swaps
from .shell import Shell
from .types import StudioRequest
from .watch import Watch


@require_safe
@login_required
def running(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """204 while nothing has changed. A finished frame is sent once, and not watched any more."""
    before = Watch.read(request.GET)
    if _is_unchanged(before, public_id, request.user):
        return _nothing_new()
    project = access.visible_project(request.user, public_id)
    generations = _generations(project, before)
    now = timezone.now()
    line = Line.of(generations, now)
    changed = [
        each for each in generations if not each.is_trashed and before.differs(each.frame_number, line.stamp(each))
    ]
    after = before.among(generations).with_waiting(_new_runs(project, before, request.user))
    if not changed and after == before:
        return _nothing_new()
    frames = frames_of(changed, now=now, times=TypicalTimes(), line=line, person=request.user)
    ended = [frame for frame in frames if frame.is_final]
    _see(ended, request.user)
    context = {
        "project": project,
        "frames": frames,
        "ended": ended,
        "sums": _sums(generations, changed),
        "totals": totals_of(project, now) if ended else None,
        "watch": after.seen(frames),
        "can_make": access.can_make(request.user, project),
        "shell": Shell(request),
    }
    response = swaps(request, "studio/workspace/running.swaps.html", context, otherwise=project)
    if ended:
        response.headers["HX-Trigger"] = "budget"
    if own := " ".join(frame.announcement for frame in ended if frame.generation.person == request.user):
        response.headers["HX-Trigger-After-Settle"] = json.dumps({"finished": own})  # the title is new by then
    return response


def _see(ended: Sequence[Frame], person: User) -> None:
    """Whoever has the page open sees how theirs ended, and need not be told."""
    if own := [frame.generation for frame in ended if frame.generation.person_id == person.pk]:
        read_about(own, person, now=timezone.now())


def _nothing_new() -> HttpResponse:
    return HttpResponse(status=204, headers={"Cache-Control": "private, no-store"})


def _is_unchanged(watch: Watch, public_id: UUID, person: User) -> bool:
    """Whether there is surely nothing to say, asked in one question: nearly every poll ends here.

    Only of frames whose calls are under way. For one in line the whole line has to be looked at, and for one that is
    not there it has to be said why.
    """
    if not watch.is_under_way:
        return False
    there = Generation.objects.visible_to(person).filter(
        ~Q(status=Status.QUEUED), project__public_id=public_id, run__number__in=watch.run_numbers
    )
    new_runs = Run.objects.filter(~Q(person=person), project=OuterRef("project"), number__gt=watch.newest).order_by()
    told = watch.waiting  # asked for like this, since to count them in the same question would take twice as long
    is_more = Exists(new_runs[told : told + 1])
    is_as_many = Exists(new_runs[told - 1 : told]) if told else Value(True)
    rows = list(there.order_by().values_list("run__number", "variation", "revision", is_more, is_as_many))
    stamps = {frame_number(number, variation): f"{revision}" for number, variation, revision, *_ in rows}
    return all((more, as_many) == (False, True) for *_, more, as_many in rows) and (
        watch.stamps.items() <= stamps.items()
    )


def _generations(project: Project, watch: Watch) -> list[Generation]:
    """All of the watched frames' runs: a strip's sum needs its finished frames too."""
    found = Generation.objects.filter(project=project, run__number__in=watch.run_numbers)
    return list(found.select_related("run__person").order_by("run", "variation")) if watch.is_live else []


def _new_runs(project: Project, watch: Watch, person: User) -> int:
    """How many runs other people have begun since the page was made."""
    return Run.objects.filter(project=project, number__gt=watch.newest).exclude(person=person).count()


def _sums(generations: Sequence[Generation], changed: Sequence[Generation]) -> dict[int, str]:
    """By run number, what the strips of the changed frames cost by now."""
    numbers = dict.fromkeys(generation.run.number for generation in changed)
    return {
        number: sum_of_run([generation for generation in generations if generation.run.number == number])
        for number in numbers
    }
