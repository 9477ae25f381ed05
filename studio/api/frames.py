"""Runs and generations as the API tells them: the facts of the rows, and the words that the pages have for them."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse

from ..forms.composition import SOURCE
from ..forms.tray import reference
from ..models import Attempt, Generation, Output, Run, Status
from ..provider.outcome import Charge
from ..views.endings import cost_in_words, ending_of, timeout_of
from ..views.reasons import warning_in_words
from .shapes import Facts

_PAID: Final = frozenset({Charge.CHARGED, Charge.PRESUMED})


def frames_as_told(generations: Sequence[Generation], request: HttpRequest) -> list[Facts]:
    """Of generations with their run, project and person. Two questions, however many they are."""
    prefetch_related_objects(
        generations,
        Prefetch("outputs", queryset=Output.objects.order_by("position")),
        Prefetch("attempts", queryset=Attempt.objects.order_by("number")),
    )
    return [_frame(generation, request) for generation in generations]


def run_as_told(run: Run, request: HttpRequest) -> Facts:
    """With those of its frames that are not in the trash."""
    frames = Generation.objects.living().filter(run=run).select_related("run", "project", "person")
    generations = list(frames.order_by("variation"))
    inputs = run.inputs.select_related("upload", "output", "link").order_by("position")
    return {
        "id": run.public_id,
        "number": run.number,
        "project": run.project.public_id,
        "person": run.person.username,
        "prompt": run.prompt,
        "system_prompt": run.system_prompt,
        "model": run.model_key,
        "size": run.size,
        "ratio": run.ratio or SOURCE,
        "variations": run.variations,
        "thinking_level": run.thinking_level,
        "web_search": run.web_search,
        "image_only": not run.text_answer,
        "inputs": [reference(row.picture) for row in inputs],
        "continues": run.continues.public_id if run.continues else None,
        "quoted_micros": run.price_micros * run.variations,
        "created_at": run.created_at,
        "generations": frames_as_told(generations, request),
        "page": request.build_absolute_uri(f"{run.project.get_absolute_url()}#run-{run.number}"),
    }


def _frame(generation: Generation, request: HttpRequest) -> Facts:
    attempts = list(generation.attempts.all())
    outputs = [] if generation.purged_at else list(generation.outputs.all())
    return {
        "id": generation.public_id,
        "frame": generation.frame_number,
        "run": generation.run.public_id,
        "project": generation.project.public_id,
        "person": generation.person.username,
        "status": generation.status,
        "is_final": generation.is_final,
        "outcome": generation.outcome,
        "reason": generation.reason,
        "charge": generation.charge,
        "held_micros": generation.price_micros,
        "charged_micros": generation.cost_micros if generation.charge in _PAID else 0,
        "ending": _ending(generation, attempts),
        "model_text": generation.model_text,
        "outputs": [_output(output, request) for output in outputs],
        "attempts": [_attempt(attempt) for attempt in attempts],
        "created_at": generation.created_at,
        "sent_at": generation.sent_at,
        "finished_at": generation.finished_at,
        "page": request.build_absolute_uri(generation.get_absolute_url()),
    }


def _ending(generation: Generation, attempts: Iterable[Attempt]) -> Facts | None:
    if not generation.is_final:
        return None
    if generation.status == Status.SUCCEEDED:
        warning = warning_in_words(generation)
        return {"title": "", "reason": warning, "cost": "", "advice": ""} if warning else None
    ending = ending_of(generation, list(attempts), timeout_seconds=timeout_of(generation.run))
    cost = cost_in_words(generation)
    return {"title": ending.title, "reason": ending.reason, "cost": cost, "advice": ending.advice}


def _output(output: Output, request: HttpRequest) -> Facts:
    return {
        "id": output.public_id,
        "reference": reference(output),
        "role": output.role,
        "mime_type": output.mime_type,
        "size_bytes": output.size_bytes,
        "width": output.width,
        "height": output.height,
        "file": request.build_absolute_uri(reverse("api:output-file", args=[output.public_id])),
    }


def _attempt(attempt: Attempt) -> Facts:
    return {
        "number": attempt.number,
        "outcome": attempt.outcome,
        "charge": attempt.charge,
        "http_status": attempt.http_status,
        "request_id": attempt.request_id,
        "started_at": attempt.started_at,
        "finished_at": attempt.finished_at,
    }
