"""A page of charges, newest first, without a look at all of the month.

Entries are read by an index in their order. Whether one is meant may stand with its call, and then many would be looked
at for a few: so the sums are asked first, on which days there are any, and of whom.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, Sum
from django.utils import timezone

from ..models import Kind, LedgerEntry
from .charges import Chosen, with_all_that_a_line_names, within

type PersonDay = tuple[date, int]
"""A day, and an account."""


def newest(chosen: Chosen, count: int, *, before: int | None = None) -> list[LedgerEntry]:
    """So many of them with all that a line names; those older than the charge with the id `before`, if it is given."""
    rows, last_day = chosen.charges(), None
    if before is not None:
        moment = LedgerEntry.objects.filter(pk=before).values_list("effective_at", flat=True).first()
        if moment is None:
            return []
        last_day = timezone.localdate(moment)
        # Both halves, for an index begins at the first.
        rows = rows.filter(Q(effective_at__lt=moment) | Q(pk__lt=before), effective_at__lte=moment)
    if chosen.is_by_the_call and chosen.is_in_the_sums:
        rows = rows.filter(_where_there_are_any(chosen, count, last_day))
    keys = list(rows.order_by("-effective_at", "-pk").values_list("pk", flat=True)[:count])
    found = with_all_that_a_line_names(LedgerEntry.objects.filter(pk__in=keys)).in_bulk()
    return [found[key] for key in keys]


def _where_there_are_any(chosen: Chosen, count: int, last_day: date | None) -> Q:
    """The newest days with enough of them: all that was charged then, or what was charged to those who have any.

    Whichever means fewer entries to look at.
    """
    wanted = _person_days(chosen)
    if last_day:
        wanted = {key: number for key, number in wanted.items() if key[0] <= last_day}
    days = _newest_days(wanted, count, last_day)
    if not days:
        return Q(pk__in=[])
    there = _person_days(replace(chosen, model_key="", became="", certainty=""))
    here = {key: number for key, number in wanted.items() if key[0] in days}
    all_then = sum(number for (day, _account), number in there.items() if day in days)
    of_those = sum(there.get(key, 0) for key in here)
    if all_then * count <= of_those * sum(here.values()):
        return within(min(days), max(days))
    is_charge = Q(month=chosen.month, kind=Kind.CHARGE)  # said in each, or SQLite takes another index
    return reduce(or_, (is_charge & Q(account=account) & within(day, day) for day, account in here))


def _person_days(chosen: Chosen) -> Mapping[PersonDay, int]:
    """How many of these charges there are on which day and of whom."""
    rows = chosen.sums().values_list("on", "account_id").annotate(number=Sum("entries"))
    return {(day, account): number for day, account, number in rows if number}


def _newest_days(wanted: Mapping[PersonDay, int], count: int, last_day: date | None) -> set[date]:
    """As many days as it takes to find `count`, not counting those of the last one: it may be in the middle of it."""
    numbers: dict[date, int] = defaultdict(int)
    for (day, _account), number in wanted.items():
        numbers[day] += number
    days: set[date] = set()
    found = 0
    for day in sorted(numbers, reverse=True):
        if found >= count:
            break
        days.add(day)
        found += numbers[day] if day != last_day else 0
    return days
