"""The studio's month for those who pay for it: by person, project, model and day, and what was paid for nothing.

All tables are read in one statement, so every table of the page comes to the same total.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, DateField, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.utils import timezone

from ..models import Account, Attempt, Kind, LedgerEntry, MonthBalance, Project, Spent
from ..provider.outcome import DELIVERED_OUTCOMES, Charge
from .balance import month_of
from .charges import beginning_of
from .spent import parts

_A_DAY: Final = timedelta(days=1)


class Cell(NamedTuple):
    """Charges that agree in what a table groups by. What the table does not ask is None or empty."""

    person_id: int | None
    project_id: int | None
    model_key: str
    day: date | None
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
        pictures = calls_for_nothing = calls_presumed = spent = presumed = for_nothing = 0
        for cell in cells:
            spent += cell.amount_micros
            if cell.is_presumed:
                calls_presumed += cell.calls
                presumed += cell.amount_micros
            if cell.is_delivered:
                pictures += cell.calls
            elif cell.is_for_nothing:
                calls_for_nothing += cell.calls
                for_nothing += cell.amount_micros
        return cls(pictures, calls_for_nothing, calls_presumed, spent - presumed, presumed, for_nothing)

    @property
    def spent_micros(self) -> int:
        """What is counted as gone: charged, and presumed until proved otherwise."""
        return self.charged_micros + self.presumed_micros


@dataclass(frozen=True, slots=True)
class Tables:
    """The charges of one month, three times: by person, by project, by model and day. Each comes to the same.

    The first two know the outcome as well, and whether a charge is presumed.
    """

    people: list[Cell]
    projects: list[Cell]
    days: list[Cell]


def tables_of(month: date) -> Tables:
    """Every charge of the studio's month."""
    became = ("outcome", "is_presumed")
    asked = [("account__person_id", *became), ("project_id", *became), ("model_key", "on")]
    first, *others = (_table(month, number, keys) for number, keys in enumerate(asked))
    tables: list[list[Cell]] = [[] for _ in asked]
    for number, *cell in first.union(*others, all=True):
        tables[number].append(Cell(*cell))
    return Tables(*tables)


def _table(month: date, number: int, keys: Sequence[str]) -> QuerySet[Any, Any]:
    """A `Cell` a row, behind the table's number; grouped by these keys."""
    nothing = {
        "account__person_id": Cast(Value(None), BigIntegerField()),
        "project_id": Cast(Value(None), BigIntegerField()),
        "model_key": Value(""),
        "on": Cast(Value(None), DateField()),
        "outcome": Value(""),
        "is_presumed": Value(False),
    }
    rows = parts().filter(month=month, kind=Kind.CHARGE)
    columns = (F(key) if key in keys else empty for key, empty in nothing.items())
    amount = Cast(Sum("cost_micros"), BigIntegerField())  # PostgreSQL makes a decimal of such a sum
    # Where nothing is left, all has turned out otherwise, and nobody has folded it yet.
    return rows.values_list(Value(number), *columns).annotate(calls=Sum("entries"), amount=amount).exclude(calls=0)


def grouped[K: Hashable](cells: Iterable[Cell], key: Callable[[Cell], K]) -> Mapping[K, Totals]:
    """The totals by person, project, model or whatever `key` tells."""
    groups: dict[K, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[key(cell)].append(cell)
    return {name: Totals.of(group) for name, group in groups.items()}


def charged_by_project(month: date, projects: Sequence[Project]) -> Mapping[int, int]:
    """What each of these projects cost that month, presumed charges included, in micro-dollars."""
    rows = (
        parts()
        .filter(month=month, kind=Kind.CHARGE, project__in=projects)
        .values_list("project_id")
        .annotate(total=Sum("cost_micros"))
    )
    return {project: total for project, total in rows if project is not None}


def held_now(month: date) -> tuple[int, int]:
    """Open holds of that month: how many, and what they come to in micro-dollars."""
    sums = Spent.objects.filter(month=month, kind__in=[Kind.HOLD, Kind.RELEASE]).aggregate(
        opened=Sum("entries", filter=Q(kind=Kind.HOLD), default=0),
        ended=Sum("entries", filter=Q(kind=Kind.RELEASE), default=0),
        total=Sum("booked_micros", default=0),
    )
    return sums["opened"] - sums["ended"], -sums["total"]


def reimbursed(month: date) -> int:
    """What the provider gave back of that month, in micro-dollars."""
    sums = Spent.objects.filter(month=month, kind=Kind.REIMBURSEMENT).aggregate(total=Sum("booked_micros", default=0))
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
    sums = Spent.objects.filter(is_presumed=True).aggregate(
        count=Sum("entries", default=0), total=Sum("cost_micros", default=0)
    )
    return sums["count"], sums["total"]


def presumed_charges(month: date, count: int | None = None) -> list[LedgerEntry]:
    """The charges nobody has confirmed or disproved yet, the newest call first, with all that a line names.

    All of them, or the newest `count`. Those are found by an index of presumed calls, and not among all of the month.
    """
    days = parts().filter(month=month, kind=Kind.CHARGE, is_presumed=True).values_list("on")
    last = days.annotate(calls=Sum("entries")).exclude(calls=0).order_by("-on").first()
    if last is None:
        return []
    # Sent in that month or later, and before its charge was booked.
    sent = Q(started_at__gte=beginning_of(month), started_at__lt=beginning_of(last[0] + _A_DAY * 2))
    of_month = LedgerEntry.objects.filter(month=month, kind=Kind.CHARGE)
    calls = Attempt.objects.filter(sent, Exists(of_month.filter(attempt=OuterRef("pk"))), charge=Charge.PRESUMED)
    newest = calls.order_by("-started_at").values_list("pk", flat=True)[:count]
    return list(
        LedgerEntry.objects.filter(kind=Kind.CHARGE, attempt__in=newest if count is None else list(newest))
        .select_related("account__person", "attempt", "generation__run", "generation__project")
        .order_by("-attempt__started_at", "-pk")
    )
