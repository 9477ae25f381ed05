"""Attempts as they are once their calls are over, and what the gateway's log may say of them."""

from datetime import datetime, timedelta

from django.db import transaction

from studio.ledger import post
from studio.models import Attempt, Generation, Kind, LedgerEntry, Project, Reconciliation, Status, User
from studio.provider.outcome import Charge
from studio.reconcile.log_row import LogRow
from studio.reconcile.run import Period, reconcile
from tests.people import Cast
from tests.reconcile.rows import NOON
from tests.runs import make_attempt, make_run

STATUSES = {Charge.CHARGED: Status.SUCCEEDED, Charge.PRESUMED: Status.UNKNOWN, Charge.NONE: Status.FAILED}
NEXT_DAY = NOON + timedelta(hours=25)


@transaction.atomic  # or a worker that is there would take it up
def made(
    cast: Cast,
    charge: Charge,
    *,
    ids: tuple[str, ...] = (),
    at: datetime = NOON,
    key_name: str = "main",
    person: User | None = None,
    project: Project | None = None,
    **facts: object,
) -> Attempt:
    """An attempt of Bob's, or of whom else it says, that is over: booked as `charge` says, its generation final."""
    generation = (
        make_run(person or cast.bob, project or cast.project, **facts)
        .generations.select_related("person", "project")
        .get()
    )  # type: ignore[arg-type]
    attempt = make_attempt(generation, now=at)
    post.release(generation, now=at)
    if charge is not Charge.NONE:
        post.charge(attempt, charge, now=at)
    attempt.charge, attempt.key_name, attempt.answered_at = charge, key_name, at
    attempt.request_id = ids[0] if ids else ""
    attempt.evidence = {"request_ids": {f"x-{number}": name for number, name in enumerate(ids)}}
    attempt.save()
    Generation.objects.filter(pk=generation.pk).update(status=STATUSES[charge], charge=charge)
    return attempt


def charge_of(attempt: Attempt) -> str:
    return Attempt.objects.values_list("charge", flat=True).get(pk=attempt.pk)


def moved(attempt: Attempt) -> list[tuple[str, int]]:
    """What stands in the ledger for this attempt, in its order."""
    entries = LedgerEntry.objects.filter(attempt=attempt).order_by("sequence")
    return [(entry.kind, entry.amount_micros) for entry in entries]


def net_micros(attempt: Attempt) -> int:
    """What the attempt has cost its person, all entries together."""
    return -sum(amount for kind, amount in moved(attempt) if kind != Kind.HOLD)


def run(
    *rows: LogRow, now: datetime = NEXT_DAY, is_whole: bool = True, by: User | None = None, days: int = 3
) -> Reconciliation:
    """The log of the days up to now, with these rows in it."""
    period = Period(now - timedelta(days=days), now)
    return reconcile(rows, period, source=Reconciliation.Source.API, is_whole=is_whole, now=now, by=by)
