from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .public import Public
from .user import User


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def visible_to(self, user: User) -> Self:
        """Their own. Nobody else's, whoever asks: an admin closes an account, and its tokens go with it."""
        return self.filter(person=user)

    def live(self, now: datetime) -> Self:
        """Those that still open something."""
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(unexpired, revoked_at=None)


class AccessToken(Public):
    """What a program shows to act for a person through the HTTP API, and no more than the person may.

    The secret is shown once and kept nowhere: `token_hash` is its SHA-256, `token_end` its last characters, by which
    people tell one from another. `paced_until_ms` paces its requests: see `studio/access_tokens.py`.
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read: projects, images, history, and your own statement")
        GENERATE = "generate", _("Generate: add images, submit runs that spend your budget, cancel them")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    token_end = models.CharField(max_length=4)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)  # None: never
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    revoked_at = models.DateTimeField(null=True, blank=True)
    paced_until_ms = models.BigIntegerField(default=0)  # milliseconds since 1970

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return f"{self.name} (…{self.token_end})"

    @property
    def scope_labels(self) -> list[str]:
        """What it may do, as people read it."""
        return [str(scope.label) for scope in self.Scope if scope in self.scopes]
