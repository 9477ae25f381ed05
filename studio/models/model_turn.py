from django.db import models
from django.utils.translation import gettext_lazy as _

from .attempt import Attempt


class ModelTurn(models.Model):
    """What the model said in one attempt, as it goes back when the conversation is continued.

    `parts` are in the order of the answer: `{"text": …}` or `{"position": N}` for the attempt's output at that
    position, each with the `signature` it came with, unchanged. A row of its own: a signature may take most of a
    megabyte, and only the next turn ever reads it.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="model_turn")
    parts = models.JSONField()

    class Meta:
        verbose_name = _("turn of the model")
        verbose_name_plural = _("turns of the model")

    def __str__(self) -> str:
        return str(self.attempt)
