"""The projects a person is in, each with its people, its newest pictures and what it cost this month."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..forms.project import ProjectForm
from ..ledger.balance import month_of
from ..ledger.review import charged_by_project
from ..membership.projects import begin
from ..models import Generation, Membership, Output, Project, Status, User
from .pages import page
from .types import StudioRequest

PICTURES = 4
MEMBERS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Card:
    """What the list says of one project."""

    project: Project
    pictures: list[Output]
    charged_micros: int

    @property
    def members(self) -> list[User]:
        return [membership.person for membership in self.project.memberships.all()]

    @property
    def members_shown(self) -> list[User]:
        return self.members[:MEMBERS_SHOWN]

    @property
    def members_hidden(self) -> int:
        return max(0, len(self.members) - MEMBERS_SHOWN)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def projects(request: StudioRequest) -> HttpResponse:
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect(begin(form.cleaned_data["name"], by=request.user))
    visible = Project.objects.visible_to(request.user)
    context = {
        "form": form,
        "cards": _cards(visible.current()),
        "archived": visible.exclude(archived_at=None),
        "today": timezone.localdate(),
    }
    return page(request, "studio/project/projects.html", context, status=422 if form.is_bound else 200)


def _cards(projects: QuerySet[Project]) -> list[Card]:
    by_name = Membership.objects.select_related("person").order_by("person__first_name", "person__username")
    visible = list(_with_newest(projects).prefetch_related(Prefetch("memberships", by_name)))
    pictures = _pictures(visible)
    charged = charged_by_project(month_of(timezone.now()), visible)
    return [Card(project, pictures.get(project.pk, []), charged.get(project.pk, 0)) for project in visible]


def _with_newest(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Each with the keys of its newest delivered generations: one seek in the gallery's index apiece."""
    living = Generation.objects.living().filter(project=OuterRef("pk"), status=Status.SUCCEEDED)
    newest = living.order_by("-created_at", "-id")
    return projects.annotate(
        **{f"newest_{place}": Subquery(newest.values("pk")[place : place + 1]) for place in range(PICTURES)}
    )


def _pictures(projects: Iterable[Project]) -> dict[int, list[Output]]:
    """The newest pictures by project, newest first."""
    generations = [getattr(project, f"newest_{place}") for project in projects for place in range(PICTURES)]
    found = (
        Output.objects.filter(generation__in=[key for key in generations if key], role=Output.Role.PRIMARY)
        .select_related("generation")
        .order_by("-generation__created_at", "-generation_id")
    )
    pictures: dict[int, list[Output]] = {}
    for output in found:
        pictures.setdefault(output.generation.project_id, []).append(output)
    return pictures
