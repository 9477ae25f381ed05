"""One person's month as a statement: which entries it shows, and where the money went day by day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Sum, When, Window

from ..models import Kind, LedgerEntry, Spent, User
from ..provider.outcome import DELIVERED_OUTCOMES
from .balance import entries
from .spent import parts

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_TENTH_OF_A_CENT = 1_000
_OF_THIS_HOLD = LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE)
_CHARGE_OF_THIS_FRAME = LedgerEntry.objects.filter(generation=OuterRef("generation"), kind=Kind.CHARGE)


class Shown(TypedDict):
    """What a line of the statement says, in micro-dollars: its amount, and what was left after it.

    The latter is the balance as it was booked, until `newest_of` or `with_all_left` sums it up over lines.
    """

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
    """The entries of one month, newest first, each with the amount that its line says.

    With holds, every entry is there as it was booked. Without, a hold and its outcome are one line: the hold while it
    is open, then the charge, or a release of nothing for a frame that was never charged.
    """
    rows = entries(person, month)
    if with_holds:
        return rows.annotate(shown_micros=F("amount_micros"), left_micros=F("balance_micros"))
    shown = Case(When(kind=Kind.RELEASE, then=0), default=F("amount_micros"), output_field=BigIntegerField())
    return rows.filter(
        ~Q(kind__in=[Kind.HOLD, Kind.RELEASE])
        | Q(kind=Kind.HOLD) & ~Exists(_OF_THIS_HOLD)
        | Q(kind=Kind.RELEASE) & ~Exists(_CHARGE_OF_THIS_FRAME)
    ).annotate(shown_micros=shown, left_micros=F("balance_micros"))


def with_all_left(lines: QuerySet[StatementEntry]) -> QuerySet[StatementEntry]:
    """A whole month, each line with what was left after it: summed over these lines, so it follows from the one below.

    That takes a look at all of them.
    """
    return lines.annotate(left_micros=Window(Sum("shown_micros"), order_by="sequence"))  # type: ignore[no-redef]


def newest_of(lines: QuerySet[StatementEntry], count: int) -> list[StatementEntry]:
    """As `with_all_left`, of the first of these lines alone, however many there are behind them.

    Only for lines without holds: with them, what was left is what was booked.
    """
    shown = list(lines[:count])
    left_micros = _left_after(shown) if shown else 0
    for entry in shown:
        entry.left_micros = left_micros
        left_micros -= entry.shown_micros
    return shown


def _left_after(shown: Sequence[StatementEntry]) -> int:
    """After the first of them: the balance, and what was held then and is no line any more."""
    first = shown[0]
    since = LedgerEntry.objects.filter(
        account=first.account_id, month=first.month, sequence__gt=first.sequence, kind=Kind.RELEASE
    )
    # Not of what stands here as an open hold: it may have been released between the two questions.
    open_here = [entry.pk for entry in shown if entry.kind == Kind.HOLD]
    held = since.filter(closes__sequence__lte=first.sequence).exclude(closes__in=open_here)
    return first.balance_micros + int(held.aggregate(sum=Sum("amount_micros", default=0))["sum"])


def spend_by_day(person: User, month: date) -> Mapping[date, DaySpend]:
    """What charges came to by the day they were booked, in the studio's time zone. Days without any are absent."""
    rows = (
        parts()
        .filter(account__person=person, month=month, kind=Kind.CHARGE)
        .values_list("on", "is_presumed", "outcome")
        .annotate(total=Sum("cost_micros"))
        .exclude(total=0)
        .order_by("on")
    )
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, is_presumed, outcome, total in rows:
        sums[day][_became(outcome, is_presumed=is_presumed)] += total
    return {day: DaySpend(**of_day) for day, of_day in sums.items()}


def _became(outcome: str, *, is_presumed: bool) -> str:
    """The field of `DaySpend`. An answer that is still being read has no outcome yet: its picture is on its way."""
    if is_presumed:
        return "presumed_micros"
    return "delivered_micros" if not outcome or outcome in DELIVERED_OUTCOMES else "for_nothing_micros"


def pictures_paid_for(person: User, month: date) -> int:
    """How many charged calls of the month brought a picture."""
    brought = Spent.objects.filter(account__person=person, month=month, outcome__in=DELIVERED_OUTCOMES)
    return int(brought.aggregate(calls=Sum("entries", default=0))["calls"])


def per_picture(total_micros: int, pictures: int) -> int:
    """What one picture came to, rounded to a tenth of a cent: the one figure here that is no exact sum."""
    if not pictures:
        return 0
    tenths = (Decimal(total_micros) / pictures / _TENTH_OF_A_CENT).to_integral_value(rounding=ROUND_HALF_UP)
    return int(tenths) * _TENTH_OF_A_CENT
