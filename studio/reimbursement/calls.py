"""The charges of a month that brought no picture, each beside the plan: on no sheet yet, oldest first.

A month may have thousands of them, so the database chooses, counts and adds up by `why`, and only what is shown is
read. Of what was read the plan itself says once more whether it covers it (`plan.why_not`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypedDict

from django.db.models import BigIntegerField, Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from ..models import Attempt, GatewayLogRow
from ..provider.outcome import DELIVERED_OUTCOMES, Charge
from ..reconcile.book import corrected_by_people
from ..reconcile.log_row import MICROS_PER_QUOTA
from .plan import BY_THE_CALL, MODEL_KEY, MODERATED, SINCE, TOKENS_OUT_BELOW, Call, PlanMonth, Row, WhyNot, why_not

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

ELIGIBLE: Final = ""
"""In place of a reason why not."""
_LOGGED_WITHIN: Final = timedelta(hours=2)
"""More than lies between the beginning of a call and its row, clocks apart included (reconcile/run.py)."""
_SAID_BY_THE_LOG: Final = Q(log_row__isnull=False) & ~Q(log_row__billing_type="")
_BY_TOKENS: Final = _SAID_BY_THE_LOG & ~Q(log_row__billing_type=BY_THE_CALL) | (
    ~_SAID_BY_THE_LOG & Q(generation__run__terms__output_micros__gt=0)
)
_CONFIRMED: Final = Q(log_row__state=GatewayLogRow.State.SETTLED, charge=Charge.CHARGED)
_RULES: Final[Mapping[WhyNot, Q]] = {
    WhyNot.OTHER_MODEL: ~Q(generation__run__model_key=MODEL_KEY),
    WhyNot.BY_TOKENS: _BY_TOKENS,
    WhyNot.NO_ANSWER: Q(http_status__isnull=True) | ~Q(http_status=200),
    WhyNot.NOT_MODERATED: ~Q(outcome__in=MODERATED),
    WhyNot.BEFORE_THE_PLAN: Q(at__lt=SINCE),
    WhyNot.REPEATED: Q(is_repeated=True) & ~Q(generation__run__question_hash=""),
    WhyNot.NOT_CONFIRMED: Q(log_row__isnull=True) | ~_CONFIRMED,
    WhyNot.COST_NOTHING: Q(log_row__quota=0),
    WhyNot.MANY_TOKENS: Q(log_row__completion_tokens__gte=TOKENS_OUT_BELOW),
}
"""As `plan.why_not` says it, in the same order; tests/reimbursement/test_calls.py lays one beside the other."""


class Facts(TypedDict):
    """What the database says of a call: when it counts, whether it was asked again, and why it is not eligible."""

    at: datetime
    is_repeated: bool
    why: str


class AllFacts(Facts):
    """And what people have corrected on it, in micro-dollars."""

    corrected: int


type ForNothing = WithAnnotations[Attempt, Facts]
type Known = WithAnnotations[Attempt, AllFacts]


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


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the calls that are alike in why they are not eligible: how many, and what the gateway took for them."""

    count: int = 0
    logged_micros: int = 0


def for_nothing(month: PlanMonth) -> QuerySet[ForNothing]:
    """All of them, in their order. A call counts in the month of its row, a little after its beginning."""
    return (
        Attempt.objects.filter(
            started_at__gte=month.since - _LOGGED_WITHIN,
            started_at__lt=month.until + _LOGGED_WITHIN,
            charge__in=[Charge.CHARGED, Charge.PRESUMED],
            log_row__sheet_line__isnull=True,
        )
        .exclude(Q(outcome="") | Q(outcome__in=DELIVERED_OUTCOMES))
        .annotate(at=Coalesce("log_row__logged_at", "started_at"), is_repeated=Exists(_declined_before()))
        .filter(at__gte=month.since, at__lt=month.until)
        .annotate(why=Case(*_cases(), default=Value(ELIGIBLE), output_field=CharField()))
        .order_by("at", "generation", "number")
    )


def eligible(month: PlanMonth) -> QuerySet[ForNothing]:
    """Those that may be put on a sheet."""
    return for_nothing(month).filter(why=ELIGIBLE)


def by_reason(month: PlanMonth) -> Mapping[str, Sums]:
    """What there is, by its reason why not, in the order of the plan's table, and first of all what is eligible."""
    by_the_log = F("log_row__quota") * MICROS_PER_QUOTA
    logged = Coalesce(by_the_log, "real_micros", "price_micros", output_field=BigIntegerField())
    rows = for_nothing(month).order_by().values("why").annotate(count=Count("pk"), total=Sum(logged))
    found = {row["why"]: Sums(row["count"], row["total"]) for row in rows}
    return {why: found[why] for why in (ELIGIBLE, *WhyNot) if why in found}


def read(found: QuerySet[ForNothing]) -> list[Candidate]:
    """With all that a line names; the caller says how many."""
    named = found.annotate(corrected=corrected_by_people("pk")).select_related(
        "generation__run", "generation__person", "generation__project", "log_row"
    )
    return [_candidate(attempt) for attempt in named.defer("request_document", "evidence", "usage")]


def _declined_before() -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        generation__run__project=OuterRef("generation__run__project"),
        generation__run__question_hash=OuterRef("generation__run__question_hash"),
        generation__run__number__lt=OuterRef("generation__run__number"),
        outcome__in=MODERATED,
    )


def _cases() -> Iterable[When]:
    return (When(rule, then=Value(why.value)) for why, rule in _RULES.items())


def _candidate(attempt: Known) -> Candidate:
    logged = attempt.log_row if hasattr(attempt, "log_row") else None
    run = attempt.generation.run
    call = Call(
        model_key=run.model_key,
        http_status=attempt.http_status,
        outcome=attempt.outcome,
        charge=Charge(attempt.charge),
        at=attempt.at,
        agreed_by_tokens=run.agreed_terms.is_by_tokens,
        is_repeated=bool(run.question_hash) and attempt.is_repeated,
        row=_row(logged) if logged else None,
    )
    return Candidate(attempt, call.at, why_not(call), bool(attempt.corrected))


def _row(logged: GatewayLogRow) -> Row:
    return Row(
        quota=logged.quota,
        completion_tokens=logged.completion_tokens,
        billing_type=logged.billing_type,
        is_settled=logged.state == GatewayLogRow.State.SETTLED,
    )
