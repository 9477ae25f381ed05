"""Who may see, who may change. Every view asks here, and starts its queries from `visible_to(user)`.

A stranger gets 404: another project's existence is nobody's business. A member who may only look gets 403.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from .models import MAKERS, Generation, Membership, Project, Prompt, Role, User


class NoSuchProject(Http404):
    """A page that is open may be of a project that its reader was in a moment ago; it is told to load anew."""


class MayOnlyLook(PermissionDenied):
    """A page that is open may still show the composer; it is told to load anew, and then does not."""


def role_in(user: User, project: Project) -> Role | None:
    """This person's role in the project; None for a stranger. An admin of the studio counts as owner."""
    role = Membership.objects.filter(project=project, person=user).values_list("role", flat=True).first()
    if user.is_studio_admin:
        return Role.OWNER
    return Role(role) if role else None


def may_make(role: Role | None, project: Project) -> bool:
    """Whether somebody with this role there may make pictures."""
    return not project.is_archived and role in MAKERS


def can_make(user: User, project: Project) -> bool:
    return may_make(role_in(user, project), project)


def can_manage(user: User, project: Project) -> bool:
    return role_in(user, project) == Role.OWNER


def visible_project(user: User, public_id: UUID) -> Project:
    """The project, for anyone who may look. Raises `NoSuchProject`, an Http404, for strangers."""
    project = Project.objects.visible_to(user).filter(public_id=public_id).first()
    if project is None:
        raise NoSuchProject(_("No such project."))
    return project


def editable_project(user: User, public_id: UUID) -> Project:
    """The project, for makers and owners. Raises Http404 for strangers, PermissionDenied for viewers."""
    project = visible_project(user, public_id)
    _require_maker(user, project)
    return project


def owned_project(user: User, public_id: UUID) -> Project:
    """The project for its owners, archived or not. Raises Http404 for strangers, PermissionDenied for other members."""
    project = visible_project(user, public_id)
    if not can_manage(user, project):
        raise PermissionDenied(_("This is for the owners of the project."))
    return project


def visible_generation(user: User, public_id: UUID) -> Generation:
    """The generation with its run, project and person. Raises Http404 for strangers.

    One in the trash, too, for those in whose care it is: its facts and its money are kept.
    """
    generation = (
        Generation.objects.open_to(user).select_related("run", "project", "person").filter(public_id=public_id).first()
    )
    if generation is None:
        raise Http404(_("No such frame."))
    return generation


def living_generation(user: User, public_id: UUID) -> Generation:
    """As `visible_generation`, without the trash: nothing is done to what is in there but to bring it back."""
    generation = visible_generation(user, public_id)
    if generation.is_trashed:
        raise Http404(_("No such frame."))
    return generation


def editable_generation(user: User, public_id: UUID) -> Generation:
    """As `living_generation`, for makers and owners of its project. Raises PermissionDenied for viewers."""
    generation = living_generation(user, public_id)
    _require_maker(user, generation.project)
    return generation


def _require_maker(user: User, project: Project) -> None:
    if project.is_archived:
        raise MayOnlyLook(_("This project is archived. Ask one of its owners to take it out of the archive."))
    if not can_make(user, project):
        raise MayOnlyLook(_("You can look and comment. Ask an owner of the project for the Maker role."))


def visible_prompt(user: User, public_id: UUID) -> Prompt:
    """The prompt with its project, its person and its current version. Raises Http404 for strangers."""
    prompt = (
        Prompt.objects.visible_to(user)
        .select_related("project", "person", "current__person")
        .filter(public_id=public_id)
        .first()
    )
    if prompt is None:
        raise Http404(_("No such prompt."))
    return prompt


def editable_prompt(user: User, public_id: UUID) -> Prompt:
    """As `visible_prompt`, for makers and owners of its project. Raises PermissionDenied for viewers."""
    prompt = visible_prompt(user, public_id)
    _require_maker(user, prompt.project)
    return prompt


def can_archive(user: User, prompt: Prompt) -> bool:
    """Makers their own, owners everybody's."""
    role = role_in(user, prompt.project)
    return role == Role.OWNER or (role in MAKERS and prompt.person_id == user.pk)


def cares_for(user: User, role: Role | None, generation: Generation) -> bool:
    """As `Generation.objects.in_care_of`, of one and for a person whose role in its project is known."""
    return role == Role.OWNER or (role in MAKERS and generation.person_id == user.pk)


def require_owner(user: User, project: Project) -> None:
    """Raises PermissionDenied unless this is an owner of the project, or an admin of the studio."""
    if not can_manage(user, project):
        raise PermissionDenied(_("This is for the owners of the project."))


def require_admin(user: User) -> None:
    """Raises PermissionDenied unless this is an admin of the studio."""
    if not user.is_studio_admin:
        raise PermissionDenied(_("This page is for admins of the studio."))
