"""One person's month as a statement: which entries it shows, and where the money went day by day."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When, Window
from django.db.models.functions import TruncDate
from django.utils import timezone

from ..models import Kind, LedgerEntry, User
from ..provider.outcome import Charge
from .balance import entries
from .charges import COST

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_TENTH_OF_A_CENT = 1_000
_OF_THIS_HOLD = LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE)
_CHARGE_OF_THIS_FRAME = LedgerEntry.objects.filter(generation=OuterRef("generation"), kind=Kind.CHARGE)


class Shown(TypedDict):
    """What a line of the statement says, in micro-dollars: its amount, and what was left after it."""

    shown_micros: int
    left_micros: int


type StatementEntry = WithAnnotations[LedgerEntry, Shown]


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What one day cost, in micro-dollars. Positive."""

    charged_micros: int = 0
    presumed_micros: int = 0

    @property
    def total_micros(self) -> int:
        return self.charged_micros + self.presumed_micros


def statement(person: User, month: date, *, with_holds: bool) -> QuerySet[StatementEntry]:
    """The entries of one month, newest first, each with what its line says.

    With holds, every entry is there as it was booked. Without, a hold and its outcome are one line: the hold while it
    is open, then the charge, or a release of nothing for a frame that was never charged. What was left is summed over
    these lines, so that each follows from the one below it; both ways the newest line tells the same.
    """
    rows = entries(person, month)
    if with_holds:
        return rows.annotate(shown_micros=F("amount_micros"), left_micros=F("balance_micros"))
    shown = Case(When(kind=Kind.RELEASE, then=0), default=F("amount_micros"), output_field=BigIntegerField())
    return rows.filter(
        ~Q(kind__in=[Kind.HOLD, Kind.RELEASE])
        | Q(kind=Kind.HOLD) & ~Exists(_OF_THIS_HOLD)
        | Q(kind=Kind.RELEASE) & ~Exists(_CHARGE_OF_THIS_FRAME)
    ).annotate(shown_micros=shown, left_micros=Window(Sum(shown), order_by="sequence"))


def spend_by_day(person: User, month: date) -> Mapping[date, DaySpend]:
    """What charges came to by the day they were booked, in the studio's time zone. Days without any are absent."""
    rows = (
        LedgerEntry.objects.filter(account__person=person, month=month, kind=Kind.CHARGE)
        .annotate(day=TruncDate("effective_at", tzinfo=timezone.get_current_timezone()))
        .values_list("day", "attempt__charge")
        .annotate(total=Sum(COST))
        .order_by("day")
    )
    sums: dict[date, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    for day, charge, total in rows:
        sums[day][charge == Charge.PRESUMED] += total
    return {day: DaySpend(of_day[False], of_day[True]) for day, of_day in sums.items()}


def pictures_paid_for(person: User, month: date) -> int:
    """How many charged calls of the month brought a picture."""
    counted = LedgerEntry.objects.filter(account__person=person, month=month, kind=Kind.CHARGE).aggregate(
        delivered=Count("pk", filter=Q(attempt__outputs__role="primary"), distinct=True)
    )
    return int(counted["delivered"])


def per_picture(total_micros: int, pictures: int) -> int:
    """What one picture came to, rounded to a tenth of a cent: the one figure here that is no exact sum."""
    if not pictures:
        return 0
    tenths = (Decimal(total_micros) / pictures / _TENTH_OF_A_CENT).to_integral_value(rounding=ROUND_HALF_UP)
    return int(tenths) * _TENTH_OF_A_CENT
