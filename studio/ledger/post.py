"""Everything that moves money in the studio: hold, release, charge, reimburse, correct, set an allowance.

What these functions guarantee: entries are only added; a person's entries have one order without gaps; a hold that
does not fit into what is left is refused by one conditional write, so parallel submits cannot pass a budget together;
a hold is released once and an attempt charged once, or the database refuses. All of them refuse to run outside a
transaction, because half a movement of money is worse than none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from ..models import (
    Account,
    Attempt,
    Certainty,
    ChargeQuestion,
    Generation,
    Kind,
    LedgerEntry,
    MonthBalance,
    Project,
    User,
)
from ..provider.outcome import Charge
from .balance import month_of
from .chain import entry_hash
from .over_budget import OverBudget
from .project_budget import count

__all__ = [
    "OverBudget",
    "charge",
    "charge_outside",
    "correct",
    "hold",
    "reimburse",
    "reimburse_all",
    "release",
    "set_allowance",
    "true_up",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An entry to be, before its place in the chain is known."""

    kind: Kind
    amount_micros: int
    certainty: str = ""
    project: Project | None = None
    generation: Generation | None = None
    attempt: Attempt | None = None
    closes: LedgerEntry | None = None
    note: str = ""
    recorded_by: User | None = None


def hold(generations: Sequence[Generation], *, now: datetime) -> list[LedgerEntry]:
    """Set aside the price of each generation, all or none. Raises `OverBudget` when the sum does not fit.

    All generations are of one person and count in the month of `now`.
    """
    _refuse_outside_transaction()
    lines = [
        _Line(
            kind=Kind.HOLD,
            amount_micros=-generation.price_micros,
            project=generation.project,
            generation=generation,
        )
        for generation in generations
    ]
    return _append(_lock(generations[0].person), month_of(now), lines, now=now, must_fit=True)


def release(generation: Generation, *, now: datetime) -> LedgerEntry | None:
    """End the generation's hold in full. None if it is ended already: a second release changes nothing."""
    _refuse_outside_transaction()
    held = _hold_of(generation)
    account = _lock(generation.person)
    if LedgerEntry.objects.filter(closes=held, kind=Kind.RELEASE).exists():
        return None
    line = _Line(
        kind=Kind.RELEASE,
        amount_micros=-held.amount_micros,
        project=held.project,
        generation=generation,
        closes=held,
    )
    return _append(account, held.month, [line], now=now)[0]


def charge(attempt: Attempt, charge: Charge, *, now: datetime) -> LedgerEntry | None:
    """Book what the provider charges for one attempt, in the month of the submit. None if it is booked already.

    `charge` says how sure we are: `Charge.CHARGED` or `Charge.PRESUMED`.
    """
    _refuse_outside_transaction()
    generation = attempt.generation
    held = _hold_of(generation)
    account = _lock(generation.person)
    if LedgerEntry.objects.filter(attempt=attempt, kind=Kind.CHARGE).exists():
        return None
    line = _Line(
        kind=Kind.CHARGE,
        certainty=Certainty.CONFIRMED if charge is Charge.CHARGED else Certainty.PRESUMED,
        amount_micros=-attempt.price_micros,
        project=held.project,
        generation=generation,
        attempt=attempt,
    )
    return _append(account, held.month, [line], now=now)[0]


def true_up(attempt: Attempt, real_micros: int, *, note: str, now: datetime) -> LedgerEntry | None:
    """Correct a charge to what the call really cost, by the studio itself: its note names what was counted.

    None when that is what the ledger says already, so that it may be said twice, and when the charge was given back:
    nobody pays for it then. A real price above what was held is booked all the same. Raises ValueError for an amount
    that is not above zero.
    """
    _refuse_outside_transaction()
    if real_micros <= 0:
        raise ValueError("A call that was charged costs something.")
    person = attempt.generation.person
    account = _lock(person)
    charged = LedgerEntry.objects.select_related("project").get(attempt=attempt, kind=Kind.CHARGE)
    difference = _cost_of(attempt) - real_micros
    if not difference or _given_back([charged.pk]):
        return None
    Attempt.objects.filter(pk=attempt.pk).update(real_micros=real_micros)
    Generation.objects.filter(pk=attempt.generation_id).update(real_micros=real_micros)
    line = _Line(
        kind=Kind.CORRECTION,
        amount_micros=difference,
        project=charged.project,
        generation=attempt.generation,
        attempt=attempt,
        closes=charged,
        note=note,
    )
    return _append(account, charged.month, [line], now=now)[0]


def reimburse(charged: LedgerEntry, *, note: str, recorded_by: User | None, now: datetime) -> LedgerEntry | None:
    """Give back what a charge came to, because the provider did or never took it. None if it is given back already.

    However that was: also what an admin gave back in answer to a question is back, and once is enough.
    """
    return reimburse_all([charged], note=note, recorded_by=recorded_by, now=now).get(charged.pk)


def reimburse_all(
    charges: Iterable[LedgerEntry], *, note: str, recorded_by: User | None, now: datetime
) -> Mapping[int, LedgerEntry]:
    """The same for many, with as few questions for each person's month as for one charge: what was posted, by charge.

    What is given back already is not among them. Charges of several people take their accounts in one order, and
    count for their projects in none: who gives back much at once locks the months of the projects before.
    """
    _refuse_outside_transaction()
    by_key = {charged.pk: charged for charged in charges}
    if any(charged.kind != Kind.CHARGE or charged.attempt_id is None for charged in by_key.values()):
        raise ValueError("Only a charge can be given back.")
    ordered = Account.objects.select_for_update().order_by("pk")
    wanted = {charged.account_id for charged in by_key.values()}
    accounts = {account.pk: account for account in ordered.filter(pk__in=wanted)}
    given_back, costs = _given_back(by_key), _costs_of(by_key.values())
    lines: dict[tuple[int, date], list[_Line]] = defaultdict(list)
    for pk, charged in sorted(by_key.items()):
        if pk not in given_back:
            line = _Line(
                kind=Kind.REIMBURSEMENT,
                amount_micros=costs[charged.attempt_id],
                project=charged.project,
                generation=charged.generation,
                attempt=charged.attempt,
                closes=charged,
                note=note.strip(),
                recorded_by=recorded_by,
            )
            lines[charged.account_id, charged.month].append(line)
    months = (_append(accounts[account], month, of_month, now=now) for (account, month), of_month in lines.items())
    return {entry.closes_id: entry for of_month in months for entry in of_month if entry.closes_id}


def correct(
    entry: LedgerEntry, amount_micros: int, *, note: str, recorded_by: User | None, now: datetime
) -> LedgerEntry:
    """Add a correction to what `entry` did, with a reason. Raises ValueError without one.

    `recorded_by` is None when the provider's log is the reason: then the note names its row.
    """
    _refuse_outside_transaction()
    if not note.strip():
        raise ValueError("A correction needs a reason.")
    if not amount_micros:
        raise ValueError("A correction of nothing corrects nothing.")
    line = _Line(
        kind=Kind.CORRECTION,
        amount_micros=amount_micros,
        project=entry.project,
        generation=entry.generation,
        attempt=entry.attempt,
        closes=entry,
        note=note.strip(),
        recorded_by=recorded_by,
    )
    return _append(_lock(entry.account.person), entry.month, [line], now=now)[0]


def charge_outside(person: User, amount_micros: int, *, note: str, recorded_by: User, now: datetime) -> LedgerEntry:
    """Charge a person for a call that the provider knows and the studio does not, in this month, as a correction.

    Raises ValueError without a reason, or for an amount that is not above zero.
    """
    _refuse_outside_transaction()
    if not note.strip():
        raise ValueError("A correction needs a reason.")
    if amount_micros <= 0:
        raise ValueError("A charge is above zero.")
    line = _Line(kind=Kind.CORRECTION, amount_micros=-amount_micros, note=note.strip(), recorded_by=recorded_by)
    return _append(_lock(person), month_of(now), [line], now=now)[0]


def set_allowance(person: User, amount_micros: int, *, recorded_by: User | None, now: datetime) -> None:
    """What the person may spend a month, from this month on. Writes the difference; the same amount writes nothing."""
    _refuse_outside_transaction()
    if amount_micros < 0:
        raise ValueError("An allowance cannot be negative.")
    account = _lock(person)
    month = _open_month(account, month_of(now), now=now)
    Account.objects.filter(pk=account.pk).update(monthly_allowance_micros=amount_micros)
    change = amount_micros - month.allowance_micros
    if change:
        MonthBalance.objects.filter(pk=month.pk).update(allowance_micros=amount_micros)
        line = _Line(kind=Kind.ALLOWANCE, amount_micros=change, recorded_by=recorded_by)
        _append(account, month.month, [line], now=now)


def _append(
    account: Account, month: date, lines: Sequence[_Line], *, now: datetime, must_fit: bool = False
) -> list[LedgerEntry]:
    """The lines, on the account that the caller has locked, in a month that may only just begin."""
    balance = _open_month(account, month, now=now)
    total = sum(line.amount_micros for line in lines)
    fitting = MonthBalance.objects.filter(pk=balance.pk)
    if must_fit:
        fitting = fitting.filter(balance_micros__gte=-total)
    if not fitting.update(balance_micros=F("balance_micros") + total):
        raise OverBudget(-total, balance.balance_micros)
    _count_for_projects(lines, must_fit=must_fit)
    return _chain(account, balance, lines, now=now)


def _count_for_projects(lines: Sequence[_Line], *, must_fit: bool) -> None:
    """What the lines of a generation come to, for the project's month that it was asked for in."""
    totals: dict[tuple[Project, date], int] = defaultdict(int)
    for line in lines:
        if line.project and line.generation and line.generation.project_month:
            totals[line.project, line.generation.project_month] += line.amount_micros
    for (project, month), total in totals.items():
        count(project, month, total, must_fit=must_fit)


def _chain(account: Account, month: MonthBalance, lines: Sequence[_Line], *, now: datetime) -> list[LedgerEntry]:
    """Write the lines behind the account's newest entry. It was read under its lock, so nobody is in between."""
    balance_micros = month.balance_micros
    entries = []
    for line in lines:
        balance_micros += line.amount_micros
        entry = LedgerEntry(
            account=account,
            sequence=account.sequence + 1,
            month=month.month,
            kind=line.kind,
            certainty=line.certainty,
            amount_micros=line.amount_micros,
            balance_micros=balance_micros,
            project=line.project,
            generation=line.generation,
            attempt=line.attempt,
            closes=line.closes,
            note=line.note,
            recorded_by=line.recorded_by,
            effective_at=now,
            recorded_at=now,
            previous_hash=account.head_hash,
        )
        entry.entry_hash = entry_hash(entry)
        account.sequence, account.head_hash = entry.sequence, entry.entry_hash
        entries.append(entry)
    LedgerEntry.objects.bulk_create(entries)
    Account.objects.filter(pk=account.pk).update(sequence=account.sequence, head_hash=account.head_hash)
    return entries


def _open_month(account: Account, month: date, *, now: datetime) -> MonthBalance:
    """The month's row, as it is now. A month that begins is given the person's allowance, on record."""
    row, is_new = MonthBalance.objects.get_or_create(account=account, month=month)
    allowance_micros = account.monthly_allowance_micros
    if is_new and allowance_micros:
        MonthBalance.objects.filter(pk=row.pk).update(
            allowance_micros=allowance_micros, balance_micros=allowance_micros
        )
        _chain(account, row, [_Line(kind=Kind.ALLOWANCE, amount_micros=allowance_micros)], now=now)
        row.refresh_from_db()
    return row


def _given_back(charges: Collection[int]) -> set[int]:
    """Which of these are. Their accounts are locked, and `decisions.give_back` locks them too: no more meanwhile."""
    answered = ChargeQuestion.objects.filter(entry__in=charges, status=ChargeQuestion.Status.GIVEN_BACK)
    reimbursed = LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT, closes__in=charges)
    return {entry.closes_id or 0 for entry in reimbursed.only("closes")} | {
        each.entry_id for each in answered.only("entry")
    }


def _hold_of(generation: Generation) -> LedgerEntry:
    """Raises LedgerEntry.DoesNotExist for a generation that was never held: a bug, since submit holds."""
    return LedgerEntry.objects.select_related("project").get(generation=generation, kind=Kind.HOLD)


def _cost_of(attempt: Attempt) -> int:
    """As it stands now: the account is locked, so nobody changes it."""
    return Attempt.objects.only("price_micros", "real_micros").get(pk=attempt.pk).cost_micros


def _costs_of(charges: Iterable[LedgerEntry]) -> Mapping[UUID | None, int]:
    """The same of many, by attempt."""
    attempts = Attempt.objects.filter(pk__in=[charged.attempt_id for charged in charges])
    return {attempt.pk: attempt.cost_micros for attempt in attempts.only("price_micros", "real_micros")}


def _lock(person: User) -> Account:
    """The person's account, locked until the transaction ends. SQLite's writers are one at a time anyway."""
    accounts = Account.objects.select_for_update()
    try:
        return accounts.get(person=person)
    except Account.DoesNotExist:
        Account.objects.get_or_create(person=person)
        return accounts.get(person=person)


def _refuse_outside_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Money moves inside a transaction only.")
