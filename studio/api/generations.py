"""The history, one generation, and the one thing that may be done about it before it is sent."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from .. import access
from ..forms.gallery import TEXT_CHARACTERS_MAX, GalleryForm
from ..gallery.cursor import Cursor
from ..gallery.marks import tags_of
from ..gallery.pages import PAGE_FRAMES, page_of
from ..gallery.people import people_in
from ..gallery.scope import Scope
from ..jobs import clock
from ..jobs.cancel import cancel
from ..models import Generation, Project, Status
from .door import GENERATE, READ, TokenRequest
from .frames import frames_as_told
from .problems import Problem, Trouble, invalid
from .shapes import Facts, GenerationShape, HistoryShape
from .troubles import answers

router = Router(tags=["Generations"])
PAGE_MAX: Final = 100


class Wanted(Schema):
    """The gallery's own filters. Everything that is given has to hold at once; several values are alternatives."""

    project: UUID | None = None
    q: str = Field("", max_length=TEXT_CHARACTERS_MAX, description="Words of the prompt, or a frame such as 402B.")
    person: str = Field("", description="By the name they sign in with.")
    model: list[str] = Field([], description="Keys, as `/models` has them.")
    size: list[str] = []
    ratio: list[str] = []
    status: list[str] = Field([], description="succeeded, refused, failed, unknown, cancelled.")
    outcome: list[str] = Field([], description="picture, refused, no_image, lost, unanswered, not_charged.")
    tag: list[str] = []
    rating: int | None = Field(None, ge=1, le=5, description="So many of five, or more.")
    star: bool = Field(False, description="Starred by you.")
    picked: bool = False
    since: date | None = Field(None, description="The first day, in the studio’s time zone.")
    until: date | None = Field(None, description="The last day.")

    @property
    def as_typed(self) -> QueryDict:
        """As the gallery's form has it in its address."""
        typed = QueryDict(mutable=True)
        for name in ("q", "person", "rating", "since", "until"):
            if value := getattr(self, name):
                typed[name] = str(value)
        for name in ("model", "size", "ratio", "status", "outcome", "tag"):
            typed.setlist(name, getattr(self, name))
        for name in ("star", "picked"):
            if getattr(self, name):
                typed[name] = "1"
        return typed


@router.get(
    "/generations",
    auth=READ,
    response=answers(HistoryShape, invalid=True, hidden=True),
    url_name="generations",
    operation_id="listGenerations",
    summary="The history, newest first",
)
def generations(
    request: TokenRequest,
    wanted: Query[Wanted],
    after: Annotated[str, Query(max_length=40, description="As the page before said it.")] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_FRAMES,
) -> Facts:
    """Of all projects you see, or of one. A page costs the same however long the history is."""
    project = access.visible_project(request.user, wanted.project) if wanted.project else None
    behind = Cursor.read(after)
    if after and behind is None:
        raise invalid({"after": [_("Nothing begins there. Take it from the page before.")]})
    seen = Project.objects.visible_to(request.user)
    tags = tags_of(seen.filter(pk=project.pk) if project else seen)
    form = GalleryForm(wanted.as_typed, people=people_in(project, request.user), tags=tags, viewer=request.user)
    if not form.is_valid():
        raise invalid({name: [str(each) for each in found] for name, found in form.errors.items()})
    page = page_of(form.chosen(timezone.now()), Scope.of(request.user, project), after=behind, count=limit)
    told = frames_as_told(list(page.generations), request)
    return {"generations": told, "after": str(page.after) if page.after else None}


@router.get(
    "/generations/{uuid:generation_id}",
    auth=READ,
    response=answers(GenerationShape, hidden=True),
    url_name="generation",
    operation_id="getGeneration",
    summary="One generation",
)
def generation(request: TokenRequest, generation_id: UUID) -> Facts:
    """Ask every few seconds until `is_final`, or have a webhook tell you."""
    return _told(access.visible_generation(request.user, generation_id), request)


@router.post(
    "/generations/{uuid:generation_id}/cancellation",
    auth=GENERATE,
    response=answers(GenerationShape, hidden=True) | {409: Trouble},
    url_name="generation-cancellation",
    operation_id="cancelGeneration",
    summary="Cancel before it is sent",
)
def cancellation(request: TokenRequest, generation_id: UUID) -> Facts:
    """Free, and what was held comes back. 409 once it was sent: hanging up would not stop the charge."""
    one = access.editable_generation(request.user, generation_id)
    if not cancel(one, person=request.user, now=clock.now()):
        one = access.visible_generation(request.user, generation_id)
        if one.status != Status.CANCELLED:
            raise Problem(HTTPStatus.CONFLICT, "sent", _("Already sent. Hanging up would not stop the charge."))
    return _told(access.visible_generation(request.user, generation_id), request)


def _told(one: Generation, request: TokenRequest) -> Facts:
    return frames_as_told([one], request)[0]
