"""One person's month as a statement: which entries it shows, and where the money went day by day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When, Window

from ..models import Account, Kind, LedgerEntry, Spent, User
from ..provider.outcome import DELIVERED_OUTCOMES
from .spent import parts

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_TENTH_OF_A_CENT = 1_000
_SHOWN = Case(When(kind=Kind.RELEASE, then=0), default=F("amount_micros"), output_field=BigIntegerField())
# One of them, and not whether they exist: PostgreSQL would rather gather those of the whole studio beforehand.
_ONE = LedgerEntry.objects.order_by().values("pk")
_RELEASE = Subquery(_ONE.filter(closes=OuterRef("pk"), kind=Kind.RELEASE)[:1])
_CHARGE = Subquery(_ONE.filter(generation=OuterRef("generation"), kind=Kind.CHARGE)[:1])


class Shown(TypedDict):
    """What a line of the statement says, in micro-dollars: its amount, and what was left after it.

    The latter is the balance as it was booked, until `newest` or `with_all_left` sums it up over lines.
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
    return _told(_meant(person, month, with_holds=with_holds), with_holds=with_holds)


def newest(
    person: User, month: date, count: int, *, with_holds: bool, before: int | None = None
) -> list[StatementEntry]:
    """The first so many of a statement's lines; with `before`, of those with a smaller sequence number.

    Each with what was left after it, as `with_all_left` has it, however many there are behind. Their keys are read
    first, by the index in their order: joined to all that a line names, PostgreSQL might sort the whole month.
    """
    meant = _meant(person, month, with_holds=with_holds)
    if before is not None:
        meant = meant.filter(sequence__lt=before)
    keys = list(meant.values_list("pk", flat=True)[:count])
    shown = list(_told(_in_order(LedgerEntry.objects.filter(pk__in=keys)), with_holds=with_holds))
    if with_holds or not shown:
        return shown
    left_micros = _left_after(shown)
    for entry in shown:
        entry.left_micros = left_micros
        left_micros -= entry.shown_micros
    return shown


def _meant(person: User, month: date, *, with_holds: bool) -> QuerySet[LedgerEntry]:
    # Told the account before it begins, a database reads it in the order of the page.
    account = Account.objects.filter(person=person).values("pk")[:1]
    rows = _in_order(LedgerEntry.objects.filter(account=account, month=month))
    if with_holds:
        return rows
    return rows.alias(release=_RELEASE, charge=_CHARGE).filter(
        ~Q(kind__in=[Kind.HOLD, Kind.RELEASE]) | Q(kind=Kind.HOLD, release=None) | Q(kind=Kind.RELEASE, charge=None)
    )


def _in_order(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    return rows.order_by("-sequence")


def _told(rows: QuerySet[LedgerEntry], *, with_holds: bool) -> QuerySet[StatementEntry]:
    """With all that a line names."""
    named = rows.select_related("attempt", "generation__run", "project", "recorded_by", "question__decided_by")
    shown = F("amount_micros") if with_holds else _SHOWN
    return named.annotate(shown_micros=shown, left_micros=F("balance_micros"))


def with_all_left(lines: QuerySet[StatementEntry]) -> QuerySet[StatementEntry]:
    """A whole month, each line with what was left after it: summed over these lines, so it follows from the one below.

    That takes a look at all of them.
    """
    return lines.annotate(left_micros=Window(Sum("shown_micros"), order_by="sequence"))  # type: ignore[no-redef]


def _left_after(shown: Sequence[StatementEntry]) -> int:
    """After the first of them: the balance, and what was held then and is no line any more."""
    first = shown[0]
    since = LedgerEntry.objects.filter(account=first.account_id, month=first.month, sequence__gt=first.sequence)
    # Of an account ids are in the order of the sequence: both are given under its lock.
    ended = Q(kind=Kind.RELEASE, closes__lte=first.pk)
    # Not of what stands here as an open hold: it may have been released between the questions.
    ended &= ~Q(closes__in=[entry.pk for entry in shown if entry.kind == Kind.HOLD])
    # Asked of the sum and not of the rows, or PostgreSQL takes the releases of all people for fewer than these.
    return first.balance_micros + int(since.aggregate(sum=Sum("amount_micros", filter=ended, default=0))["sum"])


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
