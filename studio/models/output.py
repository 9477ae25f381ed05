from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .attempt import Attempt
from .coloured import Coloured
from .generation import Generation
from .project import Project
from .public import Public
from .stored import Stored
from .user import User


class OutputQuerySet(models.QuerySet["Output"]):
    def visible_to(self, user: User) -> Self:
        return self.living().filter(generation__project__in=Project.objects.visible_to(user))

    def living(self) -> Self:
        """Of frames that are not in the trash."""
        return self.filter(generation__trashed_at__isnull=True)

    def open_to(self, user: User) -> Self:
        """What the media door gives this person: also out of the trash, while it can be brought back by them."""
        frames = Generation.objects.open_to(user).filter(pk=models.OuterRef("generation"), purged_at__isnull=True)
        return self.filter(models.Exists(frames))


class Output(Public, Coloured):
    """One stored picture of a generation. Type and size are read from its bytes, never believed.

    Keys name the picture and its WebP thumbnails by content, so storing twice is harmless.
    """

    file_route: ClassVar = "output-file"

    class Role(models.TextChoices):
        PRIMARY = "primary", _("Picture")
        VARIANT = "variant", _("Further picture")
        DRAFT = "draft", _("Draft")
        THOUGHT = "thought", _("Thought")

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="outputs")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="outputs")
    role = models.CharField(max_length=8, choices=Role)
    position = models.PositiveSmallIntegerField()
    mime_type = models.CharField(max_length=32)
    size_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    thumbnail_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OutputQuerySet.as_manager()

    class Meta:
        ordering = ["generation", "position"]
        verbose_name = _("output")
        verbose_name_plural = _("outputs")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="output_position_once"),
            models.UniqueConstraint(
                fields=["generation"], condition=models.Q(role="primary"), name="output_one_primary"
            ),
        ]
        indexes = [
            # Before a file is removed: does any other row name the same content?
            models.Index(fields=["sha256"], name="output_content"),
        ]

    def __str__(self) -> str:
        return f"{self.generation.frame_number} {self.role}"

    @property
    def sent(self) -> Stored:
        """What goes along when it is an input: the picture itself, which carries nothing that nobody should see."""
        return Stored(self.key, self.mime_type, self.size_bytes, self.sha256)

    @property
    def name(self) -> str:
        """The tray's label for it."""
        return self.generation.frame_number
