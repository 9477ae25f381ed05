"""The projects a token's person sees."""

from django.utils import timezone
from ninja import Router

from ..access import may_make
from ..ledger.project_budget import ProjectSummary, project_summaries
from ..models import Membership, Project, Role
from .door import READ, TokenRequest
from .shapes import Facts, ProjectsShape
from .troubles import answers

router = Router(tags=["Projects"])


@router.get(
    "/projects",
    auth=READ,
    response=answers(ProjectsShape),
    url_name="projects",
    operation_id="listProjects",
    summary="Your projects",
)
def projects(request: TokenRequest) -> Facts:
    """All that you see on the page of projects, archived ones too."""
    found = list(Project.objects.visible_to(request.user))
    mine = Membership.objects.filter(person=request.user, project__in=found).values_list("project", "role")
    roles = {project: Role(role) for project, role in mine}
    if request.user.is_studio_admin:
        roles = dict.fromkeys((project.pk for project in found), Role.OWNER)
    budgets = project_summaries(found, timezone.now())
    return {"projects": [_project(request, each, roles[each.pk], budgets[each.pk]) for each in found]}


def _project(request: TokenRequest, project: Project, role: Role, budget: ProjectSummary) -> Facts:
    return {
        "id": project.public_id,
        "name": project.name,
        "description": project.description,
        "role": role,
        "can_generate": may_make(role, project),
        "is_archived": project.is_archived,
        "budget_left_micros": budget.left_micros,
        "page": request.build_absolute_uri(project.get_absolute_url()),
    }
