"""A call that ended without an answer counts as charged until somebody has looked: within a week."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from ...models import Kind, LedgerEntry
from ...money import dollars
from ...provider.outcome import Charge, Outcome
from .finding import Finding
from .scope import Scope

REVIEWED_WITHIN: Final = timedelta(days=7)


def find(scope: Scope) -> Iterator[Finding]:
    """A correction is a person's word on it; a charge that is no longer presumed has been settled."""
    is_corrected = Exists(LedgerEntry.objects.filter(attempt=OuterRef("pk"), kind=Kind.CORRECTION))
    unknown = scope.attempts().filter(charge=Charge.PRESUMED, outcome=Outcome.OUTCOME_UNKNOWN)
    for attempt in unknown.filter(~is_corrected, answered_at__lt=scope.now - REVIEWED_WITHIN).iterator():
        yield Finding(
            "unreviewed",
            str(attempt),
            gettext_noop("%(amount)s count as charged since %(day)s, and nobody has looked whether they were."),
            {"amount": dollars(attempt.cost_micros), "day": f"{attempt.answered_at:%Y-%m-%d}"},
        )
