from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .ledger_entry import LedgerEntry


class ChargeQuestion(models.Model):
    """Somebody asks why they were charged. Answered once, by a named person, with a reason; asked once a charge."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        GIVEN_BACK = "given_back", _("Given back")
        STANDS = "stands", _("The charge stands")

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="question")
    note = models.CharField(max_length=500)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("question about a charge")
        verbose_name_plural = _("questions about charges")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", decided_at__isnull=True)
                | models.Q(status__in=["given_back", "stands"], decided_at__isnull=False),
                name="charge_question_decided_or_open",
            ),
        ]
        indexes = [
            # The inbox: what is open, oldest first; every admin's page tells how many.
            models.Index(fields=["status", "created_at", "id"], name="charge_question_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.status}"
