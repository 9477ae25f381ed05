"""The charges of a month that brought no picture, each beside the plan: on no sheet yet, oldest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..models import Attempt, GatewayLogRow, Kind, LedgerEntry
from ..provider.outcome import DELIVERED_OUTCOMES, Charge
from .plan import MODERATED, Call, PlanMonth, Row, WhyNot, why_not

_LOGGED_WITHIN: Final = timedelta(hours=2)
"""More than lies between the beginning of a call and its row, clocks apart included (reconcile/run.py)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call, when it counts, and why it is not on the list; None when it is."""

    attempt: Attempt
    at: datetime
    why_not: WhyNot | None
    is_corrected: bool

    @property
    def row(self) -> GatewayLogRow | None:
        return self.attempt.log_row if hasattr(self.attempt, "log_row") else None

    @property
    def logged_micros(self) -> int:
        """What the gateway took by its log; what the ledger has while the log is silent."""
        return self.row.charged_micros if self.row else self.attempt.cost_micros


def candidates(month: PlanMonth) -> list[Candidate]:
    found = [_candidate(attempt) for attempt in _for_nothing(month)]
    mine = [each for each in found if month.since <= each.at < month.until]
    return sorted(mine, key=lambda each: (each.at, each.attempt.generation_id, each.attempt.number))


def eligible(month: PlanMonth) -> list[Candidate]:
    """Those that may be put on a sheet."""
    return [each for each in candidates(month) if each.why_not is None]


def by_reason(found: Sequence[Candidate]) -> Iterator[tuple[WhyNot, list[Candidate]]]:
    """In the order of the plan's table, without the reasons that did not happen."""
    for reason in WhyNot:
        if those := [each for each in found if each.why_not is reason]:
            yield reason, those


def _for_nothing(month: PlanMonth) -> QuerySet[Attempt]:
    """A call counts in the month of its row, which is a little after its beginning: so a little more is read."""
    earlier = Attempt.objects.filter(
        generation__run__project=OuterRef("generation__run__project"),
        generation__run__question_hash=OuterRef("generation__run__question_hash"),
        generation__run__number__lt=OuterRef("generation__run__number"),
        outcome__in=MODERATED,
    )
    by_people = LedgerEntry.objects.filter(attempt=OuterRef("pk"), kind=Kind.CORRECTION, recorded_by__isnull=False)
    summed = by_people.order_by().values("attempt").annotate(summed=Sum("amount_micros")).values("summed")
    return (
        Attempt.objects.filter(
            started_at__gte=month.since - _LOGGED_WITHIN,
            started_at__lt=month.until + _LOGGED_WITHIN,
            charge__in=[Charge.CHARGED, Charge.PRESUMED],
            log_row__sheet_line__isnull=True,
        )
        .exclude(Q(outcome="") | Q(outcome__in=DELIVERED_OUTCOMES))
        .annotate(
            is_repeated=Exists(earlier) & ~Q(generation__run__question_hash=""),
            corrected=Coalesce(Subquery(summed), 0, output_field=BigIntegerField()),
        )
        .select_related("generation__run", "generation__person", "generation__project", "log_row")
        .defer("request_document", "evidence", "usage")
    )


def _candidate(attempt: Attempt) -> Candidate:
    logged = attempt.log_row if hasattr(attempt, "log_row") else None
    at = logged.logged_at if logged else attempt.started_at
    run = attempt.generation.run
    call = Call(
        model_key=run.model_key,
        http_status=attempt.http_status,
        outcome=attempt.outcome,
        charge=Charge(attempt.charge),
        at=at,
        agreed_by_tokens=run.agreed_terms.is_by_tokens,
        is_repeated=attempt.is_repeated,  # type: ignore[attr-defined]
        row=_row(logged) if logged else None,
    )
    return Candidate(attempt, at, why_not(call), bool(attempt.corrected))  # type: ignore[attr-defined]


def _row(logged: GatewayLogRow) -> Row:
    return Row(
        quota=logged.quota,
        completion_tokens=logged.completion_tokens,
        billing_type=logged.billing_type,
        is_settled=logged.state == GatewayLogRow.State.SETTLED,
    )
