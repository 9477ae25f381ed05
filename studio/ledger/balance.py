"""What the ledger says: what is left of a month, and where the rest went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, FilteredRelation, Q, Sum
from django.utils import timezone

from ..models import Account, Kind, MonthBalance, Spent, User


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """One person's month in micro-dollars. Only `left_micros` may be negative: a charge above its hold does that."""

    allowance_micros: int = 0
    left_micros: int = 0
    held_micros: int = 0
    charged_micros: int = 0
    presumed_micros: int = 0
    reimbursed_micros: int = 0
    corrected_micros: int = 0

    @property
    def used_micros(self) -> int:
        """What cannot be spent any more: charged, presumed and held."""
        return self.allowance_micros - self.left_micros

    @property
    def is_low(self) -> bool:
        """Under a tenth of the allowance is left: time to say so."""
        return self.left_micros * 10 < self.allowance_micros


def month_of(moment: datetime) -> date:
    """The first day of the month a moment counts in, in the studio's time zone."""
    return timezone.localtime(moment).date().replace(day=1)


def month_summary(person: User, month: date) -> MonthSummary:
    """Where this person's month stands. Before its first entry: the allowance, untouched."""
    row = MonthBalance.objects.filter(account__person=person, month=month).first()
    if row is None:
        account = Account.objects.filter(person=person).first()
        allowance = account.monthly_allowance_micros if account else 0
        return MonthSummary(allowance_micros=allowance, left_micros=allowance)
    sums = Spent.objects.filter(account_id=row.account_id, month=month).aggregate(
        held=Sum("booked_micros", filter=Q(kind__in=[Kind.HOLD, Kind.RELEASE]), default=0),
        charged=Sum("cost_micros", filter=Q(kind=Kind.CHARGE, is_presumed=False), default=0),
        presumed=Sum("cost_micros", filter=Q(kind=Kind.CHARGE, is_presumed=True), default=0),
        # What tokens and searches corrected stands with the charges themselves.
        trued_up=Sum(-F("booked_micros") - F("cost_micros"), filter=Q(kind=Kind.CHARGE), default=0),
        reimbursed=Sum("booked_micros", filter=Q(kind=Kind.REIMBURSEMENT), default=0),
        corrected=Sum("booked_micros", filter=Q(kind=Kind.CORRECTION), default=0),
    )
    return MonthSummary(
        allowance_micros=row.allowance_micros,
        left_micros=row.balance_micros,
        held_micros=-sums["held"],
        charged_micros=sums["charged"],
        presumed_micros=sums["presumed"],
        reimbursed_micros=sums["reimbursed"],
        corrected_micros=sums["corrected"] - sums["trued_up"],
    )


def months_of_people(people: Sequence[User], month: date) -> Mapping[int, MonthSummary]:
    """Allowance and what is left of each person's month, by person, with one question; the rest of it is not asked."""
    accounts = Account.objects.filter(person__in=people).annotate(
        now=FilteredRelation("months", condition=Q(months__month=month))
    )
    rows = accounts.values_list("person_id", "monthly_allowance_micros", "now__allowance_micros", "now__balance_micros")
    summaries = {
        person_id: MonthSummary(allowance_micros=standing, left_micros=standing)
        if left is None
        else MonthSummary(allowance_micros=allowance, left_micros=left)
        for person_id, standing, allowance, left in rows
    }
    return {person.pk: summaries.get(person.pk, MonthSummary()) for person in people}
