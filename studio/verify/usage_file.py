"""The gateway's log as somebody exported it, beside the books: what only one side knows, and what differs.

Nothing is settled by it and nothing is kept: `manage.py reconcile --file` does that with the same file. What a person
has decided is no finding: a row they assigned or dismissed, a charge they corrected or kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_noop

from ..ledger.audit import Finding, Scope
from ..models import Attempt, GatewayLogRow, Kind, LedgerEntry, MissingLogRow
from ..models.generation import FINAL
from ..money import dollars
from ..provider.outcome import Charge
from ..reconcile.log_row import LogRow
from ..reconcile.match import Logged, pairs
from ..reconcile.run import Period, booked_within, calls_around, period_of, token_names
from ..reconcile.verdict import is_rounding

_AT_ONCE: Final = 500
_BY_PEOPLE: Final = LedgerEntry.objects.filter(attempt=OuterRef("pk"), kind=Kind.CORRECTION, recorded_by__isnull=False)

type Owners = Mapping[UUID, LogRow]
"""Each attempt that has a row in the file, with it."""


def find(rows: Iterable[LogRow], scope: Scope) -> Iterator[Finding]:
    """`rows` as the file has them. With a person in the scope only what is theirs, and a row of nobody is not."""
    read = _each_once(row for row in rows if not scope.since or row.logged_at >= scope.since)
    period = period_of(read, scope.now)
    known, decided = _on_record(read)
    unknown = [row for row in read if row.request_id not in {*decided, *(each.request_id for each in known.values())}]
    matched, unclaimed = _matched(unknown, period)
    owners = {**known, **matched}
    if not scope.person:
        yield from _only_theirs(unclaimed)
    yield from _differing(owners, scope)
    yield from _only_ours(owners, period, scope)


def _each_once(rows: Iterable[LogRow]) -> Sequence[LogRow]:
    """A row may stand in two exports that somebody joined. Without an id it cannot be told from another, and stays."""
    return list({row.request_id or number: row for number, row in enumerate(rows)}.values())


def _on_record(rows: Sequence[LogRow]) -> tuple[Owners, frozenset[str]]:
    """Whose the rows are that reconciliation has read; and the ids of those that a person dealt with."""
    owners, decided = dict[UUID, LogRow](), set[str]()
    for batch in batched(rows, _AT_ONCE):
        named = {row.request_id: row for row in batch if row.request_id}
        kept = GatewayLogRow.objects.filter(request_id__in=named)
        for each in kept.only("request_id", "attempt", "state"):
            if each.attempt_id:
                owners[each.attempt_id] = named[each.request_id]
            elif each.state != GatewayLogRow.State.OPEN:
                decided.add(each.request_id)
    return owners, frozenset(decided)


def _matched(rows: Sequence[LogRow], period: Period) -> tuple[Owners, Sequence[LogRow]]:
    """By the rules of reconciliation: whose the other rows are, and those that are nobody's."""
    owners, names, taken = dict[UUID, LogRow](), token_names(), set[int]()
    for stretch in period.stretches() if rows else ():
        logged = [
            _logged(number, row) for number, row in enumerate(rows) if stretch.since <= row.logged_at < stretch.until
        ]
        calls = [call for call in calls_around(stretch) if call.attempt_id not in owners]
        for pair in pairs(logged, calls, names):
            owners[pair.call.attempt_id] = rows[pair.logged.pk]
            taken.add(pair.logged.pk)
    return owners, [row for number, row in enumerate(rows) if number not in taken]


def _logged(number: int, row: LogRow) -> Logged:
    return Logged(
        pk=number,
        request_id=row.request_id,
        model_name=row.model_name,
        token_name=row.token_name,
        logged_at=row.logged_at,
        seconds=row.seconds,
    )


def _only_theirs(rows: Sequence[LogRow]) -> Iterator[Finding]:
    for row in rows:
        if row.charged_micros:
            name = row.request_id or f"{row.model_name} {row.logged_at:%Y-%m-%d %H:%M:%S}"
            words = gettext_noop("The file says that the gateway took %(taken)s, and the books know no such call.")
            yield Finding("file-theirs", name, words, {"taken": dollars(row.charged_micros)})


def _differing(owners: Owners, scope: Scope) -> Iterator[Finding]:
    for batch in batched(owners, _AT_ONCE):
        attempts = _undecided(Attempt.objects.filter(pk__in=batch, generation__status__in=FINAL), scope)
        booked = _booked(batch)
        for attempt in attempts:
            said, taken = booked.get(attempt.pk, 0), owners[attempt.pk].charged_micros
            if said != taken and not (taken and is_rounding(said - taken)):
                words = gettext_noop("The file says that the gateway took %(taken)s, the books say %(said)s.")
                yield Finding("file-amount", str(attempt), words, {"taken": dollars(taken), "said": dollars(said)})


def _booked(attempts: Sequence[UUID]) -> Mapping[UUID, int]:
    """What the books have taken for each call. What the gateway gave back later, it took before all the same."""
    from_gateway = Q(kind=Kind.REIMBURSEMENT, attempt__charge=Charge.REIMBURSED)
    entries = LedgerEntry.objects.filter(attempt__in=attempts).order_by()
    sums = entries.values_list("attempt").annotate(total=Sum("amount_micros", filter=~from_gateway, default=0))
    return {attempt_id: -total for attempt_id, total in sums}


def _only_ours(owners: Owners, period: Period, scope: Scope) -> Iterator[Finding]:
    decided = MissingLogRow.objects.filter(attempt=OuterRef("pk")).exclude(state=MissingLogRow.State.OPEN)
    for attempt in _undecided(booked_within(period, scope.now).filter(~Exists(decided)), scope).iterator():
        if attempt.pk not in owners:
            words = gettext_noop("It is booked as charged, and the file does not have it.")
            yield Finding("file-ours", str(attempt), words)


def _undecided(attempts: QuerySet[Attempt], scope: Scope) -> QuerySet[Attempt]:
    """Where a person has corrected, the difference is their decision."""
    if scope.person:
        attempts = attempts.filter(generation__person=scope.person)
    heavy = ("request_document", "evidence", "usage")
    named = attempts.filter(~Exists(_BY_PEOPLE)).select_related("generation__run").defer(*heavy)
    return named.order_by("started_at", "pk")
