"""What is kept beside the entries, so that a hold can be refused by one write, is what the entries add up to."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from ...models import Kind, LedgerEntry, MonthBalance, ProjectMonth
from ...money import dollars
from . import reviewed
from .finding import Finding
from .scope import Scope


def find(scope: Scope) -> Iterator[Finding]:
    yield from _of_people(scope)
    if not scope.person:
        yield from _of_projects(scope)
    yield from reviewed.find(scope)
    kept = MonthBalance.objects.filter(account=OuterRef("account"), month=OuterRef("month"))
    for entry in scope.entries().filter(~Exists(kept)).iterator():
        yield Finding("balance", str(entry), gettext_noop("No balance is kept of the month it counts in."))


def _of_people(scope: Scope) -> Iterator[Finding]:
    months = MonthBalance.objects.select_related("account__person").order_by("account", "month")
    entries = LedgerEntry.objects.order_by()
    if scope.person:
        months, entries = months.filter(account__person=scope.person), entries.filter(account__person=scope.person)
    allowed = Sum("amount_micros", filter=Q(kind=Kind.ALLOWANCE), default=0)
    sums = entries.values_list("account", "month").annotate(summed=Sum("amount_micros"), allowed=allowed)
    summed = {(account, month): (total, allowance) for account, month, total, allowance in sums.iterator()}
    for month in months.iterator():
        if summed.get((month.account_id, month.month), (0, 0)) != (month.balance_micros, month.allowance_micros):
            yield from _of_month(month)


def _of_month(month: MonthBalance) -> Iterator[Finding]:
    """Asked anew, both in one statement: between two of them somebody may have written."""
    entries = LedgerEntry.objects.filter(account=OuterRef("account"), month=OuterRef("month")).order_by()
    rows = MonthBalance.objects.filter(pk=month.pk).select_related("account__person")
    for row in rows.annotate(summed=_sum_of(entries), allowed=_sum_of(entries.filter(kind=Kind.ALLOWANCE))):
        if row.summed != row.balance_micros:
            yield Finding(
                "balance",
                str(row),
                gettext_noop("The month says %(said)s are left, its entries come to %(summed)s."),
                {"said": dollars(row.balance_micros), "summed": dollars(row.summed)},
            )
        if row.allowed != row.allowance_micros:
            yield Finding(
                "allowance",
                str(row),
                gettext_noop("The month allows %(said)s, its entries allow %(summed)s."),
                {"said": dollars(row.allowance_micros), "summed": dollars(row.allowed)},
            )


def _of_projects(scope: Scope) -> Iterator[Finding]:
    """A project's month counts what its entries came to, in the month of the project that each was asked for in."""
    entries = LedgerEntry.objects.filter(project__isnull=False, generation__project_month__isnull=False).order_by()
    sums = entries.values_list("project", "generation__project_month").annotate(summed=Sum("amount_micros"))
    summed = {(project, month): -total for project, month, total in sums.iterator()}
    for month in ProjectMonth.objects.order_by("project", "month").iterator():
        if summed.get((month.project_id, month.month), 0) != month.used_micros:
            yield from _of_project_month(month)


def _of_project_month(month: ProjectMonth) -> Iterator[Finding]:
    """As `_of_month`."""
    entries = LedgerEntry.objects.filter(project=OuterRef("project"), generation__project_month=OuterRef("month"))
    rows = ProjectMonth.objects.filter(pk=month.pk).select_related("project")
    for row in rows.annotate(summed=_sum_of(entries.order_by(), by="project")):
        if -row.summed != row.used_micros:
            yield Finding(
                "project-balance",
                str(row),
                gettext_noop("The project’s month says %(said)s are used, its entries come to %(summed)s."),
                {"said": dollars(row.used_micros), "summed": dollars(-row.summed)},
            )


def _sum_of(entries: QuerySet[LedgerEntry], by: str = "account") -> Coalesce:
    summed = entries.values(by).annotate(summed=Sum("amount_micros")).values("summed")
    return Coalesce(Subquery(summed), 0, output_field=BigIntegerField())
