from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation
from .project import Project
from .public import Public
from .user import User


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(generation__project__in=Project.objects.visible_to(user))

    def open(self, now: datetime) -> Self:
        """Those that still show something."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class ShareLink(Public):
    """An address that shows one picture to whoever has it, until it expires or is revoked.

    The address holds a token that is shown once and kept nowhere: `token_hash` is its SHA-256.
    """

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="share_links")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("share link")
        verbose_name_plural = _("share links")

    def __str__(self) -> str:
        return f"{self.generation} until {self.expires_at:%Y-%m-%d}"
