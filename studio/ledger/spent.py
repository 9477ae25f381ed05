"""The sums beside the ledger: how they are read, and how they are compared with the entries and mended.

A sum is that of all `Spent` rows with the same key, folded or not. Whoever reads or compares it does so in one
statement: others book and fold meanwhile, and one statement sees all of what a transaction did, or nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from ..models import Account, Kind, LedgerEntry, Spent
from ..provider.outcome import Charge

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

COST: Final = Coalesce("attempt__real_micros", "attempt__price_micros")
"""What a charge comes to in micro-dollars: what was booked for it with what its tokens and searches corrected."""

_IS_CHARGE: Final = Q(kind=Kind.CHARGE)
_KEPT, _SUMMED = range(2)


class Key(NamedTuple):
    """What all parts of a sum agree in. From `project_id` on only charges have it; `day` is the studio's."""

    month: date
    account_id: int
    kind: str
    project_id: int | None = None
    model_key: str = ""
    outcome: str = ""
    is_presumed: bool = False
    day: date | None = None


class Amounts(NamedTuple):
    """How many entries, what they say with their sign, and what the charges among them come to, in micro-dollars."""

    entries: int = 0
    booked_micros: int = 0
    cost_micros: int = 0


class On(TypedDict):
    """The day that a charge counts on; None for all else."""

    on: date | None


type Part = WithAnnotations[Spent, On]


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that is not what its entries come to."""

    key: Key
    kept: Amounts
    summed: Amounts


def parts() -> QuerySet[Part]:
    """All parts of all sums; `on` is the day of those of charges."""
    return Spent.objects.annotate(on=_of_charges(Coalesce("day", _day_of("moment")), DateField())).order_by()


def differences(account: Account | None = None) -> Iterator[Difference]:
    """The sums that are wrong. Every entry is looked at: seconds, for a million."""
    kept, entries = parts(), LedgerEntry.objects.order_by()
    if account:
        kept, entries = kept.filter(account=account), entries.filter(account=account)
    sides: dict[Key, list[Amounts]] = defaultdict(lambda: [Amounts(), Amounts()])
    for side, *row in _sums(kept).union(_sums_of(entries), all=True).iterator():
        length = len(Key._fields)
        sides[Key(*row[:length])][side] = Amounts(*map(int, row[length:]))
    for key, (of_rows, of_entries) in sides.items():
        if of_rows != of_entries:
            yield Difference(key, of_rows, of_entries)


def rebuild() -> int:
    """Add to each sum that is wrong what it lacks; how many those were."""
    return sum(_rebuild(account) for account in sorted({wrong.key.account_id for wrong in differences()}))


@transaction.atomic
def _rebuild(account_id: int) -> int:
    """Compared once more under the account's lock, or two who mend at once would add it twice.

    Whatever comes to a sum meanwhile comes to its entries as well: what it lacked it still lacks.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    wrong = list(differences(account))
    Spent.objects.bulk_create([_lacking(each) for each in wrong], batch_size=500)
    return len(wrong)


def _lacking(wrong: Difference) -> Spent:
    """A note like any other, of some moment of its day: it is folded into the cell that it mends."""
    key = wrong.key._asdict()
    moment = timezone.make_aware(datetime.combine(key.pop("day") or wrong.key.month, time(12)))
    lacking = Amounts(*(summed - kept for summed, kept in zip(wrong.summed, wrong.kept, strict=True)))
    return Spent(**key, **lacking._asdict(), moment=moment)


def _sums(rows: QuerySet[Part]) -> QuerySet[Any, Any]:
    """By their keys: `Key` and `Amounts` as one row, behind a `_KEPT`."""
    grouped = rows.annotate(side=_side(_KEPT)).values_list(
        "side", "month", "account_id", "kind", "project_id", "model_key", "outcome", "is_presumed", "on"
    )
    return grouped.annotate(Sum("entries"), Sum("booked_micros"), Sum("cost_micros"))


def _sums_of(entries: QuerySet[LedgerEntry]) -> QuerySet[Any, Any]:
    """As `_sums`, of the entries themselves."""
    is_presumed = Case(
        When(_IS_CHARGE & Q(attempt__charge=Charge.PRESUMED), then=True), default=False, output_field=BooleanField()
    )
    named = entries.annotate(
        side=_side(_SUMMED),
        of_project=_of_charges(F("project_id"), BigIntegerField()),
        model=Coalesce(_of_charges(F("generation__run__model_key")), Value("")),
        outcome=Coalesce(_of_charges(F("attempt__outcome")), Value("")),
        is_presumed=is_presumed,
        on=_of_charges(_day_of("effective_at"), DateField()),
    )
    grouped = named.values_list(
        "side", "month", "account_id", "kind", "of_project", "model", "outcome", "is_presumed", "on"
    )
    cost = Sum(_of_charges(COST), default=0)
    return grouped.annotate(count=Count("pk"), booked=Sum("amount_micros"), cost=cost)


def _of_charges(expression: Combinable, output_field: Any = None) -> Case:
    """Nothing for all other kinds."""
    return Case(When(_IS_CHARGE, then=expression), output_field=output_field)


def _day_of(moment: str) -> TruncDate:
    return TruncDate(moment, tzinfo=timezone.get_default_timezone(), output_field=DateField())


def _side(side: int) -> Value:
    return Value(side, output_field=IntegerField())
