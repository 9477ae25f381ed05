"""The studio's month for those who pay for it: by person, project, model and day, and what was paid for nothing.

All figures are sums of one list of cells, so every table of the page comes to the same total.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from ..models import Account, Kind, LedgerEntry, MonthBalance, Project
from ..provider.outcome import DELIVERED_OUTCOMES, Charge
from .balance import month_of
from .charges import COST


@dataclass(frozen=True, slots=True)
class Cell:
    """Charges that agree in everything a table may group by."""

    person_id: int
    project_id: int
    model_key: str
    day: date
    outcome: str  # empty while the answer is still being read
    is_presumed: bool
    calls: int
    amount_micros: int

    @property
    def is_delivered(self) -> bool:
        return self.outcome in DELIVERED_OUTCOMES

    @property
    def is_for_nothing(self) -> bool:
        return bool(self.outcome) and not self.is_delivered


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of some cells, in micro-dollars. `charged` and `presumed` are apart; `for_nothing` is part of both."""

    pictures: int = 0
    calls_for_nothing: int = 0
    calls_presumed: int = 0
    charged_micros: int = 0
    presumed_micros: int = 0
    for_nothing_micros: int = 0

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "Totals":
        cells = list(cells)
        presumed = [cell for cell in cells if cell.is_presumed]
        for_nothing = [cell for cell in cells if cell.is_for_nothing]
        presumed_micros = sum(cell.amount_micros for cell in presumed)
        return cls(
            pictures=sum(cell.calls for cell in cells if cell.is_delivered),
            calls_for_nothing=sum(cell.calls for cell in for_nothing),
            calls_presumed=sum(cell.calls for cell in presumed),
            charged_micros=sum(cell.amount_micros for cell in cells) - presumed_micros,
            presumed_micros=presumed_micros,
            for_nothing_micros=sum(cell.amount_micros for cell in for_nothing),
        )

    @property
    def spent_micros(self) -> int:
        """What is counted as gone: charged, and presumed until proved otherwise."""
        return self.charged_micros + self.presumed_micros


def charges_of(month: date) -> list[Cell]:
    """Every charge of the studio's month, grouped as finely as any table needs."""
    rows = (
        LedgerEntry.objects.filter(month=month, kind=Kind.CHARGE)
        .annotate(day=TruncDate("effective_at", tzinfo=timezone.get_current_timezone()))
        .values_list(
            "account__person_id",
            "project_id",
            "generation__run__model_key",
            "day",
            "attempt__outcome",
            "attempt__charge",
        )
        .annotate(calls=Count("pk"), amount=Sum(COST))
        .order_by()
    )
    return [
        Cell(person, project, model, day, outcome, charge == Charge.PRESUMED, calls, amount)
        for person, project, model, day, outcome, charge, calls, amount in rows
    ]


def grouped[K: Hashable](cells: Iterable[Cell], key: Callable[[Cell], K]) -> Mapping[K, Totals]:
    """The totals by person, project, model or whatever `key` tells."""
    groups: dict[K, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[key(cell)].append(cell)
    return {name: Totals.of(group) for name, group in groups.items()}


def charged_by_project(month: date, projects: Sequence[Project]) -> Mapping[int, int]:
    """What each of these projects cost that month, presumed charges included, in micro-dollars."""
    rows = (
        LedgerEntry.objects.filter(month=month, kind=Kind.CHARGE, project__in=projects)
        .values_list("project_id")
        .annotate(total=Sum(COST))
        .order_by()
    )
    return {project: total for project, total in rows if project is not None}


def held_now(month: date) -> tuple[int, int]:
    """Open holds of that month: how many, and what they come to in micro-dollars."""
    released = LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE)
    sums = LedgerEntry.objects.filter(~Exists(released), month=month, kind=Kind.HOLD).aggregate(
        count=Count("pk"), total=Sum("amount_micros", default=0)
    )
    return sums["count"], -sums["total"]


def reimbursed(month: date) -> int:
    """What the provider gave back of that month, in micro-dollars."""
    sums = LedgerEntry.objects.filter(month=month, kind=Kind.REIMBURSEMENT).aggregate(
        total=Sum("amount_micros", default=0)
    )
    return int(sums["total"])


def allowances(month: date) -> Mapping[int, int]:
    """What each person may spend that month. In the running month also those who have not begun it."""
    of_month = dict(MonthBalance.objects.filter(month=month).values_list("account__person_id", "allowance_micros"))
    if month != month_of(timezone.now()):
        return of_month
    standing = Account.objects.filter(person__is_active=True).values_list("person_id", "monthly_allowance_micros")
    return dict(standing) | of_month


def unsettled() -> tuple[int, int]:
    """Presumed charges of all months: how many, and what they come to in micro-dollars."""
    sums = LedgerEntry.objects.filter(kind=Kind.CHARGE, attempt__charge=Charge.PRESUMED).aggregate(
        count=Count("pk"), total=Sum(COST, default=0)
    )
    return sums["count"], sums["total"]


def presumed_charges(month: date) -> QuerySet[LedgerEntry]:
    """The charges nobody has confirmed or disproved yet, newest first, with all that a line names."""
    return (
        LedgerEntry.objects.filter(month=month, kind=Kind.CHARGE, attempt__charge=Charge.PRESUMED)
        .select_related("account__person", "attempt", "generation__run", "generation__project")
        .order_by("-effective_at", "-pk")
    )
