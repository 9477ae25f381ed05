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
from .calls import eligible
from .plan import PlanMonth

LINES_MAX: Final = 200
"""Of one sheet: its credit is one transaction, and on SQLite nobody else writes meanwhile."""

_State = ReimbursementSheet.State


class ListChanged(Exception):
    """A charge that was chosen is not eligible any more, or is on a sheet by now. Nothing was changed."""


@transaction.atomic
def draw_up(month: PlanMonth, row_pks: Collection[int], *, by: User, now: datetime) -> ReimbursementSheet:
    """Put these rows of the log on a new sheet. Raises `ListChanged`, or ValueError for none or too many."""
    chosen = set(row_pks)
    if not 0 < len(chosen) <= LINES_MAX:
        raise ValueError("A sheet has some lines, and not too many.")
    # One sheet is drawn up at a time: what is eligible is read when no other can take it.
    studio = Instance.objects.select_for_update().get(pk=Instance.current().pk)
    rows = {each.row.pk: each.row for each in eligible(month) if each.row}
    if not chosen <= rows.keys():
        raise ListChanged
    sheet = ReimbursementSheet.objects.create(
        month=month.first, bonus_thousandths=studio.bonus_thousandths, drawn_at=now, drawn_by=by
    )
    SheetLine.objects.bulk_create(SheetLine(sheet=sheet, row=rows[pk]) for pk in sorted(chosen))
    total = dollars(sum(rows[pk].charged_micros for pk in chosen))
    changes = {"charges": ("", str(len(chosen))), "sum": ("", total)}
    record(by, AuditEntry.Action.SHEET_DRAWN, sheet, changes=changes)
    return sheet


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
