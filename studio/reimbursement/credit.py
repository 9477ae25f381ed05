"""What came of a sheet: the gateway gave back some of it, and those who paid get it back; or it gave back nothing.

All of it in one transaction, once. A charge that was given back or corrected meanwhile is left as it is: its person has
their money, and what the gateway gave for it is the studio's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ..audit_log import record
from ..ledger import post
from ..ledger.standing import set_charge
from ..models import Account, Attempt, AuditEntry, Generation, LedgerEntry, ReimbursementSheet, SheetLine, User
from ..money import dollars
from ..provider.outcome import Charge
from ..reconcile.book import charge_of, corrected_micros
from .sheets import lines_of, taken

_State = SheetLine.State
_SheetState = ReimbursementSheet.State


class DoesNotAddUp(ValueError):
    """Charges were credited without a sum, or a sum without charges."""


@dataclass(frozen=True, slots=True)
class Credited:
    """What was done: how much went back to how many people, and how many lines got nothing for which reason."""

    given_back_micros: int
    people: int
    posted: int
    left: int
    declined: int


@transaction.atomic
def close(
    sheet: ReimbursementSheet, credited: Collection[int], amount_micros: int, *, by: User, now: datetime
) -> Credited:
    """Book what the gateway answered: it gave back `amount_micros` for the lines with these keys, and for no other.

    Each of these charges goes back in full to who paid it: the ledger counts before the bonus on top-ups, the gateway
    gives back after it. Raises `AlreadyDecided`, or `DoesNotAddUp`.
    """
    found = taken(sheet, _SheetState.SENT)
    if bool(credited) != (amount_micros > 0):
        raise DoesNotAddUp
    lines = list(lines_of(found))
    mine = sorted((line for line in lines if line.pk in set(credited)), key=_project)
    if len(mine) != len(set(credited)):
        raise DoesNotAddUp
    _lock(mine)
    entries = [entry for entry in (_post(line, by, now) for line in mine) if entry]
    found.lines.filter(state=_State.OPEN).update(state=_State.DECLINED)
    _finish(found, amount_micros, by, now)
    return Credited(
        given_back_micros=sum(entry.amount_micros for entry in entries),
        people=len({entry.account_id for entry in entries}),
        posted=len(entries),
        left=len(mine) - len(entries),
        declined=len(lines) - len(mine),
    )


def _project(line: SheetLine) -> int:
    """A project's month is written with each charge, so two sheets at once take the projects in one order."""
    return line.row.attempt.generation.project_id if line.row.attempt else 0


def _post(line: SheetLine, by: User, now: datetime) -> LedgerEntry | None:
    """Give the charge back, or leave it as it is."""
    attempt = line.row.attempt
    assert attempt, "a line is of a row that was matched"
    attempt.charge = Attempt.objects.values_list("charge", flat=True).get(pk=attempt.pk)  # as it is under the lock
    entry = None
    if attempt.charge == Charge.CHARGED and not corrected_micros(attempt):
        note = f"reimbursement sheet {line.sheet_id}"
        entry = post.reimburse(charge_of(attempt), note=note, recorded_by=by, now=now)
    if entry:
        set_charge(attempt, Charge.REIMBURSED)
    line.state, line.entry = _State.CREDITED if entry else _State.LEFT, entry
    line.save(update_fields=["state", "entry"])
    return entry


def _finish(sheet: ReimbursementSheet, amount_micros: int, by: User, now: datetime) -> None:
    sheet.state = _SheetState.CREDITED if amount_micros else _SheetState.DECLINED
    sheet.credited_micros = amount_micros or None
    sheet.closed_at, sheet.closed_by = now, by
    sheet.save(update_fields=["state", "credited_micros", "closed_at", "closed_by"])
    if amount_micros:
        changes = {"credited by the gateway": ("", dollars(amount_micros))}
        record(by, AuditEntry.Action.SHEET_CREDITED, sheet, changes=changes)
    else:
        record(by, AuditEntry.Action.SHEET_DECLINED, sheet)


def _lock(lines: Sequence[SheetLine]) -> None:
    """All that is written, before anything is: generations, attempts, accounts, in the order that everybody locks in.

    One charge after the other would hold the account of the first while it waits for the generation of the second,
    whose worker may be waiting for that account.
    """
    attempts = [line.row.attempt for line in lines if line.row.attempt]
    generations = [attempt.generation for attempt in attempts]
    for locked in (
        Generation.objects.filter(pk__in=[generation.pk for generation in generations]),
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]),
        Account.objects.filter(person__in={generation.person_id for generation in generations}),
    ):
        list(locked.select_for_update().order_by("pk").values_list("pk", flat=True))
