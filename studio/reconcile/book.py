"""What a row, or its absence, changes in the ledger: one transaction each, and a second time nothing.

A row moves money once, in the transaction in which it leaves `open`; an attempt has one charge and a charge one
reimbursement, by the ledger's own constraints. So two runs at once, or a file that is read again, change nothing. All
of it locks in one order: generation, attempt, row, account.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from ..ledger import post
from ..ledger.standing import locked_attempt, set_charge
from ..models import Attempt, GatewayLogRow, Generation, Kind, LedgerEntry, MissingLogRow, Status
from ..models.generation import UNFINISHED
from ..money import dollars
from ..notices import occasions
from ..provider.outcome import Charge
from . import verdict
from .verdict import Step, Verdict


@dataclass(frozen=True, slots=True)
class Booked:
    """What was done, and what it moved, as the owner of the account sees it."""

    step: Step
    corrected_micros: int = 0
    given_back_micros: int = 0
    charged_micros: int = 0

    @property
    def moved_micros(self) -> int:
        return self.corrected_micros + self.given_back_micros - self.charged_micros


NOTHING = Booked(Step.WAIT)


@transaction.atomic
def settle_by_row(row_pk: int, attempt_id: UUID, by: GatewayLogRow.Match, *, now: datetime) -> Booked:
    """The row is this attempt's: from now on the ledger says what it says. `NOTHING` while there is nothing to do."""
    attempt = locked_attempt(attempt_id)
    row = GatewayLogRow.objects.select_for_update().get(pk=row_pk)
    is_anothers = GatewayLogRow.objects.filter(attempt=attempt).exclude(pk=row.pk).exists()
    if row.state != GatewayLogRow.State.OPEN or row.attempt_id not in (None, attempt.pk) or is_anothers:
        return NOTHING
    found = _verdict_of_row(attempt, row)
    if found.step is Step.WAIT:
        return NOTHING
    row.attempt, row.matched_by = attempt, row.matched_by or by
    if found.step is Step.ASK:
        row.save(update_fields=["attempt", "matched_by"])
        return Booked(Step.ASK)
    booked, row.entry = _done(attempt, found, _note(row), now)
    row.state, row.settled_at = GatewayLogRow.State.SETTLED, now
    row.save(update_fields=["attempt", "matched_by", "state", "entry", "settled_at"])
    MissingLogRow.objects.filter(attempt=attempt, state=MissingLogRow.State.OPEN).update(
        state=MissingLogRow.State.FOUND, decided_at=now
    )
    return booked


@transaction.atomic
def settle_by_absence(attempt_id: UUID, *, now: datetime) -> Booked:
    """The log was read whole and does not know this attempt. `NOTHING` when its row came meanwhile."""
    attempt = locked_attempt(attempt_id)
    if _is_under_way(attempt) or GatewayLogRow.objects.filter(attempt=attempt).exists():
        return NOTHING
    if corrected_micros(attempt):
        # A person has dealt with it, and what they decided stands.
        found = Verdict(Step.CONFIRM if attempt.charge == Charge.PRESUMED else Step.EQUAL)
    else:
        found = verdict.of_absence(Charge(attempt.charge))
    if found.step is Step.ASK:
        _missing, is_new = MissingLogRow.objects.get_or_create(attempt=attempt, defaults={"noticed_at": now})
        return Booked(Step.ASK) if is_new else NOTHING
    return _done(attempt, found, "not in the gateway’s log", now)[0]


def _verdict_of_row(attempt: Attempt, row: GatewayLogRow) -> Verdict:
    if _is_under_way(attempt):
        return Verdict(Step.WAIT)
    return verdict.of_row(Charge(attempt.charge), attempt.cost_micros, row.charged_micros, corrected_micros(attempt))


def _done(attempt: Attempt, found: Verdict, note: str, now: datetime) -> tuple[Booked, LedgerEntry | None]:
    """Take the step and post the correction. The entry is the correction, or else what the step wrote."""
    entry, given_back_micros, charged_micros = None, 0, 0
    cost_micros = attempt.cost_micros - found.correction_micros
    was_presumed = attempt.charge == Charge.PRESUMED
    match found.step:
        case Step.CONFIRM:
            set_charge(attempt, Charge.CHARGED)
        case Step.CHARGE:
            entry = post.charge(attempt, Charge.CHARGED, now=now)
            charged_micros = -entry.amount_micros if entry else 0
            set_charge(attempt, Charge.CHARGED)
            # "Failed" promises that nothing was charged.
            Generation.objects.filter(pk=attempt.generation_id, status=Status.FAILED).update(status=Status.REFUSED)
        case Step.RELEASE:
            entry = post.reimburse(charge_of(attempt), note=note, recorded_by=None, now=now)
            given_back_micros = entry.amount_micros if entry else 0
            set_charge(attempt, Charge.RELEASED)
    if found.correction_micros:
        entry = _corrected(attempt, found.correction_micros, note, now)
    if found.step is Step.CHARGE or (found.step is Step.CONFIRM and was_presumed):
        occasions.turned_out(attempt.generation, cost_micros, was_charged=True, by=None, now=now)
    if given_back_micros:
        occasions.turned_out(attempt.generation, given_back_micros, was_charged=False, by=None, now=now)
    return Booked(found.step, found.correction_micros, given_back_micros, charged_micros), entry


def _is_under_way(attempt: Attempt) -> bool:
    """Also while the generation may still be tried again: its hold is open, and the worker settles it."""
    return attempt.generation.status in UNFINISHED or attempt.charge == Charge.HELD


def _corrected(attempt: Attempt, amount_micros: int, note: str, now: datetime) -> LedgerEntry | None:
    """What a standing charge costs is written down with it; of one that was given back it is no more than an entry."""
    if attempt.charge in (Charge.RELEASED, Charge.REIMBURSED):
        return post.correct(charge_of(attempt), amount_micros, note=note, recorded_by=None, now=now)
    return post.true_up(attempt, attempt.cost_micros - amount_micros, note=note, now=now)


def corrected_micros(attempt: Attempt) -> int:
    """What people have corrected on this attempt so far; what the studio itself corrected is in its cost."""
    by_people = LedgerEntry.objects.filter(attempt=attempt, kind=Kind.CORRECTION, recorded_by__isnull=False)
    sums = by_people.aggregate(total=Sum("amount_micros", default=0))
    return int(sums["total"])


def corrected_by_people(attempt: str) -> Coalesce:
    """The same as an annotation of many; `attempt` is where the attempt is found."""
    by_people = LedgerEntry.objects.filter(
        attempt=OuterRef(attempt), kind=Kind.CORRECTION, recorded_by__isnull=False
    ).order_by()
    summed = by_people.values("attempt").annotate(summed=Sum("amount_micros")).values("summed")
    return Coalesce(Subquery(summed), 0, output_field=BigIntegerField())


def charge_of(attempt: Attempt) -> LedgerEntry:
    return LedgerEntry.objects.select_related("account__person", "project", "generation", "attempt").get(
        attempt=attempt, kind=Kind.CHARGE
    )


def _note(row: GatewayLogRow) -> str:
    """What the statement says: which row, what the gateway took, and for which group."""
    words = f"gateway log {row.request_id}: {dollars(row.charged_micros)}"
    if row.group_ratio_thousandths not in (0, 1000):
        words += f", group {row.token_group} × {row.group_ratio_thousandths / 1000:g}"
    return words
