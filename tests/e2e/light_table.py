"""Finished frames with real pictures behind them, laid out without a call: what is looked at need not be made first."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import cache

from django.db import transaction
from PIL import Image, ImageDraw

from studio.models import Generation, Output
from studio.provider.outcome import Outcome
from studio.storage import keys, objects
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end


@cache
def drawn(colour: str, size: tuple[int, int]) -> tuple[bytes, Mapping[int, bytes]]:
    """A colour with a light cross through it, so that a stretched or misplaced one can be seen; and its small ones."""
    image = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(image)
    pen.line((0, 0, *size), "white", 6)
    pen.line((0, size[1], size[0], 0), "white", 6)
    return encoded(image, "PNG"), {edge: encoded(smaller(image, edge), "WEBP") for edge in keys.SMALL.values()}


def smaller(image: Image.Image, edge: int) -> Image.Image:
    small = image.copy()
    small.thumbnail((edge, edge))
    return small


def lay_out(
    cast: Cast, *colours: str, size: tuple[int, int] = (1200, 900), inputs: Sequence[Output] = (), **facts: object
) -> list[Generation]:
    """One run by Bob, a frame of each colour."""
    with transaction.atomic():  # or the studio's own worker would take it up
        return _laid_out(cast, colours, size, inputs, facts)


def _laid_out(
    cast: Cast, colours: Sequence[str], size: tuple[int, int], inputs: Sequence[Output], facts: dict[str, object]
) -> list[Generation]:
    chosen = {"size": "1K", "ratio": "4:3", "prompt": f"A {colours[0]} boat"} | facts
    run = make_run(cast.bob, cast.project, variations=len(colours), **chosen)  # type: ignore[arg-type]
    for position, picture in enumerate(inputs, start=1):
        run.inputs.create(position=position, output=picture)
    frames = list(run.generations.order_by("variation"))
    for frame, colour in zip(frames, colours, strict=True):
        end(frame, Outcome.DELIVERED)
        store(frame.outputs.get(), colour, size)
        frame.refresh_from_db()
    return frames


def store(output: Output, colour: str, size: tuple[int, int]) -> None:
    """The picture and its small ones, as a worker leaves them."""
    data, small_ones = drawn(colour, size)
    sha256 = hashlib.sha256(data).hexdigest()
    output.key, output.thumbnail_key = keys.picture_key(sha256, "image/png"), keys.thumbnail_key(sha256)
    output.sha256, output.size_bytes, (output.width, output.height) = sha256, len(data), size
    objects.put_bytes(output.key, data)
    for edge, small in small_ones.items():
        objects.put_bytes(keys.small_key(output.thumbnail_key, edge), small)
    output.save()


def encoded(image: Image.Image, kind: str) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind)
    return kept.getvalue()
