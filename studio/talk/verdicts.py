"""The only writer of verdicts."""

from datetime import datetime

from ..models import Generation, User, Verdict


def decide(generation: Generation, *, is_approved: bool, person: User, now: datetime) -> Verdict:
    """Approve or reject. A verdict of somebody else before is taken the place of."""
    facts = {"is_approved": is_approved, "person": person, "decided_at": now}
    return Verdict.objects.update_or_create(generation=generation, defaults=facts)[0]


def withdraw(generation: Generation) -> None:
    Verdict.objects.filter(generation=generation).delete()
