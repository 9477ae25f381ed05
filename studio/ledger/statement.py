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
from ..provider.outcome import DELIVERED_OUTCOMES, Charge
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
    """What a day cost by what became of it, in micro-dollars. Positive; a presumed charge is neither of the others."""

    delivered_micros: int = 0
    for_nothing_micros: int = 0
    presumed_micros: int = 0

    @property
    def total_micros(self) -> int:
        return self.delivered_micros + self.for_nothing_micros + self.presumed_micros


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
        .values_list("day", "attempt__charge", "attempt__outcome")
        .annotate(total=Sum(COST))
        .order_by("day")
    )
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, charge, outcome, total in rows:
        sums[day][_became(charge, outcome)] += total
    return {day: DaySpend(**of_day) for day, of_day in sums.items()}


def _became(charge: str, outcome: str) -> str:
    """The field of `DaySpend`. An answer that is still being read has no outcome yet: its picture is on its way."""
    if charge == Charge.PRESUMED:
        return "presumed_micros"
    return "delivered_micros" if not outcome or outcome in DELIVERED_OUTCOMES else "for_nothing_micros"


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
