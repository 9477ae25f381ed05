"""What the gateway's log says was charged is in the books: nothing is theirs only, ours only, or another amount."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_noop

from ..ledger.audit import Finding, Scope
from ..ledger.spent import COST
from ..models import GatewayLogRow, Kind, LedgerEntry, MissingLogRow
from ..money import dollars
from ..provider.outcome import Charge
from ..reconcile.log_row import MICROS_PER_QUOTA
from ..reconcile.verdict import ROUNDING_MICROS

DECIDED_WITHIN: Final = timedelta(days=7)
"""What the studio cannot settle by itself waits for a person that long before it is a finding."""


def find(scope: Scope) -> Iterator[Finding]:
    """Of the log as far as it was read in; `manage.py reconcile` reads it."""
    by_people = LedgerEntry.objects.filter(attempt=OuterRef("attempt"), kind=Kind.CORRECTION, recorded_by__isnull=False)
    rows = GatewayLogRow.objects.select_related("attempt__generation__run").order_by("pk")
    missing = MissingLogRow.objects.select_related("attempt__generation__run").order_by("pk")
    if scope.person:
        rows = rows.filter(attempt__generation__person=scope.person)
        missing = missing.filter(attempt__generation__person=scope.person)
    if scope.since:
        rows, missing = rows.filter(logged_at__gte=scope.since), missing.filter(noticed_at__gte=scope.since)
    settled = rows.filter(state=GatewayLogRow.State.SETTLED, attempt__charge=Charge.CHARGED)
    # Where a person has corrected, the difference is their decision.
    theirs = F("quota") * MICROS_PER_QUOTA
    as_logged = Q(cost__range=(theirs - ROUNDING_MICROS, theirs + ROUNDING_MICROS))
    for row in settled.annotate(cost=COST).exclude(as_logged).filter(~Exists(by_people)).iterator():
        words = gettext_noop("The gateway took %(taken)s, the books say %(said)s.")
        facts = {"taken": dollars(row.charged_micros), "said": dollars(row.cost)}
        yield Finding("log-amount", str(row.attempt), words, facts)
    late = scope.now - DECIDED_WITHIN
    for unclaimed in rows.filter(state=GatewayLogRow.State.OPEN, read_at__lt=late).iterator():
        words = gettext_noop("The gateway took %(taken)s, and nobody has said what for.")
        yield Finding("log-theirs", str(unclaimed), words, {"taken": dollars(unclaimed.charged_micros)})
    for each in missing.filter(state=MissingLogRow.State.OPEN, noticed_at__lt=late).iterator():
        words = gettext_noop("It is booked as charged, and the gateway’s log does not know it.")
        yield Finding("log-ours", str(each.attempt), words)
