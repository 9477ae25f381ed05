"""What a project may cost a month, and what it has used: holds count, so that parallel submits cannot pass it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils import timezone

from ..models import Project, ProjectMonth
from .over_budget import OverBudget


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project's month in micro-dollars. `budget_micros` is None for a project without a limit."""

    budget_micros: int | None
    used_micros: int

    @property
    def left_micros(self) -> int | None:
        """Negative only after a budget was lowered, or a charge came out above its hold. None: no limit."""
        return None if self.budget_micros is None else self.budget_micros - self.used_micros

    @property
    def is_low(self) -> bool:
        """Under a tenth is left: time to say so."""
        return self.budget_micros is not None and (self.budget_micros - self.used_micros) * 10 < self.budget_micros


def project_month_of(project: Project, moment: datetime) -> date:
    """The first day of the month a moment counts in, in the project's time zone, else the studio's."""
    zone = ZoneInfo(project.time_zone) if project.time_zone else timezone.get_default_timezone()
    return moment.astimezone(zone).date().replace(day=1)


def project_summary(project: Project, now: datetime) -> ProjectSummary:
    """Where the project's running month stands."""
    row = ProjectMonth.objects.filter(project=project, month=project_month_of(project, now)).first()
    return (
        ProjectSummary(row.budget_micros, row.used_micros) if row else ProjectSummary(project.monthly_budget_micros, 0)
    )


def project_summaries(projects: Sequence[Project], now: datetime) -> Mapping[int, ProjectSummary]:
    """As `project_summary`, for several with one question, by project."""
    months = {project.pk: project_month_of(project, now) for project in projects}
    rows = ProjectMonth.objects.filter(project__in=projects, month__in=set(months.values()))
    found = {(row.project_id, row.month): ProjectSummary(row.budget_micros, row.used_micros) for row in rows}
    return {
        each.pk: found.get((each.pk, months[each.pk]), ProjectSummary(each.monthly_budget_micros, 0))
        for each in projects
    }


def count(project: Project, month: date, amount_micros: int, *, must_fit: bool) -> None:
    """Count an entry's amount, signed as the entry is: a hold is negative. Runs inside the entry's transaction.

    Raises `OverBudget` for what must fit and does not.
    """
    row = _open_month(project, month)
    fitting = ProjectMonth.objects.filter(pk=row.pk)
    if must_fit:
        # The budget stands in the same row: a subquery would not be asked again after waiting for another writer.
        fitting = fitting.filter(Q(budget_micros__isnull=True) | Q(budget_micros__gte=F("used_micros") - amount_micros))
    if not fitting.update(used_micros=F("used_micros") - amount_micros):
        row.refresh_from_db()
        assert row.budget_micros is not None, "without a budget everything fits"
        raise OverBudget(-amount_micros, row.budget_micros - row.used_micros, project)


def set_project_budget(project: Project, budget_micros: int | None, *, now: datetime) -> None:
    """What the project may cost a month, from the running one on. None: no limit. Nothing under way is cut."""
    if budget_micros is not None and budget_micros < 0:
        raise ValueError("A budget cannot be negative.")
    Project.objects.filter(pk=project.pk).update(monthly_budget_micros=budget_micros)
    project.monthly_budget_micros = budget_micros
    row = _open_month(project, project_month_of(project, now))
    ProjectMonth.objects.filter(pk=row.pk).update(budget_micros=budget_micros)


def _open_month(project: Project, month: date) -> ProjectMonth:
    return ProjectMonth.objects.get_or_create(
        project=project, month=month, defaults={"budget_micros": project.monthly_budget_micros}
    )[0]
