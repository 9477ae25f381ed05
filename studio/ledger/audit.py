"""Do the entries and the generations tell one story? Read-only; safe on a live studio.

Each check yields findings that name the row. No finding means: nothing is missing, doubled or changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from ..models import Account, Attempt, Generation, Kind, LedgerEntry, MonthBalance, Status
from ..models.generation import UNFINISHED
from ..provider.outcome import Charge
from .chain import entry_hash


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check found it, on which row, in words."""

    check: str
    row: str
    words: str


def findings() -> Iterator[Finding]:
    """Everything the audit finds, check by check."""
    for account in Account.objects.order_by("pk"):
        yield from _chain(account)
    yield from _balances()
    yield from _charges()
    yield from _holds()
    yield from _amounts()


def _chain(account: Account) -> Iterator[Finding]:
    sequence, head = 0, ""
    for entry in account.entries.order_by("sequence").iterator():
        if entry.sequence != sequence + 1:
            yield Finding("sequence", str(entry), f"follows {sequence}")
        if entry.previous_hash != head or entry.entry_hash != entry_hash(entry):
            yield Finding("chain", str(entry), "was changed, or the entry before it was")
        sequence, head = entry.sequence, entry.entry_hash
    if (sequence, head) != (account.sequence, account.head_hash):
        yield Finding("head", str(account), f"says {account.sequence}, the last entry is {sequence}")


def _balances() -> Iterator[Finding]:
    for month in MonthBalance.objects.select_related("account__person"):
        entries = LedgerEntry.objects.filter(account_id=month.account_id, month=month.month)
        total = entries.aggregate(total=Sum("amount_micros", default=0))["total"]
        if total != month.balance_micros:
            yield Finding("balance", str(month), f"says {month.balance_micros}, the entries say {total}")


def _charges() -> Iterator[Finding]:
    charges = Count("entries", filter=Q(entries__kind=Kind.CHARGE))
    for attempt in Attempt.objects.filter(answered_at__isnull=False).annotate(charges=charges):
        expected = int(attempt.charge in {Charge.CHARGED, Charge.PRESUMED, Charge.RELEASED, Charge.REIMBURSED})
        if attempt.charges != expected:
            yield Finding("charge", str(attempt.pk), f"is {attempt.charge} with {attempt.charges} charges")


def _holds() -> Iterator[Finding]:
    closing = LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE)
    held = LedgerEntry.objects.filter(kind=Kind.HOLD).annotate(is_closed=Exists(closing))
    for entry in held.filter(is_closed=False).exclude(generation__status__in=UNFINISHED):
        yield Finding("hold", str(entry), "is open though its generation is final")
    for entry in held.filter(is_closed=True, generation__status__in=UNFINISHED - {Status.SAVING}):
        yield Finding("hold", str(entry), "is closed though its generation is not final")
    without = Generation.objects.exclude(entries__kind=Kind.HOLD)
    for generation in without.select_related("run"):
        yield Finding("hold", generation.frame_number, "was never held")


def _amounts() -> Iterator[Finding]:
    charged = LedgerEntry.objects.filter(kind=Kind.CHARGE).exclude(amount_micros=-F("attempt__price_micros"))
    for entry in charged:
        yield Finding("price", str(entry), "differs from the price that was agreed to")
    releases = LedgerEntry.objects.filter(kind=Kind.RELEASE).exclude(amount_micros=-F("closes__amount_micros"))
    for entry in releases:
        yield Finding("release", str(entry), "is not the amount that was held")
