import unicodedata
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation
from .project import Project
from .user import User

NAME_CHARACTERS_MAX: Final = 40


def tag_key(name: str) -> str:
    """What makes two names the same tag: letters of either case, signs in either form, spaces however many."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Tag(models.Model):
    """A word that the people of a project put on its frames. It stands there as it was first written."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=NAME_CHARACTERS_MAX)
    key = models.CharField(max_length=4 * NAME_CHARACTERS_MAX)
    generations = models.ManyToManyField(Generation, through="Tagging", related_name="tags")

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on a frame, and who put it there."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="taggings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tag on a frame")
        verbose_name_plural = _("tags on frames")
        constraints = [models.UniqueConstraint(fields=["tag", "generation"], name="tagging_once")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.generation}"
