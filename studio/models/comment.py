from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation
from .public import Public
from .user import User

COMMENT_CHARACTERS_MAX: Final = 2_000
EDITED_WITHIN: Final = timedelta(minutes=15)
"""After that others have read it, and may have answered."""


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> Self:
        """On frames that are not in the trash."""
        return self.filter(generation__in=Generation.objects.visible_to(user))


class Comment(Public):
    """What somebody says about a frame. A deleted one keeps its place and its name, and loses its words."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True) | models.Q(text=""), name="comment_deleted_without_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.generation} {self.person}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def may_be_edited_by(self, user: User, now: datetime) -> bool:
        return self.person_id == user.pk and not self.is_deleted and now - self.created_at < EDITED_WITHIN
