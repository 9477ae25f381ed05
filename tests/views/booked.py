"""Generations that have come to their end, as the worker would have booked them."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from studio.ledger import post
from studio.models import Attempt, Generation, ModelTurn, Output
from studio.provider.outcome import RULES, Charge, Outcome

PAID = {Charge.CHARGED, Charge.PRESUMED}


def end(generation: Generation, outcome: Outcome, *, now: datetime | None = None) -> Attempt:
    """The generation with its attempt, its money and its final status, all by the rule of that outcome."""
    moment, rule = now or timezone.now(), RULES[outcome]
    with transaction.atomic():
        attempt = Attempt.objects.create(
            generation=generation,
            number=1,
            price_micros=generation.price_micros,
            charge=rule.charge,
            outcome=outcome,
            started_at=moment,
            answered_at=moment,
            finished_at=moment,
        )
        post.release(generation, now=moment)
        if rule.charge in PAID:
            post.charge(attempt, rule.charge, now=moment)
        Generation.objects.filter(pk=generation.pk).update(
            status=rule.status, outcome=outcome, charge=rule.charge, sent_at=moment, finished_at=moment
        )
    if outcome == Outcome.DELIVERED:
        add_picture(attempt)
    return attempt


def add_picture(attempt: Attempt) -> Output:
    return Output.objects.create(
        generation=attempt.generation,
        attempt=attempt,
        role=Output.Role.PRIMARY,
        position=0,
        mime_type="image/png",
        size_bytes=1,
        width=800,
        height=1000,
        sha256="0" * 64,
        key="outputs/picture.png",
        thumbnail_key="outputs/picture.webp",
    )


def end_with_a_turn(generation: Generation) -> Generation:
    """Delivered, and what the model said is kept: its conversation can go on."""
    attempt = end(generation, Outcome.DELIVERED)
    ModelTurn.objects.create(attempt=attempt, parts=[{"text": "Here."}, {"position": 0, "signature": "signed"}])
    generation.refresh_from_db()
    return generation
