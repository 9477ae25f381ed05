from django.db import models
from django.utils.translation import gettext_lazy as _

from .output import Output
from .run import Run
from .upload import Upload


class Input(models.Model):
    """An upload or an earlier output at a position of a run. Position 1 is sent first."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="inputs")
    position = models.PositiveSmallIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    output = models.ForeignKey(Output, on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["position"]
        verbose_name = _("input")
        verbose_name_plural = _("inputs")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="input_position_once"),
            models.CheckConstraint(
                condition=models.Q(upload__isnull=True) ^ models.Q(output__isnull=True),
                name="input_upload_or_output",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} input {self.position}"

    @property
    def picture(self) -> Upload | Output:
        """What is at this position; both kinds have a key, a type, a size and a thumbnail."""
        picture = self.upload or self.output
        assert picture is not None, "held by the constraint input_upload_or_output"
        return picture
