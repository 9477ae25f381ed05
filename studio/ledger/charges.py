"""The rows behind every figure of the spend review: charges, chosen by what a table groups them by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from ..models import Account, Attempt, Generation, Kind, LedgerEntry, Project, User
from ..provider.outcome import DELIVERED_OUTCOMES, Charge, Outcome
from .spent import COST, Part, parts

WASTE: Final[Mapping[str, tuple[Outcome, ...]]] = {
    "refused": (Outcome.REFUSED_TEXT, Outcome.REFUSED_PROMPT, Outcome.REFUSED_OUTPUT),
    "no_image": (Outcome.NO_IMAGE, Outcome.TRUNCATED, Outcome.PROVIDER_FAULT),
    "lost": (Outcome.CORRUPT_RESULT, Outcome.DELIVERY_LOST),
    "unanswered": (Outcome.OUTCOME_UNKNOWN,),
}
"""Why money brought no picture, by the word the reason has in an address. What is in none of them is `other`."""
WASTE_NAMED: Final = frozenset(outcome for outcomes in WASTE.values() for outcome in outcomes)
_FOR_NOTHING: Final = ~Q(outcome="") & ~Q(outcome__in=DELIVERED_OUTCOMES)

BECAME: Final[Mapping[str, Q]] = {
    "picture": Q(outcome__in=DELIVERED_OUTCOMES),
    "nothing": _FOR_NOTHING,
    **{reason: Q(outcome__in=outcomes) for reason, outcomes in WASTE.items()},
    "other": _FOR_NOTHING & ~Q(outcome__in=WASTE_NAMED),
}
"""What became of the money, by the word it has in an address. The last five together are `nothing`."""
CERTAINTY: Final[Mapping[str, Q]] = {
    "presumed": Q(charge=Charge.PRESUMED),
    "charged": ~Q(charge=Charge.PRESUMED),
    "over_hold": Q(real_micros__gt=F("price_micros")),
}
"""How sure a charge is, and whether it came to more than was held: of an attempt."""


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

    @property
    def is_by_the_call(self) -> bool:
        """Whether it takes a look at the call to know if a charge is meant; else its entry says it all."""
        return bool(self.model_key or self.became or self.certainty)

    @property
    def is_in_the_sums(self) -> bool:
        """Whether the sums know how many there are. Of what was held they know nothing."""
        return self.certainty != "over_hold"

    def charges(self) -> QuerySet[LedgerEntry]:
        """In no order. Each entry's call and run are looked up, so that an index of entries leads the way.

        Joined, or asked whether they exist, a database may begin with all calls of that outcome there ever were.
        """
        rows = LedgerEntry.objects.filter(self._of_month, kind=Kind.CHARGE).order_by()
        if self.person:
            rows = rows.filter(account=Account.objects.filter(person=self.person).first())
        if self.project:
            rows = rows.filter(project=self.project)
        if self.day:
            rows = rows.filter(within(self.day, self.day))
        generation, call = OuterRef("generation"), OuterRef("attempt")
        if self.model_key:
            model = Generation.objects.filter(pk=generation).values("run__model_key")
            rows = rows.alias(model_key=Subquery(model)).filter(model_key=self.model_key)
        if self.became:
            outcome = Attempt.objects.filter(pk=call).values("outcome")
            rows = rows.alias(outcome=Subquery(outcome)).filter(BECAME[self.became])
        if self.certainty and self.is_in_the_sums:
            charge = Attempt.objects.filter(pk=call).values("charge")
            rows = rows.alias(charge=Subquery(charge)).filter(CERTAINTY[self.certainty])
        elif self.certainty:
            begins = beginning_of(self.month)  # what is of this month was sent in it, or later
            rows = rows.filter(attempt__in=Attempt.objects.filter(CERTAINTY[self.certainty], started_at__gte=begins))
        return rows

    @property
    def _of_month(self) -> Q:
        """As a range where few calls are meant, or SQLite would rather look at all of the month than for those few."""
        return Q(month=self.month) if self.is_in_the_sums else Q(month__range=(self.month, self.month))

    def sums(self) -> QuerySet[Part]:
        """The sums that are of these charges. Only if `is_in_the_sums`."""
        assert self.is_in_the_sums, "nothing is summed by holds"
        rows = parts().filter(month=self.month, kind=Kind.CHARGE)
        if self.person:
            rows = rows.filter(account__person=self.person)
        if self.project:
            rows = rows.filter(project=self.project)
        if self.day:
            rows = rows.filter(on=self.day)
        if self.model_key:
            rows = rows.filter(model_key=self.model_key)
        if self.became:
            rows = rows.filter(BECAME[self.became])
        if self.certainty:
            rows = rows.filter(is_presumed=self.certainty == "presumed")
        return rows

    def totals(self) -> tuple[int, int]:
        """How many, and what they come to in micro-dollars."""
        if self.is_in_the_sums:
            sums = self.sums().aggregate(count=Sum("entries", default=0), total=Sum("cost_micros", default=0))
        else:
            sums = self.charges().aggregate(count=Count("pk"), total=Sum(COST, default=0))
        return sums["count"], sums["total"]


def with_all_that_a_line_names(rows: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    return rows.select_related("account__person", "attempt", "generation__run", "project")


def beginning_of(day: date) -> datetime:
    """In the studio's time zone."""
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())


def within(first: date, last: date) -> Q:
    """What took effect on these days, both included."""
    return Q(effective_at__gte=beginning_of(first), effective_at__lt=beginning_of(last + timedelta(days=1)))


def over_hold_since(moment: datetime) -> tuple[int, int]:
    """Charges of calls since then that came to more than was held: how many, and by how many micro-dollars in all."""
    sums = Attempt.objects.filter(CERTAINTY["over_hold"], started_at__gte=moment).aggregate(
        count=Count("pk"), more=Sum(F("real_micros") - F("price_micros"), default=0)
    )
    return sums["count"], sums["more"]
