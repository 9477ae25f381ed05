from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .project import Project
from .public import Public
from .user import User


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Upload(Public):
    """A picture a person brought in. `key` names the original, `thumbnail_key` its small WebP."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=120)
    mime_type = models.CharField(max_length=32)
    size_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    thumbnail_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            # The same picture brought in twice by one person is one upload.
            models.UniqueConstraint(fields=["project", "person", "sha256"], name="upload_once_per_person"),
        ]

    def __str__(self) -> str:
        return self.name
