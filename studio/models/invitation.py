from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .project import Project
from .project import Role as ProjectRole
from .public import Public

LASTS: Final = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(Public):
    """A way into a project or into the studio: a link that works once, until it expires or is revoked.

    The link's secret is kept as a hash alone, so whoever reads the database cannot open one. With an `email` only a
    person of that address may accept it. `monthly_budget_micros` is what a person who comes new may spend a month.
    """

    class Role(models.TextChoices):
        """What whoever accepts it becomes: in the project, or without one in the studio."""

        VIEWER = "viewer", _("Viewer")
        MAKER = "maker", _("Maker")
        OWNER = "owner", _("Owner")
        MEMBER = "member", _("Member of the studio")
        ADMIN = "admin", _("Admin of the studio")

    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations")
    role = models.CharField(max_length=8, choices=Role)
    email = models.EmailField(blank=True)
    monthly_budget_micros = models.BigIntegerField(default=0)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(project__isnull=False, role__in=ProjectRole.values)
                | models.Q(project__isnull=True, role__in=["member", "admin"]),
                name="invitation_role_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at__isnull=True),
                name="invitation_ends_once",
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_budget_micros__gte=0), name="invitation_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.email or str(self.get_role_display())

    @property
    def is_for_admin(self) -> bool:
        return self.role == Invitation.Role.ADMIN
