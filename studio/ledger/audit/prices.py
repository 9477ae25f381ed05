"""A hold is of the price quoted, a charge of the price agreed to, and what tokens came to was corrected to the cent."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from ...models import Kind, LedgerEntry
from ...money import dollars
from ...provider.outcome import Charge
from .finding import Finding
from .scope import Scope


def find(scope: Scope) -> Iterator[Finding]:
    charged = scope.entries().filter(kind=Kind.CHARGE).exclude(amount_micros=-F("attempt__price_micros"))
    for entry in charged.iterator():
        yield Finding("price", str(entry), gettext_noop("It differs from the price that was agreed to."))
    held = scope.entries().filter(kind=Kind.HOLD).exclude(amount_micros=-F("generation__price_micros"))
    for entry in held.iterator():
        yield Finding("price", str(entry), gettext_noop("It differs from the price that was quoted."))
    yield from _counted(scope)


def _counted(scope: Scope) -> Iterator[Finding]:
    """The studio's own corrections of a charge that stands bring it to what the call really cost."""
    # Whose it is comes after the look into the index of attempts: PostgreSQL would take the one of `recorded_by`,
    # where nearly every entry is empty, and read the whole ledger for each call.
    corrections = LedgerEntry.objects.filter(attempt=OuterRef("pk"), kind=Kind.CORRECTION).order_by()
    own = Sum("amount_micros", filter=Q(recorded_by=None))
    summed = corrections.values("attempt").annotate(summed=own).values("summed")
    standing = scope.attempts().filter(charge__in=[Charge.CHARGED, Charge.PRESUMED])
    counted = standing.annotate(corrected=Coalesce(Subquery(summed), 0, output_field=BigIntegerField()))
    due = F("price_micros") - Coalesce("real_micros", "price_micros")
    for attempt in counted.exclude(corrected=due).iterator():
        yield Finding(
            "price",
            str(attempt),
            gettext_noop("It cost %(cost)s of %(price)s, and %(corrected)s were corrected."),
            {
                "cost": dollars(attempt.cost_micros),
                "price": dollars(attempt.price_micros),
                "corrected": dollars(attempt.corrected),
            },
        )
