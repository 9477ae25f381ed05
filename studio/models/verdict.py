from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation


class Verdict(models.Model):
    """Whether a frame's picture is approved or rejected, by whom and when. The last word counts."""

    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="verdict")
    is_approved = models.BooleanField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")

    def __str__(self) -> str:
        return f"{self.generation} {'approved' if self.is_approved else 'rejected'}"
