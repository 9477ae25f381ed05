"""Make one row of many: notes become part of the cells they belong to, and every sum stays what it was.

Each transaction takes rows away and adds what they came to. So it may be done at any moment, broken off, and done by
several at once: what another has in hand is left to it, and what it made twice the next one makes one of.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import add, or_
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from ..models import Spent
from .spent import Amounts, Key, parts

type _Row = tuple[Any, ...]

FEW: Final = 100
"""So few notes cost a page nothing, and are not worth the database's attention."""
_AT_A_TIME: Final = 1000


def fold(*, few: int = FEW) -> int:
    """Fold what was noted, unless it is `few` notes or fewer; how many were folded."""
    if Spent.objects.filter(moment__isnull=False)[: few + 1].count() <= few:
        return 0
    folded = 0
    while count := _fold_some():
        folded += count
    return folded


@transaction.atomic
def _fold_some() -> int:
    """The oldest notes, and how many those were."""
    notes = list(_rows(moment__isnull=False).order_by("pk")[:_AT_A_TIME])
    if not notes:
        return 0
    keys = {_key_of(note) for note in notes}
    cells = [cell for cell in _rows(_beside(keys), moment__isnull=True) if _key_of(cell) in keys]
    Spent.objects.filter(pk__in=[pk for pk, *_ in (*notes, *cells)]).delete()
    Spent.objects.bulk_create(_summed((*notes, *cells)), batch_size=500)
    return len(notes)


def _rows(*which: Q, **chosen: bool) -> QuerySet[Spent, _Row]:
    """Id, key and amounts, locked until the transaction ends; without what another has in hand."""
    rows = parts().filter(*which, **chosen).select_for_update(skip_locked=True)
    key = ("month", "account_id", "kind", "project_id", "model_key", "outcome", "is_presumed", "on")
    return rows.values_list("pk", *key, *Amounts._fields)


def _beside(keys: Iterable[Key]) -> Q:
    """Narrow enough: those accounts in those months and on those days."""
    accounts: dict[date, set[int]] = defaultdict(set)
    for key in keys:
        accounts[key.month].add(key.account_id)
    here = reduce(or_, (Q(month=month, account__in=of_month) for month, of_month in accounts.items()))
    return here & (Q(day__in={key.day for key in keys if key.day}) | Q(day__isnull=True))


def _summed(rows: Iterable[_Row]) -> list[Spent]:
    """One cell for each key; none where nothing is left."""
    sums: dict[Key, Amounts] = defaultdict(Amounts)
    for row in rows:
        amounts = row[-len(Amounts._fields) :]
        sums[_key_of(row)] = Amounts(*map(add, sums[_key_of(row)], amounts))
    return [Spent(**key._asdict(), **amounts._asdict()) for key, amounts in sums.items() if any(amounts)]


def _key_of(row: _Row) -> Key:
    return Key(*row[1 : 1 + len(Key._fields)])
