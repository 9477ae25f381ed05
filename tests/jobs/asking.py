"""Asking for pictures as the form does: through `submit`, at the price that is quoted."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from studio.jobs.run import run_once
from studio.jobs.submit import submit
from studio.models import GatewayKey, Generation, Picture, Run, Status, User
from studio.prices import Quote
from studio.provider.request import GenerationRequest
from studio.provider.way import Way
from studio.storage.inputs import input_image
from tests.people import Cast

SMALL = "[sandbox:pixels=96x64]"
"""A marker that makes the sandbox's pictures quick to paint."""


def ask(
    cast: Cast,
    prompt: str = "A red boat",
    *,
    variations: int = 1,
    inputs: Sequence[Picture] = (),
    continues: Generation | None = None,
    form_token: uuid.UUID | None = None,
    person: User | None = None,
    **choices: Any,
) -> Run:
    """A run of Bob's, or of whom else it says, submitted: queued, its money held."""
    now = timezone.now()
    chosen = {"model_key": "lite", "size": "1K", "ratio": "1:1"} | choices
    images = tuple(input_image(picture) for picture in inputs)
    way = Way(bucket_addresses=True)
    request = GenerationRequest(prompt=f"{prompt} {SMALL}", images=images, way=way, **chosen)
    quote = Quote.of(
        request.model,
        request.size,
        variations,
        now,
        thinking_level=request.thinking_level,
        web_search=request.web_search,
    )
    return submit(
        request,
        project=cast.project,
        person=person or cast.bob,
        variations=variations,
        inputs=inputs,
        continues=continues,
        form_token=form_token or uuid.uuid4(),
        quoted_micros=quote.total_micros,
        now=now,
    )


def draw(cast: Cast, prompt: str = "A red boat", **asked: Any) -> Generation:
    """One generation, taken as far as it goes in one go."""
    return draw_queued(ask(cast, prompt, **asked))


def draw_queued(run: Run) -> Generation:
    """The one generation of a run, taken as far as it goes in one go."""
    generation = run.generations.get()
    run_once(generation.pk)
    generation.refresh_from_db()
    return generation


def draw_to_the_end(cast: Cast, prompt: str, **asked: Any) -> Generation:
    """As `draw`, and every automatic retry at once instead of after its delay, and the rest of its key."""
    generation = draw(cast, prompt, **asked)
    while generation.status == Status.QUEUED:
        Generation.objects.filter(pk=generation.pk).update(not_before=None)
        GatewayKey.objects.update(rests_until=None)
        run_once(generation.pk)
        generation.refresh_from_db()
    return generation
