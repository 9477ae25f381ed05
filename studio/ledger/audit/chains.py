"""A person's entries are numbered without gaps, each vouches for the one before, and the account knows the last."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_noop

from ...models import Account, LedgerEntry
from ...money import dollars
from ..chain import HASHED, entry_hash
from .finding import Finding
from .scope import Scope

CHUNK: Final = 2000


def find(scope: Scope) -> Iterator[Finding]:
    for account in scope.accounts().iterator(chunk_size=CHUNK):
        yield from _of_account(account, scope)


def _of_account(account: Account, scope: Scope) -> Iterator[Finding]:
    before = _entry_before(account, scope.since) if scope.since else None
    sequence, head = (before.sequence, before.entry_hash) if before else (0, "")
    left_micros: dict[date, int] = {}
    entries = account.entries.filter(sequence__gt=sequence).order_by("sequence")
    for entry in entries.values_list(*HASHED, "entry_hash", named=True).iterator(chunk_size=CHUNK):
        scope.go_on()
        name = f"{account} {entry.sequence} {entry.kind}"
        if entry.sequence != sequence + 1:
            yield Finding("sequence", name, gettext_noop("It follows number %(number)s."), {"number": sequence})
        if entry.previous_hash != head or entry.entry_hash != entry_hash(entry):
            yield Finding("chain", name, gettext_noop("It was changed, or the entry before it was."))
        if entry.month not in left_micros:
            left_micros[entry.month] = _left_before(account, entry.month, before) if before else 0
        left_micros[entry.month] += entry.amount_micros
        if entry.balance_micros != left_micros[entry.month]:
            yield _left(name, entry.balance_micros, left_micros[entry.month])
        sequence, head = entry.sequence, entry.entry_hash
    yield from _head(account, sequence, head)


def _entry_before(account: Account, since: datetime) -> LedgerEntry | None:
    """The last one before the first that is looked at. By number: clocks may jump, numbers do not."""
    entries = account.entries.order_by("sequence")
    first = entries.filter(recorded_at__gte=since).first()
    return (entries.filter(sequence__lt=first.sequence) if first else entries).last()


def _left_before(account: Account, month: date, before: LedgerEntry) -> int:
    last = account.entries.filter(month=month, sequence__lte=before.sequence).order_by("-sequence").first()
    return last.balance_micros if last else 0


def _left(name: str, said_micros: int, summed_micros: int) -> Finding:
    return Finding(
        "left",
        name,
        gettext_noop("It says %(said)s were left, the entries come to %(summed)s."),
        {"said": _amount(said_micros), "summed": _amount(summed_micros)},
    )


def _amount(micros: float) -> str:
    """In dollars; as it stands when somebody wrote a fraction past the ledger."""
    return dollars(micros) if isinstance(micros, int) else str(micros)


def _head(account: Account, sequence: int, head: str) -> Iterator[Finding]:
    """The account is read after its entries: meanwhile it may have moved on, but never back."""
    account.refresh_from_db(fields=["sequence", "head_hash"])
    if account.sequence > sequence:
        newest = account.entries.filter(sequence=account.sequence).values_list("entry_hash", flat=True).first()
        sequence, head = (account.sequence, newest) if newest else (sequence, head)
    if (sequence, head) != (account.sequence, account.head_hash):
        yield Finding(
            "head",
            str(account),
            gettext_noop("The account ends at number %(said)s, its entries at number %(last)s."),
            {"said": account.sequence, "last": sequence},
        )
