from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation

RATING_MAX: Final = 5


class Judgement(models.Model):
    """What a project thinks of a frame: one for all its people, the last word counts, and it says whose that was.

    `is_picked` is the ring round the frame's number: of its run, one to go on with.
    """

    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, primary_key=True, related_name="judgement")
    rating = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5; None: not rated
    is_picked = models.BooleanField(default=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, RATING_MAX)),
                name="judgement_rating_in_range",
            )
        ]
        indexes = [
            # The few that are picked, or rated, of a long history.
            models.Index(fields=["generation"], condition=models.Q(is_picked=True), name="judgement_picked"),
            models.Index(fields=["rating"], condition=models.Q(rating__isnull=False), name="judgement_rated"),
        ]

    def __str__(self) -> str:
        return f"{self.generation}: {self.rating or '-'}{', picked' if self.is_picked else ''}"
