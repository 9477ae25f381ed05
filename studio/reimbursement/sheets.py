"""A sheet is drawn up, and sent or discarded: each once, by a named person, and in the audit log.

Two admins at the same moment: the second is told, and no charge is on two sheets.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from ..audit_log import record
from ..ledger.decisions import AlreadyDecided
from ..models import AuditEntry, GatewayLogRow, Instance, ReimbursementSheet, SheetLine, User
from ..money import dollars
from .calls import eligible, read
from .plan import PlanMonth

LINES_MAX: Final = 900
"""Of one sheet: the form of its credit ticks each of them, and Django reads a thousand fields of one form."""

_State = ReimbursementSheet.State


class ListChanged(Exception):
    """A charge that was chosen is not eligible any more, or is on a sheet by now. Nothing was changed."""


class TooMany(ValueError):
    """More charges than a sheet holds. Nothing was changed."""


@transaction.atomic
def draw_up(month: PlanMonth, row_pks: Collection[int], *, by: User, now: datetime) -> ReimbursementSheet:
    """Put these rows of the log on a new sheet. Raises `ListChanged`, `TooMany`, or ValueError for none."""
    studio = _studio()
    sheet = ReimbursementSheet.objects.create(
        month=month.first, bonus_thousandths=studio.bonus_thousandths, drawn_at=now, drawn_by=by
    )
    _put_on(sheet, row_pks, by=by)
    return sheet


@transaction.atomic
def add_to(sheet: ReimbursementSheet, row_pks: Collection[int], *, by: User) -> None:
    """Put further rows of its month on a sheet that was not sent. Raises as `draw_up`, and `AlreadyDecided`."""
    _studio()
    _put_on(taken(sheet, _State.DRAWN), row_pks, by=by)


def _studio() -> Instance:
    """Locked: one sheet is drawn up at a time, so that what is eligible is read when no other can take it."""
    return Instance.objects.select_for_update().get(pk=Instance.current().pk)


def _put_on(sheet: ReimbursementSheet, row_pks: Collection[int], *, by: User) -> None:
    chosen, before = set(row_pks), list(sheet.lines.select_related("row"))
    if not chosen:
        raise ValueError("A sheet has some lines.")
    if len(before) + len(chosen) > LINES_MAX:
        raise TooMany
    found = read(eligible(PlanMonth(sheet.month)).filter(log_row__in=chosen))
    rows = [each.row for each in found if each.row and each.why_not is None]
    if len(rows) < len(chosen):
        raise ListChanged
    SheetLine.objects.bulk_create(SheetLine(sheet=sheet, row=row) for row in rows)
    sums = [sum(row.charged_micros for row in lines) for lines in ([line.row for line in before], rows)]
    changes = {
        "charges": (str(len(before) or ""), str(len(before) + len(rows))),
        "sum": (dollars(sums[0]) if before else "", dollars(sum(sums))),
    }
    record(by, AuditEntry.Action.SHEET_DRAWN, sheet, changes=changes)


@transaction.atomic
def discard(sheet: ReimbursementSheet, *, by: User) -> None:
    """Its charges may be put on another. Raises `AlreadyDecided` once it was sent."""
    found = taken(sheet, _State.DRAWN)
    record(by, AuditEntry.Action.SHEET_DISCARDED, found)
    found.delete()


@transaction.atomic
def send(sheet: ReimbursementSheet, *, by: User, now: datetime) -> None:
    """An admin has sent it. From now on its charges are on no other sheet, ever. Raises `AlreadyDecided`."""
    found = taken(sheet, _State.DRAWN)
    found.state, found.sent_at, found.sent_by = _State.SENT, now, by
    found.save(update_fields=["state", "sent_at", "sent_by"])
    record(by, AuditEntry.Action.SHEET_SENT, found)


def taken(sheet: ReimbursementSheet, state: str) -> ReimbursementSheet:
    """The sheet, nobody else's until the transaction ends. Raises `AlreadyDecided` when it is not in that state."""
    found = ReimbursementSheet.objects.select_for_update().filter(pk=sheet.pk).first()
    if found is None or found.state != state:
        raise AlreadyDecided
    return found


def lines_of(sheet: ReimbursementSheet) -> QuerySet[SheetLine]:
    """With all that a line names, oldest first."""
    generation = "row__attempt__generation"
    named = ("entry", f"{generation}__run", f"{generation}__person", f"{generation}__project")
    heavy = ("row__attempt__request_document", "row__attempt__evidence", "row__attempt__usage")
    return sheet.lines.select_related(*named).defer(*heavy)


def logged_micros(lines: Collection[SheetLine]) -> int:
    """What the gateway took for them."""
    return sum(line.row.charged_micros for line in lines)


def rows_of(sheet: ReimbursementSheet) -> QuerySet[GatewayLogRow]:
    """For the file that is sent, oldest first."""
    rows = GatewayLogRow.objects.filter(sheet_line__sheet=sheet).select_related("attempt")
    return rows.order_by("logged_at", "pk")
