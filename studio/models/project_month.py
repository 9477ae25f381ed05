from django.db import models
from django.utils.translation import gettext_lazy as _

from .project import Project


class ProjectMonth(models.Model):
    """What a project has used of one month: held and charged together, kept beside the entries.

    It exists so that a hold can be refused by one conditional write; `ledger_verify` rebuilds it. Written by
    `studio/ledger/` alone. `budget_micros` is None where the project has no limit.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()  # its first day, in the project's time zone
    budget_micros = models.BigIntegerField(null=True, blank=True)
    used_micros = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("project's month")
        verbose_name_plural = _("projects' months")
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="project_month_once"),
            models.CheckConstraint(
                condition=models.Q(budget_micros__isnull=True) | models.Q(budget_micros__gte=0),
                name="project_month_budget_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month:%Y-%m}"
