"""The only writer of verdicts."""

from datetime import datetime

from django.db import transaction

from ..models import Generation, User, Verdict
from ..notices import occasions


@transaction.atomic
def decide(generation: Generation, *, is_approved: bool, person: User, now: datetime) -> Verdict:
    """Approve or reject. A verdict of somebody else before is taken the place of."""
    facts = {"is_approved": is_approved, "person": person, "decided_at": now}
    verdict = Verdict.objects.update_or_create(generation=generation, defaults=facts)[0]
    occasions.decided(generation, is_approved=is_approved, by=person, now=now)
    return verdict


@transaction.atomic
def withdraw(generation: Generation) -> None:
    Verdict.objects.filter(generation=generation).delete()
    occasions.undecided(generation)
