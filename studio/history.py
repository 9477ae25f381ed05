"""What the studio's own past says: how long a picture takes here, and whether this run was sent a moment ago."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import QuerySet

from .models import Generation, Input, Picture, Project, Run, Status, User
from .provider.catalogue import Model
from .provider.request import GenerationRequest

LOOKED_AT: Final = 300
"""Newest finished generations, over all models: enough to follow a slow afternoon, few enough to read each time."""
ENOUGH: Final = 5
MOMENT: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Typical:
    """How long a picture usually takes. `is_measured` says that it is this studio's own experience."""

    seconds: int
    is_measured: bool


class TypicalTimes:
    """Typical seconds by model and size, from one look at the newest successes. Made for one answer only.

    `measured`, the seconds by the key of the model and the size, stands in for that look.
    """

    def __init__(self, measured: Mapping[tuple[str, str], Sequence[float]] | None = None) -> None:
        self._measured = measured

    def of(self, model: Model, size: str) -> Typical:
        """The median of this studio's own last ones, at least five; else the shipped table's."""
        if self._measured is None:
            self._measured = _measured_seconds()
        own = self._measured.get((model.key, size), [])
        if len(own) >= ENOUGH:
            return Typical(max(1, round(median(own))), is_measured=True)
        return Typical(model.typical_seconds[size], is_measured=False)


def twin_of(
    request: GenerationRequest,
    *,
    project: Project,
    person: User,
    variations: int,
    inputs: Sequence[Picture],
    continues: Generation | None,
    now: datetime,
) -> Run | None:
    """A run of the same person with the same choices, begun a moment ago and still under way: a second click?"""
    alike = Run.objects.filter(
        project=project,
        person=person,
        created_at__gt=now - MOMENT,
        variations=variations,
        prompt=request.prompt,
        model_key=request.model_key,
        size=request.size,
        ratio=request.ratio,
        system_prompt=request.system_prompt,
        thinking_level=request.thinking_level,
        web_search=request.web_search,
        text_answer=request.text_answer,
        continues=continues,
        pk__in=Generation.objects.unfinished().filter(person=person).values("run"),
    )
    wanted = list(inputs)
    same = (run for run in alike.order_by("-number") if [row.picture for row in _inputs_of(run)] == wanted)
    return next(same, None)


def _inputs_of(run: Run) -> QuerySet[Input]:
    return run.inputs.select_related("upload", "output", "link")


def _measured_seconds() -> Mapping[tuple[str, str], list[float]]:
    finished = (
        Generation.objects.filter(
            status=Status.SUCCEEDED, sent_at__isnull=False, finished_at__isnull=False, imported__isnull=True
        )
        .order_by("-pk")
        .values_list("run__model_key", "run__size", "sent_at", "finished_at")[:LOOKED_AT]
    )
    measured: dict[tuple[str, str], list[float]] = defaultdict(list)
    for model_key, size, sent_at, finished_at in finished:
        assert sent_at, "asked for above"
        assert finished_at, "asked for above"
        measured[model_key, size].append((finished_at - sent_at).total_seconds())
    return measured
