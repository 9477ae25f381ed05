"""A charge that was presumed becomes certain, one way or the other, by the word of somebody who knows."""

from datetime import datetime

from django.db import transaction

from ..audit_log import record
from ..models import AuditEntry, Kind, LedgerEntry, User
from ..notices import occasions
from ..provider.outcome import Charge
from .decisions import AlreadyDecided
from .post import reimburse
from .standing import locked_attempt, set_charge


@transaction.atomic
def settle_presumed(entry: LedgerEntry, *, was_charged: bool, note: str, by: User, now: datetime) -> None:
    """The provider charged for it after all, and the charge stands; or it did not, and the money goes back.

    Raises `AlreadyDecided` when it is not presumed any more.
    """
    assert entry.attempt_id, "a charge is of a call"
    attempt = locked_attempt(entry.attempt_id)
    if entry.kind != Kind.CHARGE or attempt.charge != Charge.PRESUMED:
        raise AlreadyDecided
    if not was_charged:
        reimburse(entry, note=note, recorded_by=by, now=now)
    charge = Charge.CHARGED if was_charged else Charge.RELEASED
    set_charge(attempt, charge)
    occasions.turned_out(attempt.generation, attempt.cost_micros, was_charged=was_charged, by=by, now=now)
    record(by, AuditEntry.Action.SETTLED, entry, changes={"charge": (Charge.PRESUMED.value, charge.value)}, note=note)
