from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .output import Output
from .prompt import PromptVersion
from .upload import Upload


class PromptReferenceQuerySet(models.QuerySet["PromptReference"]):
    def living(self) -> Self:
        """Without what is in the trash, or was moved to another project. There again when it is back."""
        there = models.Q(generation__trashed_at=None, generation__project=models.OuterRef("version__prompt__project"))
        outputs = Output.objects.filter(there, pk=models.OuterRef("output"))
        return self.filter(models.Q(output=None) | models.Exists(outputs))


class PromptReference(models.Model):
    """A picture that goes along with a version of a prompt: an upload or an output, at its place in the tray.

    When the picture is deleted for good the reference goes with it: a prompt keeps no picture alive."""

    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveSmallIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    output = models.ForeignKey(Output, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    objects = PromptReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="prompt_reference_position_once"),
            models.CheckConstraint(
                condition=models.Q(upload__isnull=False, output__isnull=True)
                | models.Q(upload__isnull=True, output__isnull=False),
                name="prompt_reference_is_one_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} reference {self.position}"

    @property
    def picture(self) -> Upload | Output:
        picture = self.upload or self.output
        assert picture is not None, "held by the constraint prompt_reference_is_one_picture"
        return picture
