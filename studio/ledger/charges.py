"""The rows behind every figure of the spend review: charges, chosen by what a table groups them by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from ..models import Attempt, Kind, LedgerEntry, Project, User
from ..provider.outcome import DELIVERED_OUTCOMES, Charge, Outcome

WASTE: Final[Mapping[str, tuple[Outcome, ...]]] = {
    "refused": (Outcome.REFUSED_TEXT, Outcome.REFUSED_PROMPT, Outcome.REFUSED_OUTPUT),
    "no_image": (Outcome.NO_IMAGE, Outcome.TRUNCATED, Outcome.PROVIDER_FAULT),
    "lost": (Outcome.CORRUPT_RESULT, Outcome.DELIVERY_LOST),
    "unanswered": (Outcome.OUTCOME_UNKNOWN,),
}
"""Why money brought no picture, by the word the reason has in an address. What is in none of them is `other`."""
WASTE_NAMED: Final = frozenset(outcome for outcomes in WASTE.values() for outcome in outcomes)
_FOR_NOTHING: Final = ~Q(attempt__outcome="") & ~Q(attempt__outcome__in=DELIVERED_OUTCOMES)

COST: Final = Coalesce("attempt__real_micros", "attempt__price_micros")
"""What a charge comes to in micro-dollars: what was booked for it with what its tokens and searches corrected."""

BECAME: Final[Mapping[str, Q]] = {
    "picture": Q(attempt__outcome__in=DELIVERED_OUTCOMES),
    "nothing": _FOR_NOTHING,
    **{reason: Q(attempt__outcome__in=outcomes) for reason, outcomes in WASTE.items()},
    "other": _FOR_NOTHING & ~Q(attempt__outcome__in=WASTE_NAMED),
}
"""What became of the money, by the word it has in an address. The last five together are `nothing`."""
CERTAINTY: Final[Mapping[str, Q]] = {
    "presumed": Q(attempt__charge=Charge.PRESUMED),
    "charged": ~Q(attempt__charge=Charge.PRESUMED),
    "over_hold": Q(attempt__real_micros__gt=F("attempt__price_micros")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which charges of a month. What is None or empty does not choose."""

    month: date
    person: User | None = None
    project: Project | None = None
    model_key: str = ""
    day: date | None = None
    became: str = ""
    certainty: str = ""

    def charges(self) -> QuerySet[LedgerEntry]:
        """Newest first."""
        rows = LedgerEntry.objects.filter(month=self.month, kind=Kind.CHARGE)
        if self.person:
            rows = rows.filter(account__person=self.person)
        if self.project:
            rows = rows.filter(project=self.project)
        if self.model_key:
            rows = rows.filter(generation__run__model_key=self.model_key)
        if self.day:
            zone = timezone.get_current_timezone()
            rows = rows.annotate(day=TruncDate("effective_at", tzinfo=zone)).filter(day=self.day)
        if self.became:
            rows = rows.filter(BECAME[self.became])
        if self.certainty:
            rows = rows.filter(CERTAINTY[self.certainty])
        return rows.order_by("-pk")

    def totals(self) -> tuple[int, int]:
        """How many, and what they come to in micro-dollars."""
        sums = self.charges().order_by().aggregate(count=Count("pk"), total=Sum(COST, default=0))
        return sums["count"], sums["total"]


def with_all_that_a_line_names(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    return rows.select_related("account__person", "attempt", "generation__run", "project")


def over_hold_since(moment: datetime) -> tuple[int, int]:
    """Charges of calls since then that came to more than was held: how many, and by how many micro-dollars in all."""
    sums = Attempt.objects.filter(started_at__gte=moment, real_micros__gt=F("price_micros")).aggregate(
        count=Count("pk"), more=Sum(F("real_micros") - F("price_micros"), default=0)
    )
    return sums["count"], sums["more"]
