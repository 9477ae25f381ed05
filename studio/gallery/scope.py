"""Whose history somebody looks through: one project's, everybody's, or that of the several projects they see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from ..models import Project, Run, User
from ..models.found_first import in_projects, not_newer, passing_over_others
from ..models.run import RunQuerySet
from .cursor import Cursor


@dataclass(frozen=True, slots=True)
class Scope:
    """`several` are the keys of the projects where it is neither one of them nor all; `runs` is everything then.

    `only` is the key of that one.
    """

    runs: RunQuerySet
    several: tuple[int, ...] | None = None
    only: int | None = None

    @classmethod
    def of(cls, viewer: User, project: Project | None) -> Self:
        """All that this person may see; or of it a project, which somebody else has found visible."""
        if project:
            return cls(Run.objects.filter(project=project), only=project.pk)
        if viewer.is_studio_admin:
            return cls(Run.objects.all())
        return cls(Run.objects.all(), tuple(Project.objects.visible_to(viewer).values_list("pk", flat=True)))

    @property
    def is_several(self) -> bool:
        return self.several is not None

    @property
    def in_order(self) -> RunQuerySet:
        """Its runs, to be gone through by the order of the page."""
        if self.several is None:
            return self.runs
        # By a sum there is no index for the projects, and the order of everybody's runs is left.
        return self.runs.alias(place=F("project_id") + 0).filter(place__in=self.several)

    @property
    def by_project(self) -> RunQuerySet:
        """The same, by the index of each project."""
        return self.runs if self.several is None else self.runs.filter(project__in=self.several)

    @property
    def by_words(self) -> RunQuerySet:
        """The same, by the index of words. That of PostgreSQL knows the projects as well."""
        projects = self.several if self.only is None else (self.only,)
        if projects is None:
            return self.runs
        if connection.vendor == "sqlite":
            return passing_over_others(self.in_order, projects)
        return in_projects(Run.objects.all(), projects)

    def begin(self, after: Cursor | None) -> datetime | None:
        """When the newest of the several was made: a project left long ago is not waited for. None: there is none."""
        # By the project as well, which is the same for all: in the order of everybody's runs it would wait for one.
        own = behind(Run.objects.filter(project=OuterRef("pk")), after).order_by("project_id", "-created_at", "-number")
        projects = Project.objects.filter(pk__in=self.several or ())
        newest = projects.annotate(newest=Subquery(own.values("created_at")[:1])).values_list("newest", flat=True)
        return max((moment for moment in newest if moment), default=None)


def behind(runs: RunQuerySet, after: Cursor | None, *, is_searched: bool = False) -> RunQuerySet:
    """Of these, that one of the cursor and those behind it."""
    return not_newer(runs, after.made_at, after.number, is_searched=is_searched) if after else runs
