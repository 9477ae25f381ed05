"""Frames whose pictures are really in storage, as a worker leaves them."""

import hashlib
import itertools

from studio.decoder import EDGES
from studio.models import Generation, Output, Project, User
from studio.provider.outcome import Outcome
from studio.storage import keys, objects
from tests.runs import make_run
from tests.views.booked import end

_NUMBERS = itertools.count()


def some_bytes(size: int = 1_000) -> bytes:
    """As long as asked for, and never the same twice. Storage does not look into pictures."""
    return next(_NUMBERS).to_bytes(8) * (size // 8)


def delivered(person: User, project: Project, *, variations: int = 1, **facts: object) -> list[Generation]:
    """The frames of a run that was paid for and came, each with its picture."""
    run = make_run(person, project, variations=variations, **facts)  # type: ignore[arg-type]
    generations = list(run.generations.order_by("variation"))
    for generation in generations:
        end(generation, Outcome.DELIVERED)
        keep(generation.outputs.get(), some_bytes())
        generation.refresh_from_db()
    return generations


def keep(output: Output, data: bytes) -> Output:
    """Put the bytes where the row says they are, with all its small pictures."""
    sha256 = hashlib.sha256(data).hexdigest()
    output.key, output.thumbnail_key = keys.picture_key(sha256, output.mime_type), keys.thumbnail_key(sha256)
    output.sha256, output.size_bytes = sha256, len(data)
    output.save()
    objects.put_bytes(output.key, data)
    for edge in EDGES:
        objects.put_bytes(keys.small_key(output.thumbnail_key, edge), b"%d " % edge + sha256.encode())
    return output


def further_picture(generation: Generation, role: Output.Role = Output.Role.VARIANT) -> Output:
    """One more of the same answer."""
    first = generation.outputs.order_by("position").first()
    assert first
    position = generation.outputs.count()
    copy = Output(generation=generation, attempt=first.attempt, role=role, position=position)
    copy.mime_type, copy.width, copy.height = "image/jpeg", 400, 300
    return keep(copy, some_bytes())


def files_of(output: Output) -> list[str]:
    """The names of all objects that are kept for it."""
    return [output.key, *(keys.small_key(output.thumbnail_key, edge) for edge in EDGES)]
