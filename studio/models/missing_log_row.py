from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .attempt import Attempt


class MissingLogRow(models.Model):
    """An attempt that is booked as surely charged, and that the gateway's log does not know: a person decides."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        FOUND = "found", _("Found")  # its row came later
        GIVEN_BACK = "given_back", _("Given back")
        KEPT = "kept", _("The charge stands")

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="missing_log_row")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    noticed_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["noticed_at", "pk"]
        verbose_name = _("charge without a row in the gateway’s log")
        verbose_name_plural = _("charges without a row in the gateway’s log")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True)
                | models.Q(state__in=["found", "given_back", "kept"], decided_at__isnull=False),
                name="missing_log_row_decided_or_open",
            ),
        ]
        indexes = [models.Index(fields=["noticed_at"], condition=models.Q(state="open"), name="missing_log_row_open")]

    def __str__(self) -> str:
        return f"{self.attempt} {self.state}"
