"""Rows that a test needs before it begins: a run with its generations, an attempt under way."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from studio.ledger import post
from studio.ledger.project_budget import project_month_of
from studio.models import Attempt, Generation, Instance, Project, Run, Status, User
from studio.question import question_hash

PRICE_MICROS = 90_000


def make_run(
    person: User,
    project: Project,
    *,
    variations: int = 1,
    held: bool = True,
    prompt: str = "A red boat",
    **facts: object,
) -> Run:
    """A run as `submit` leaves it: queued, and its money held."""
    now = timezone.now()
    chosen = {"model_key": "pro", "size": "2K", "ratio": "1:1"} | facts
    with transaction.atomic():
        run = Run.objects.create(
            number=Instance.next_run_number(),
            project=project,
            person=person,
            prompt=prompt,
            variations=variations,
            price_micros=PRICE_MICROS,
            form_token=uuid.uuid4(),
            form_hash="0" * 64,
            question_hash=question_hash(prompt, "", []),
            created_at=now,
            **chosen,
        )
        generations = Generation.objects.bulk_create(
            Generation(
                run=run,
                project=project,
                person=person,
                variation=variation,
                price_micros=PRICE_MICROS,
                project_month=project_month_of(project, now),
                created_at=now,
            )
            for variation in range(variations)
        )
        if held:
            post.hold(generations, now=now)
    return run


def make_attempt(generation: Generation, *, now: datetime | None = None) -> Attempt:
    """An attempt that is marked as sent; the generation is `sending`."""
    moment = now or timezone.now()
    Generation.objects.filter(pk=generation.pk).update(status=Status.SENDING, sent_at=moment)
    return Attempt.objects.create(
        generation=generation,
        number=generation.attempts.count() + 1,
        price_micros=generation.price_micros,
        started_at=moment,
    )
