from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .project import Project


class BudgetRequest(models.Model):
    """Somebody asks for more money, for themselves or for a project. At most one is open for the same thing."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="budget_requests")
    # None: it is about the person's own allowance.
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, related_name="budget_requests"
    )
    note = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    granted_micros = models.BigIntegerField(null=True, blank=True)  # the new budget of a month, in all
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("budget request")
        verbose_name_plural = _("budget requests")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "project"], condition=models.Q(status="open"), name="budget_request_one_open"
            ),
            # A missing project is no value that could be there twice, so it needs a rule of its own.
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(status="open", project__isnull=True),
                name="budget_request_one_open_own",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", decided_at__isnull=True)
                | models.Q(status__in=["granted", "declined"], decided_at__isnull=False),
                name="budget_request_decided_or_open",
            ),
        ]
        indexes = [
            # The inbox: what is open, oldest first; every admin's page tells how many.
            models.Index(fields=["status", "created_at", "id"], name="budget_request_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.project or ''} {self.status}"
