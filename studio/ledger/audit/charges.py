"""Each attempt that is charged, or presumed to be, has one charge; what was given back was given back once."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from ...models import ChargeQuestion, Kind, LedgerEntry
from ...models.generation import FINAL
from ...provider.outcome import Charge
from .finding import Finding
from .scope import Scope

_BOOKED: Final = [Charge.CHARGED, Charge.PRESUMED, Charge.RELEASED, Charge.REIMBURSED]
"""The charges that have an entry: also one that was given back stays on record."""
_RETURNED: Final = [Charge.RELEASED, Charge.REIMBURSED]


def find(scope: Scope) -> Iterator[Finding]:
    attempts = scope.attempts()
    charged = attempts.annotate(times=_times(Kind.CHARGE))
    for attempt in charged.exclude(Q(charge__in=_BOOKED, times=1) | ~Q(charge__in=_BOOKED) & Q(times=0)).iterator():
        yield Finding(
            "charge",
            str(attempt),
            gettext_noop("It is marked as “%(mark)s” and has %(times)s charges."),
            {"mark": str(attempt.charge), "times": attempt.times},
        )
    # Or an admin had given it back before, in answer to a question: then there is nothing left to reimburse.
    answered = ChargeQuestion.objects.filter(entry__attempt=OuterRef("pk"), status=ChargeQuestion.Status.GIVEN_BACK)
    returned = attempts.annotate(times=_times(Kind.REIMBURSEMENT), given_back=Exists(answered))
    once = Q(times=1, given_back=False) | Q(times=0, given_back=True)
    for attempt in returned.exclude(Q(charge__in=_RETURNED) & once | ~Q(charge__in=_RETURNED) & Q(times=0)).iterator():
        yield Finding(
            "reimbursement",
            str(attempt),
            gettext_noop("It is marked as “%(mark)s” and was given back %(times)s times."),
            {"mark": str(attempt.charge), "times": attempt.times},
        )
    for unsettled in attempts.filter(answered_at=None, generation__status__in=FINAL).iterator():
        yield Finding("charge", str(unsettled), gettext_noop("It was never settled, though its generation has ended."))


def _times(kind: Kind) -> Coalesce:
    """How many entries of that kind an attempt has: one look into an index each, however long the ledger is."""
    entries = LedgerEntry.objects.filter(attempt=OuterRef("pk"), kind=kind).order_by()
    counted = entries.values("attempt").annotate(times=Count("pk")).values("times")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
