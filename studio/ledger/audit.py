"""Do the entries and the generations tell one story? Read-only; safe on a live studio.

Each check yields findings that name the row. No finding means: nothing is missing, doubled or changed.
What has to agree is read in one statement, or in an order in which a writer at work can only look innocent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..models import Account, Attempt, Generation, Kind, LedgerEntry, MonthBalance
from ..models.generation import FINAL, UNFINISHED
from ..provider.outcome import Charge
from .chain import entry_hash

_BOOKED = [Charge.CHARGED, Charge.PRESUMED, Charge.RELEASED, Charge.REIMBURSED]
"""The charges that have an entry: also one that was given back stays on record."""
_RETURNED = [Charge.RELEASED, Charge.REIMBURSED]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check found it, on which row, in words."""

    check: str
    row: str
    words: str


def findings() -> Iterator[Finding]:
    """Everything the audit finds, check by check."""
    for account in Account.objects.select_related("person").order_by("pk"):
        yield from _chain(account)
    yield from _balances()
    yield from _charges()
    yield from _holds()
    yield from _amounts()


def _chain(account: Account) -> Iterator[Finding]:
    sequence, head, left_micros = 0, "", dict[object, int]()
    for entry in account.entries.order_by("sequence").iterator():
        name = f"{account} {entry.sequence} {entry.kind}"
        if entry.sequence != sequence + 1:
            yield Finding("sequence", name, f"follows {sequence}")
        if entry.previous_hash != head or entry.entry_hash != entry_hash(entry):
            yield Finding("chain", name, "was changed, or the entry before it was")
        left = left_micros[entry.month] = left_micros.get(entry.month, 0) + entry.amount_micros
        if entry.balance_micros != left:
            yield Finding("left", name, f"says {entry.balance_micros} were left, the entries say {left}")
        sequence, head = entry.sequence, entry.entry_hash
    yield from _head(account, sequence, head)


def _head(account: Account, sequence: int, head: str) -> Iterator[Finding]:
    """The account is read after its entries: meanwhile it may have moved on, but never back."""
    account.refresh_from_db(fields=["sequence", "head_hash"])
    if account.sequence > sequence:
        newest = account.entries.filter(sequence=account.sequence).values_list("entry_hash", flat=True).first()
        sequence, head = (account.sequence, newest) if newest else (sequence, head)
    if (sequence, head) != (account.sequence, account.head_hash):
        yield Finding("head", str(account), f"says {account.sequence}, the last entry is {sequence}")


def _balances() -> Iterator[Finding]:
    entries = LedgerEntry.objects.filter(account=OuterRef("account"), month=OuterRef("month")).order_by()
    rows = MonthBalance.objects.select_related("account__person").annotate(
        total=_sum_of(entries), allowed=_sum_of(entries.filter(kind=Kind.ALLOWANCE))
    )
    for month in rows.exclude(total=F("balance_micros")):
        yield Finding("balance", str(month), f"says {month.balance_micros}, the entries say {month.total}")
    for month in rows.exclude(allowed=F("allowance_micros")):
        yield Finding("allowance", str(month), f"says {month.allowance_micros}, the entries say {month.allowed}")
    kept = MonthBalance.objects.filter(account=OuterRef("account"), month=OuterRef("month"))
    for entry in _named(LedgerEntry.objects.filter(~Exists(kept))):
        yield Finding("balance", str(entry), f"has no balance of {entry.month:%Y-%m} beside it")


def _sum_of(entries: QuerySet[LedgerEntry]) -> Coalesce:
    total = entries.values("account").annotate(total=Sum("amount_micros")).values("total")
    return Coalesce(Subquery(total), 0, output_field=BigIntegerField())


def _charges() -> Iterator[Finding]:
    attempts = Attempt.objects.select_related("generation__run")
    charged = attempts.annotate(times=Count("entries", filter=Q(entries__kind=Kind.CHARGE)))
    for attempt in charged.exclude(Q(charge__in=_BOOKED, times=1) | ~Q(charge__in=_BOOKED) & Q(times=0)):
        yield Finding("charge", str(attempt), f"is {attempt.charge} with {attempt.times} charges")
    returned = attempts.annotate(times=Count("entries", filter=Q(entries__kind=Kind.REIMBURSEMENT)))
    for attempt in returned.exclude(Q(charge__in=_RETURNED, times=1) | ~Q(charge__in=_RETURNED) & Q(times=0)):
        yield Finding("reimbursement", str(attempt), f"is {attempt.charge}, given back {attempt.times} times")
    for open_one in attempts.filter(answered_at=None, generation__status__in=FINAL):
        yield Finding("charge", str(open_one), "was never settled though its generation is final")


def _holds() -> Iterator[Finding]:
    is_closed = Exists(LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE))
    held = _named(LedgerEntry.objects.filter(kind=Kind.HOLD))
    for entry in held.filter(~is_closed, generation__status__in=FINAL):
        yield Finding("hold", str(entry), "is open though its generation is final")
    # A charged answer ends the hold at once, while its pictures are still being stored.
    is_charged = Exists(LedgerEntry.objects.filter(generation=OuterRef("generation"), kind=Kind.CHARGE))
    for entry in held.filter(is_closed, ~is_charged, generation__status__in=UNFINISHED):
        yield Finding("hold", str(entry), "is closed though its generation is not final")
    released = held.annotate(times=Count("closings", filter=Q(closings__kind=Kind.RELEASE)))
    for twice in released.filter(times__gt=1):
        yield Finding("hold", str(twice), f"was released {twice.times} times")
    without = Generation.objects.exclude(entries__kind=Kind.HOLD)
    for generation in without.select_related("run"):
        yield Finding("hold", generation.frame_number, "was never held")


def _amounts() -> Iterator[Finding]:
    charged = LedgerEntry.objects.filter(kind=Kind.CHARGE).exclude(amount_micros=-F("attempt__price_micros"))
    for entry in _named(charged):
        yield Finding("price", str(entry), "differs from the price that was agreed to")
    held = LedgerEntry.objects.filter(kind=Kind.HOLD).exclude(amount_micros=-F("generation__price_micros"))
    for entry in _named(held):
        yield Finding("price", str(entry), "differs from the price that was quoted")
    closings = LedgerEntry.objects.filter(kind__in=[Kind.RELEASE, Kind.REIMBURSEMENT])
    for entry in _named(closings.exclude(amount_micros=-F("closes__amount_micros"))):
        yield Finding(entry.kind, str(entry), "is not the amount of the entry it closes")


def _named(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """With what their names are made of; in the order of the ledger."""
    return entries.select_related("account__person").order_by("account", "sequence")
