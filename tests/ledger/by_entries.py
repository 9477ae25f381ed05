"""What pages said before there were sums: each figure added up from the entries and calls themselves, every time."""

from collections.abc import Callable
from datetime import date
from operator import attrgetter

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from studio.ledger import review
from studio.ledger.balance import month_summary
from studio.ledger.charges import Chosen
from studio.ledger.review import Cell
from studio.models import Kind, LedgerEntry, User
from studio.provider.outcome import Charge

COST = Coalesce("attempt__real_micros", "attempt__price_micros")
TRUED_UP = Q(attempt__real_micros__isnull=False)
PERSON = attrgetter("person_id", "outcome", "is_presumed")
PROJECT = attrgetter("project_id", "outcome", "is_presumed")
DAY = attrgetter("model_key", "day")
PRESUMED = Q(attempt__charge=Charge.PRESUMED)


def charges_of(month: date) -> list[Cell]:
    rows = (
        LedgerEntry.objects.filter(month=month, kind=Kind.CHARGE)
        .annotate(day=TruncDate("effective_at", tzinfo=timezone.get_current_timezone()))
        .values_list(
            "account__person_id",
            "project_id",
            "generation__run__model_key",
            "day",
            "attempt__outcome",
            "attempt__charge",
        )
        .annotate(calls=Count("pk"), amount=Sum(COST))
        .order_by()
    )
    return [Cell(*key, charge == Charge.PRESUMED, calls, amount) for *key, charge, calls, amount in rows]


def sums(cells: list[Cell], key: Callable[[Cell], object]) -> dict[object, tuple[int, int]]:
    """Calls and amount of each."""
    found: dict[object, tuple[int, int]] = {}
    for cell in cells:
        calls, amount = found.get(key(cell), (0, 0))
        found[key(cell)] = calls + cell.calls, amount + cell.amount_micros
    return found


def held_now(month: date) -> tuple[int, int]:
    released = LedgerEntry.objects.filter(closes=OuterRef("pk"), kind=Kind.RELEASE)
    found = LedgerEntry.objects.filter(~Exists(released), month=month, kind=Kind.HOLD).aggregate(
        count=Count("pk"), total=Sum("amount_micros", default=0)
    )
    return found["count"], -found["total"]


def reimbursed(month: date) -> int:
    entries = LedgerEntry.objects.filter(month=month, kind=Kind.REIMBURSEMENT)
    return sum(entries.values_list("amount_micros", flat=True))


def unsettled() -> tuple[int, int]:
    found = LedgerEntry.objects.filter(PRESUMED, kind=Kind.CHARGE).aggregate(
        count=Count("pk"), total=Sum(COST, default=0)
    )
    return found["count"], found["total"]


def parts_of_month(person: User, month: date) -> tuple[int, ...]:
    """Held, charged, presumed, reimbursed and corrected."""
    is_charge = Q(kind=Kind.CHARGE)
    found = LedgerEntry.objects.filter(account__person=person, month=month).aggregate(
        held=Sum("amount_micros", filter=Q(kind__in=[Kind.HOLD, Kind.RELEASE]), default=0),
        charged=Sum(COST, filter=is_charge & ~PRESUMED, default=0),
        presumed=Sum(COST, filter=is_charge & PRESUMED, default=0),
        reimbursed=Sum("amount_micros", filter=Q(kind=Kind.REIMBURSEMENT), default=0),
        corrected=Sum("amount_micros", filter=Q(kind=Kind.CORRECTION), default=0),
        trued_up=Sum(F("attempt__price_micros") - F("attempt__real_micros"), filter=is_charge & TRUED_UP, default=0),
    )
    corrected = found["corrected"] - found["trued_up"]
    return -found["held"], found["charged"], found["presumed"], found["reimbursed"], corrected


def check_sums() -> None:
    """Every figure that is read from the sums is what the entries come to."""
    people = {person.pk: person for person in User.objects.filter(account__isnull=False)}
    for month in LedgerEntry.objects.order_by().values_list("month", flat=True).distinct():
        expected = charges_of(month)
        tables = review.tables_of(month)
        assert sums(tables.people, PERSON) == sums(expected, PERSON), "by person"
        assert sums(tables.projects, PROJECT) == sums(expected, PROJECT), "by project"
        assert sums(tables.days, DAY) == sums(expected, DAY), "by model and day"
        totals = (sum(cell.calls for cell in expected), sum(cell.amount_micros for cell in expected))
        assert Chosen(month=month).totals() == totals, "how many they are, and what they come to"
        assert review.held_now(month) == held_now(month), "what is held"
        assert review.reimbursed(month) == reimbursed(month), "what was given back"
        for person in people.values():
            said = month_summary(person, month)
            parts = (
                said.held_micros,
                said.charged_micros,
                said.presumed_micros,
                said.reimbursed_micros,
                said.corrected_micros,
            )
            assert parts == parts_of_month(person, month), "the parts of somebody's month"
    assert review.unsettled() == unsettled(), "what is presumed"
