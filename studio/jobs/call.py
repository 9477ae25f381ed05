"""What is about to be asked for a generation, and with which key: the run's rows as the provider room wants them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db.models import prefetch_related_objects

from ..models import GatewayKey, Generation, Link, Picture, Run
from ..provider.gateway import Gateway
from ..provider.request import GenerationRequest
from ..provider.way import Way, through
from ..storage.inputs import input_image
from ..storage.objects import object_exists
from .conversation import as_it_is_taken, history_of, pictures_said
from .gateway import gateway_of, key_for

MARGIN: Final = timedelta(seconds=120)
"""What a worker may take beyond the call's own deadline, to write the request and to save the answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call that is about to be made: for which generation, what is asked, with which key, under which id."""

    generation: Generation
    request: GenerationRequest
    gateway: Gateway
    attempt_id: UUID = field(default_factory=uuid4)

    @property
    def longest(self) -> timedelta:
        """How long a worker may be at it before it counts as lost."""
        return timedelta(seconds=self.request.read_timeout_seconds * self.gateway.timeout_scale) + MARGIN


def call_of(generation: Generation, key: GatewayKey | None = None) -> Call:
    """The next call of a generation, with this key, or with the one its model goes out with.

    Raises InvalidRequest if the catalogue, or the key, no longer allows it, FileNotFoundError if a picture is gone.
    """
    gateway = gateway_of(key or key_for(generation.run.model))
    return Call(generation, as_it_is_taken(request_of(generation.run, gateway.way), generation), gateway)


def request_of(run: Run, way: Way) -> GenerationRequest:
    """The run as the provider's request, for a key that is asked this way.

    Raises InvalidRequest if the catalogue no longer allows it, FileNotFoundError if a picture of it, or of an earlier
    turn, is gone.
    """
    pictures = pictures_of(run)
    for picture in (*pictures_said(run), *pictures):
        if not isinstance(picture, Link) and not object_exists(picture.sent.key):
            raise FileNotFoundError(picture.sent.key)
    asked = through(run.model, way)
    # That no words are wanted is a wish. A key that has no way to say so brings the picture all the same.
    takes_the_wish = asked is not None and asked.image_only
    return GenerationRequest(
        model_key=run.model_key,
        prompt=run.prompt,
        size=run.size,
        ratio=run.ratio,
        images=tuple(input_image(picture) for picture in pictures),
        system_prompt=run.system_prompt,
        thinking_level=run.thinking_level,
        web_search=run.web_search,
        text_answer=run.text_answer or not takes_the_wish,
        history=history_of(run),
        way=way,
    )


def pictures_of(run: Run) -> list[Picture]:
    """The run's input pictures in the order they are sent."""
    rows = list(run.inputs.all())
    # Most runs have none, and one question over six tables costs more than the whole rest of the preparation.
    prefetch_related_objects(rows, "upload", "output__generation__run", "link")
    return [row.picture for row in rows]
