"""Each generation has one hold, each hold ends once and in full, and none outlives its generation."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from ...models import Kind, LedgerEntry
from ...models.generation import FINAL, UNFINISHED
from .finding import Finding
from .scope import Scope


def find(scope: Scope) -> Iterator[Finding]:
    held = scope.entries().filter(kind=Kind.HOLD)
    is_closed = Exists(LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE))
    for entry in held.filter(~is_closed, generation__status__in=FINAL).iterator():
        yield Finding("hold", str(entry), gettext_noop("It is open, though its generation has ended."))
    # A charged answer ends the hold at once, while its pictures are still being stored.
    is_charged = Exists(LedgerEntry.objects.filter(generation=OuterRef("generation"), kind=Kind.CHARGE))
    for entry in held.filter(is_closed, ~is_charged, generation__status__in=UNFINISHED).iterator():
        yield Finding("hold", str(entry), gettext_noop("It is closed, though its generation has not ended."))
    yield from _released_twice(scope)
    is_held = Exists(LedgerEntry.objects.filter(generation=OuterRef("pk"), kind=Kind.HOLD))
    # What was imported was paid for elsewhere.
    for generation in scope.generations().filter(~is_held, imported__isnull=True).iterator():
        yield Finding("hold", generation.frame_number, gettext_noop("No money was ever held for it."))
    yield from _amounts(scope)


def _released_twice(scope: Scope) -> Iterator[Finding]:
    releases = LedgerEntry.objects.filter(kind=Kind.RELEASE).order_by().values("closes")
    more: dict[Any, int] = dict(releases.annotate(times=Count("pk")).filter(times__gt=1).values_list("closes", "times"))
    for entry in scope.entries().filter(pk__in=list(more), kind=Kind.HOLD):
        yield Finding("hold", str(entry), gettext_noop("It was released %(times)s times."), {"times": more[entry.pk]})


def _amounts(scope: Scope) -> Iterator[Finding]:
    entries = scope.entries()
    released = entries.filter(kind=Kind.RELEASE).exclude(amount_micros=-F("closes__amount_micros"))
    # What the charge came to, which is another sum where its tokens and searches were counted.
    came_to = Coalesce("attempt__real_micros", -F("closes__amount_micros"))
    given_back = entries.filter(kind=Kind.REIMBURSEMENT).exclude(amount_micros=came_to)
    for entry in (*released.iterator(), *given_back.iterator()):
        yield Finding(str(entry.kind), str(entry), gettext_noop("Its amount is not that of the entry it closes."))
