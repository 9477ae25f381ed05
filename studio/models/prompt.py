from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..provider.catalogue import BY_KEY, Model
from ..tokens import Words
from .found_first import found_first
from .project import Project
from .public import Public
from .search_text import SearchTextField
from .user import User


class PromptQuerySet(models.QuerySet["Prompt"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def saying(self, words: Words, *, is_read_through: bool = False) -> Self:
        """Those with all of these words in their title or text, newest first. None for no words.

        `is_read_through` as with runs.
        """
        if not words.runs:
            return self.none()
        return found_first(self, words, order=("-pk",), is_read_through=is_read_through)


class Prompt(Public):
    """A prompt somebody kept for the project, with a title to find it by. Its words are those of its newest version.

    Written by `studio/library/keep.py` alone. It is archived rather than deleted: pictures were made with it.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prompts")
    title = models.CharField(_("title"), max_length=120)
    search_text = SearchTextField(of="said")
    # The newest of its versions. None only between the two writes that make it.
    current = models.OneToOneField("PromptVersion", on_delete=models.RESTRICT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        indexes = [
            # The library: those of one project that are in use, newest first, by keyset.
            models.Index(
                fields=["project", "-id"], condition=models.Q(archived_at__isnull=True), name="prompt_library"
            ),
            # And those that are not.
            models.Index(
                fields=["project", "-id"], condition=models.Q(archived_at__isnull=False), name="prompt_archive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("prompt", args=[self.public_id])

    @property
    def said(self) -> str:
        """What it is found by: its title and its words."""
        return f"{self.title} {self.current.text if self.current else ''}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class PromptVersion(Public):
    """The words of a prompt as they stood once, with the settings that suit them. Never changed.

    `blanks` describes the blanks of the text as `library/wording.py` writes them. A setting that is empty (or None) is
    none: the composer keeps its own. `ratio` may be "source", as the composer writes "follow source".
    """

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    blanks = models.JSONField(default=list, blank=True)
    system_prompt = models.TextField(blank=True)
    model_key = models.CharField(max_length=16, blank=True)
    size = models.CharField(max_length=8, blank=True)
    ratio = models.CharField(max_length=8, blank=True)
    variations = models.PositiveSmallIntegerField(null=True, blank=True)
    thinking_level = models.CharField(max_length=16, blank=True)
    web_search = models.BooleanField(default=False)
    restores = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["prompt", "-number"]
        verbose_name = _("prompt version")
        verbose_name_plural = _("prompt versions")
        constraints = [
            # Two people who save at the same moment: one of them is told.
            models.UniqueConstraint(fields=["prompt", "number"], name="prompt_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.number}"

    @property
    def model(self) -> Model | None:
        """The suggested one."""
        return BY_KEY.get(self.model_key)

    @property
    def follows_source(self) -> bool:
        return self.ratio == "source"
