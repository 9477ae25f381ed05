from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..addresses import address_of
from .public import Public
from .user import User


class Role(models.TextChoices):
    """What a member may do in a project."""

    VIEWER = "viewer", _("Viewer")  # looks and comments
    MAKER = "maker", _("Maker")  # generates
    OWNER = "owner", _("Owner")  # members, budget and settings of the project


MAKERS = frozenset({Role.MAKER, Role.OWNER})
"""The roles that may generate."""


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """The projects this person is a member of; for an admin of the studio, all."""
        if user.is_studio_admin:
            return self
        return self.filter(members=user)

    def current(self) -> Self:
        """Those that are not archived."""
        return self.filter(archived_at=None)

    def made_in_by(self, user: User) -> Self:
        """Those in which this person may make pictures: as `access.can_make` says of one."""
        if user.is_studio_admin:
            return self.current()
        return self.current().filter(memberships__person=user, memberships__role__in=sorted(MAKERS))


class Project(Public):
    """A place where a team shares prompts, pictures and their history. Private to its members.

    The defaults are what an empty composer begins with; empty: what the studio begins with. An archived project is
    looked at, and nothing in it is made or changed.
    """

    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=500, blank=True, db_default="")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="projects")
    monthly_budget_micros = models.BigIntegerField(null=True, blank=True)  # None: no limit of its own
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)  # of its months; empty: the studio's
    default_model = models.CharField(max_length=16, blank=True, db_default="")  # by its key in the catalogue
    default_size = models.CharField(max_length=4, blank=True, db_default="")
    default_ratio = models.CharField(max_length=5, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("project", self.public_id)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Membership(Public):
    """A person in a project, with one role."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role, default=Role.MAKER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.project}"
