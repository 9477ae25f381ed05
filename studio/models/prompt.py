from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .project import Project
from .public import Public
from .user import User


class PromptQuerySet(models.QuerySet["Prompt"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Prompt(Public):
    """A prompt somebody kept for the project, with a title to find it by."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prompts")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")

    def __str__(self) -> str:
        return self.title
