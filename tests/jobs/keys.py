"""What the tests of the gateway's keys share. Delays are 50 times shorter than in life (`conftest.sandbox`)."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from studio.jobs.claim import Claim
from studio.jobs.settle import record_answer
from studio.models import Attempt, GatewayKey, Generation
from studio.provider.evidence import Evidence, Stage
from tests.jobs.asking import ask
from tests.people import Cast
from tests.runs import make_attempt

SCALE = 0.02


def end_rest() -> None:
    """The provider's time is over, and the first generation may try."""
    GatewayKey.objects.update(rests_until=timezone.now() - timedelta(seconds=1))
    Generation.objects.update(not_before=None)


def rest_long() -> None:
    """Or the rest is over before a busy machine has looked."""
    GatewayKey.objects.update(rests_until=timezone.now() + timedelta(hours=1))


def seconds_until(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - timezone.now()).total_seconds()


def free_to_go(cast: Cast, count: int) -> list[Generation]:
    """So many generations in line, oldest first."""
    return [ask(cast).generations.get() for _ in range(count)]


def answer(generation: Generation, status: int, *, now: datetime, **headers: str) -> Attempt:
    """The provider answers a call of this generation that is under way."""
    attempt = make_attempt(generation)
    evidence = Evidence(stage=Stage.COMPLETE, http_status=status, headers=headers)
    record_answer(Claim(generation.pk, uuid.uuid4(), generation.fence), attempt, evidence, now=now)
    return attempt
