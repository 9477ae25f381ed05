"""What an admin decides about the lines that the machine leaves: once, with a reason, and in the audit log.

Two admins at the same moment: the second is told that it was decided, and nothing is booked twice.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ..audit_log import record
from ..ledger import post
from ..ledger.decisions import AlreadyDecided
from ..ledger.standing import locked_attempt, set_charge
from ..models import Attempt, AuditEntry, GatewayLogRow, LedgerEntry, MissingLogRow, User
from ..money import dollars
from ..notices import occasions
from ..provider.outcome import Charge
from .book import charge_of, corrected_micros

_Open = GatewayLogRow.State.OPEN


def only_theirs() -> QuerySet[GatewayLogRow]:
    """Rows of no attempt, newest first."""
    return GatewayLogRow.objects.filter(state=_Open, attempt=None)


def differing() -> QuerySet[GatewayLogRow]:
    """Rows whose attempt a person has corrected before, and which say another amount."""
    return GatewayLogRow.objects.filter(state=_Open, attempt__isnull=False)


def only_ours() -> QuerySet[MissingLogRow]:
    """Sure charges that the log does not know."""
    return MissingLogRow.objects.filter(state=MissingLogRow.State.OPEN)


def open_count() -> int:
    """How many lines wait for somebody."""
    return GatewayLogRow.objects.filter(state=_Open).count() + only_ours().count()


@transaction.atomic
def assign(row: GatewayLogRow, person: User, *, reason: str, by: User, now: datetime) -> LedgerEntry | None:
    """Charge this call, which the studio knows nothing of, to a person. A row that cost nothing moves nothing."""
    row = _taken(row, is_matched=False)
    entry = None
    if row.charged_micros:
        note = f"gateway log {row.request_id}: {dollars(row.charged_micros)}. {_said(reason)}"[:500]
        entry = post.charge_outside(person, row.charged_micros, note=note, recorded_by=by, now=now)
    row.matched_by = GatewayLogRow.Match.PERSON
    _close(row, GatewayLogRow.State.SETTLED, reason, by, now, entry=entry)
    record(by, AuditEntry.Action.ROW_ASSIGNED, row, changes={"person": ("", str(person))}, note=reason)
    return entry


@transaction.atomic
def dismiss(row: GatewayLogRow, *, reason: str, by: User, now: datetime) -> None:
    """The call is none of the studio's business."""
    row = _taken(row, is_matched=False)
    _close(row, GatewayLogRow.State.DISMISSED, reason, by, now)
    record(by, AuditEntry.Action.ROW_DISMISSED, row, note=reason)


@transaction.atomic
def follow_log(row: GatewayLogRow, *, reason: str, by: User, now: datetime) -> LedgerEntry | None:
    """Post what is between the ledger and the log, whatever a person has corrected before."""
    attempt = locked_attempt(_attempt_id(row))
    row = _taken(row, is_matched=True)
    entry = None
    if difference := difference_micros(row, attempt):
        note = f"gateway log {row.request_id}: {dollars(row.charged_micros)}. {_said(reason)}"[:500]
        entry = post.correct(_anchor(attempt), difference, note=note, recorded_by=by, now=now)
    _sure(attempt)
    _close(row, GatewayLogRow.State.SETTLED, reason, by, now, entry=entry)
    record(by, AuditEntry.Action.ROW_FOLLOWED, row, note=reason)
    return entry


@transaction.atomic
def leave_as_it_is(row: GatewayLogRow, *, reason: str, by: User, now: datetime) -> None:
    """The ledger keeps what a person made of it, and the studio bears the difference."""
    attempt = locked_attempt(_attempt_id(row))
    row = _taken(row, is_matched=True)
    _sure(attempt)
    _close(row, GatewayLogRow.State.SETTLED, reason, by, now)
    record(by, AuditEntry.Action.LET_STAND, row, note=reason)


@transaction.atomic
def give_back(missing: MissingLogRow, *, reason: str, by: User, now: datetime) -> LedgerEntry:
    """The log does not know the call, so it is not charged for."""
    attempt = locked_attempt(missing.attempt_id)
    _decide(missing, MissingLogRow.State.GIVEN_BACK, reason, by, now)
    entry = post.reimburse(charge_of(attempt), note=_said(reason), recorded_by=by, now=now)
    if entry is None:
        raise AlreadyDecided
    set_charge(attempt, Charge.RELEASED)
    occasions.turned_out(attempt.generation, entry.amount_micros, was_charged=False, by=by, now=now)
    record(by, AuditEntry.Action.GIVEN_BACK, entry, note=reason)
    return entry


@transaction.atomic
def keep(missing: MissingLogRow, *, reason: str, by: User, now: datetime) -> None:
    """The charge stands although the log does not know it."""
    _decide(missing, MissingLogRow.State.KEPT, reason, by, now)
    record(by, AuditEntry.Action.LET_STAND, missing, note=reason)


def difference_micros(row: GatewayLogRow, attempt: Attempt) -> int:
    """What would have to be posted so that the ledger says what the log says; minus is what the person pays more."""
    is_booked = attempt.charge in (Charge.CHARGED, Charge.PRESUMED, Charge.REIMBURSED)
    booked = (attempt.cost_micros if is_booked else 0) - corrected_micros(attempt)
    return booked - row.charged_micros


def _attempt_id(row: GatewayLogRow) -> UUID:
    if row.attempt_id is None:
        raise AlreadyDecided
    return row.attempt_id


def _taken(row: GatewayLogRow, *, is_matched: bool) -> GatewayLogRow:
    """The row, nobody else's until the transaction ends. Raises `AlreadyDecided`."""
    found = GatewayLogRow.objects.select_for_update().get(pk=row.pk)
    if found.state != _Open or (found.attempt_id is not None) != is_matched:
        raise AlreadyDecided
    return found


def _close(
    row: GatewayLogRow, state: str, reason: str, by: User, now: datetime, *, entry: LedgerEntry | None = None
) -> None:
    row.state, row.note, row.entry, row.settled_at, row.settled_by = state, _said(reason), entry, now, by
    row.save(update_fields=["state", "note", "entry", "settled_at", "settled_by", "matched_by"])


def _decide(missing: MissingLogRow, state: str, reason: str, by: User, now: datetime) -> None:
    still_open = only_ours().filter(pk=missing.pk)
    if not still_open.update(state=state, note=_said(reason), decided_at=now, decided_by=by):
        raise AlreadyDecided


def _said(reason: str) -> str:
    if not reason.strip():
        raise ValueError("A decision needs a reason.")
    return reason.strip()


def _sure(attempt: Attempt) -> None:
    """Nothing about it is presumed any more."""
    if attempt.charge == Charge.PRESUMED:
        set_charge(attempt, Charge.CHARGED)


def _anchor(attempt: Attempt) -> LedgerEntry:
    """The entry that a correction of this attempt points at: its charge, or what was corrected last."""
    entries = LedgerEntry.objects.select_related("account__person", "project", "generation", "attempt")
    return entries.filter(attempt=attempt).order_by("sequence")[0]
