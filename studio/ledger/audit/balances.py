"""What is kept beside the entries, so that a hold can be refused by one write, is what the entries add up to."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from ...models import Kind, LedgerEntry, MonthBalance, ProjectMonth
from ...money import dollars
from .finding import Finding
from .scope import Scope


def find(scope: Scope) -> Iterator[Finding]:
    entries = LedgerEntry.objects.filter(account=OuterRef("account"), month=OuterRef("month")).order_by()
    rows = _months(scope).annotate(summed=_sum_of(entries), allowed=_sum_of(entries.filter(kind=Kind.ALLOWANCE)))
    for month in rows.exclude(summed=F("balance_micros")).iterator():
        yield Finding(
            "balance",
            str(month),
            gettext_noop("The month says %(said)s are left, its entries come to %(summed)s."),
            {"said": dollars(month.balance_micros), "summed": dollars(month.summed)},
        )
    for month in rows.exclude(allowed=F("allowance_micros")).iterator():
        yield Finding(
            "allowance",
            str(month),
            gettext_noop("The month allows %(said)s, its entries allow %(summed)s."),
            {"said": dollars(month.allowance_micros), "summed": dollars(month.allowed)},
        )
    kept = MonthBalance.objects.filter(account=OuterRef("account"), month=OuterRef("month"))
    for entry in scope.entries().filter(~Exists(kept)).iterator():
        yield Finding("balance", str(entry), gettext_noop("No balance is kept of the month it counts in."))
    if not scope.person:
        yield from _of_projects(scope)


def _of_projects(scope: Scope) -> Iterator[Finding]:
    """A project's month counts what its entries came to, in the month of the project that each was asked for in."""
    entries = LedgerEntry.objects.filter(project=OuterRef("project"), generation__project_month=OuterRef("month"))
    months = ProjectMonth.objects.select_related("project").order_by("project", "month")
    if scope.since:
        months = months.filter(Exists(entries.filter(recorded_at__gte=scope.since)))
    summed = entries.order_by().values("project").annotate(summed=-Sum("amount_micros")).values("summed")
    counted = months.annotate(summed=Coalesce(Subquery(summed), 0, output_field=BigIntegerField()))
    for month in counted.exclude(summed=F("used_micros")).iterator():
        yield Finding(
            "project-balance",
            str(month),
            gettext_noop("The project’s month says %(said)s are used, its entries come to %(summed)s."),
            {"said": dollars(month.used_micros), "summed": dollars(month.summed)},
        )


def _months(scope: Scope) -> QuerySet[MonthBalance]:
    """All, or those that something was written into since the day."""
    months = MonthBalance.objects.select_related("account__person").order_by("account", "month")
    if scope.person:
        months = months.filter(account__person=scope.person)
    if scope.since:
        written = LedgerEntry.objects.filter(account=OuterRef("account"), month=OuterRef("month"))
        months = months.filter(Exists(written.filter(recorded_at__gte=scope.since)))
    return months


def _sum_of(entries: QuerySet[LedgerEntry]) -> Coalesce:
    summed = entries.values("account").annotate(summed=Sum("amount_micros")).values("summed")
    return Coalesce(Subquery(summed), 0, output_field=BigIntegerField())
