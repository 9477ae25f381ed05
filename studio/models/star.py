from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation


class Star(models.Model):
    """Somebody wants to find this frame again. A person's own: others have theirs, and nobody sees whose."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="stars")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("star")
        verbose_name_plural = _("stars")
        constraints = [models.UniqueConstraint(fields=["person", "generation"], name="star_once")]

    def __str__(self) -> str:
        return f"{self.generation} of {self.person}"
