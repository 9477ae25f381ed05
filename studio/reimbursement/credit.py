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
from ..ledger.standing import set_charges
from ..models import (
    Account,
    Attempt,
    AuditEntry,
    Generation,
    Kind,
    LedgerEntry,
    ProjectMonth,
    ReimbursementSheet,
    SheetLine,
    User,
)
from ..money import dollars
from ..notices import occasions
from ..provider.outcome import Charge
from ..reconcile.book import corrected_by_people
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
    mine = [line for line in lines if line.pk in set(credited)]
    if len(mine) != len(set(credited)):
        raise DoesNotAddUp
    _lock(mine)
    entries = _post(found, mine, by, now)
    found.lines.filter(state=_State.OPEN).update(state=_State.DECLINED)
    _finish(found, amount_micros, by, now)
    occasions.credited(entries, sheet_pk=found.pk, by=by, now=now)
    return Credited(
        given_back_micros=sum(entry.amount_micros for entry in entries),
        people=len({entry.account_id for entry in entries}),
        posted=len(entries),
        left=len(mine) - len(entries),
        declined=len(lines) - len(mine),
    )


def _post(sheet: ReimbursementSheet, lines: Sequence[SheetLine], by: User, now: datetime) -> Collection[LedgerEntry]:
    """Give the charges back, or leave them as they are: a handful of questions, however many there are."""
    attempts = Attempt.objects.filter(log_row__sheet_line__in=lines).annotate(corrected=corrected_by_people("pk"))
    standing = attempts.filter(charge=Charge.CHARGED, corrected=0)  # as they are under the lock
    charges = LedgerEntry.objects.filter(attempt__in=standing, kind=Kind.CHARGE)
    named = charges.select_related("project", "generation", "attempt")
    entries = post.reimburse_all(named, note=f"reimbursement sheet {sheet.pk}", recorded_by=by, now=now)
    by_attempt = {entry.attempt_id: entry for entry in entries.values()}
    set_charges([entry.attempt for entry in entries.values() if entry.attempt], Charge.REIMBURSED)
    for line in lines:
        line.entry = by_attempt.get(line.row.attempt_id)
        line.state = _State.CREDITED if line.entry else _State.LEFT
    SheetLine.objects.bulk_update(lines, ["state", "entry"])
    return entries.values()


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
    """All that is written, before anything is: generations, attempts, accounts, and the months of projects.

    In the order that everybody locks in. One charge after the other would hold the account of the first while it waits
    for the generation of the second, whose worker may be waiting for that account.
    """
    attempts = [line.row.attempt for line in lines if line.row.attempt]
    generations = [attempt.generation for attempt in attempts]
    for locked in (
        Generation.objects.filter(pk__in=[generation.pk for generation in generations]),
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]),
        Account.objects.filter(person__in={generation.person_id for generation in generations}),
        ProjectMonth.objects.filter(
            project__in={generation.project_id for generation in generations},
            month__in={generation.project_month for generation in generations if generation.project_month},
        ),
    ):
        list(locked.select_for_update().order_by("pk").values_list("pk", flat=True))
