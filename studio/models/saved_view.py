from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .project import Project
from .public import Public
from .user import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """A person's own, and what others share in projects this person may see."""
        seen = Project.objects.visible_to(user)
        return self.filter(Q(person=user) | Q(is_shared=True), Q(project=None, person=user) | Q(project__in=seen))


class SavedView(Public):
    """Filters of the gallery under a name. `query` is what stands behind the question mark of its address.

    Without a project it is of the gallery of all projects, and its person's alone.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["person", "project", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["person", "name"], condition=Q(project=None), name="saved_view_name_once_everywhere"
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False) | Q(project__isnull=False), name="saved_view_shared_in_a_project"
            ),
        ]

    def __str__(self) -> str:
        return self.name
