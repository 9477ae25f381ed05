"""Whose pictures may be in a gallery, and in which of its projects somebody makes some."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Membership, Project, Run, User


def people_in(project: Project | None, viewer: User) -> QuerySet[User]:
    """The members of a project, and those who left it and whose work stayed. Without one: of all that are seen.

    Whether somebody ever made anything is one look into an index each, however much was made.
    """
    seen = [project] if project else list(Project.objects.visible_to(viewer))
    members = Membership.objects.filter(project__in=seen, person=OuterRef("pk"))
    made = Run.objects.filter(project__in=seen, person=OuterRef("pk"))
    return User.objects.filter(Q(Exists(members)) | Q(Exists(made))).order_by("first_name", "username")


def projects_made_in(viewer: User, projects: Collection[Project]) -> frozenset[int]:
    """The keys of those where this person may make pictures; as `access.can_make`, asked once for all."""
    if viewer.is_studio_admin:
        return frozenset(project.pk for project in projects if not project.is_archived)
    asked = Project.objects.filter(pk__in={project.pk for project in projects})
    return frozenset(asked.made_in_by(viewer).order_by().values_list("pk", flat=True))
