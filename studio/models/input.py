from django.db import models
from django.utils.translation import gettext_lazy as _

from .link import Link
from .output import Output
from .run import Run
from .upload import Upload

type Picture = Upload | Output | Link
"""What may stand in the tray, and go along with a prompt."""


class Input(models.Model):
    """An upload, an earlier output or a link at a position of a run. Position 1 is sent first.

    With both an upload and an output, the upload is a smaller copy of that output, and went in its place.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="inputs")
    position = models.PositiveSmallIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    output = models.ForeignKey(Output, on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        verbose_name = _("input")
        verbose_name_plural = _("inputs")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="input_position_once"),
            models.CheckConstraint(
                condition=models.Q(upload__isnull=False, output__isnull=True, link__isnull=True)
                | models.Q(output__isnull=False, link__isnull=True)
                | models.Q(upload__isnull=True, output__isnull=True, link__isnull=False),
                name="input_is_one_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} input {self.position}"

    @property
    def picture(self) -> Picture:
        """What was sent at this position; every kind has a name, a type, a size and a thumbnail."""
        picture = self.upload or self.output or self.link
        assert picture is not None, "held by the constraint input_is_one_picture"
        return picture

    @property
    def is_there(self) -> bool:
        """Whether it can be shown and taken again: not in the trash, and not left behind in another project."""
        source = self.output.generation if self.output else None
        return source is None or (source.project_id == self.run.project_id and not source.is_trashed)
