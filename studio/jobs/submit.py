"""S0: one transaction that sets the money aside and puts the generations in the queue.

The form carries its own token, made when it was shown. Sent twice, it makes one run: a double click, a reload,
a second tab and a replaying proxy all end here.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from ..ledger import post
from ..ledger.post import OverBudget
from ..ledger.project_budget import project_month_of
from ..models import Generation, Input, Instance, Link, Output, Picture, Project, PromptVersion, Run, Upload, User
from ..prices import terms_of_call
from ..provider.request import GenerationRequest
from ..provider.terms import Terms
from ..question import question_hash
from ..telemetry.events import Event, tell
from .tasks import run_generation

__all__ = ["FormReused", "OverBudget", "PriceChanged", "SendingPaused", "submit"]


class PriceChanged(Exception):
    """The run costs something else than the person was shown. Nothing was held."""

    def __init__(self, now_micros: int) -> None:
        super().__init__(f"the run costs {now_micros} micro-dollars now")
        self.now_micros = now_micros


class FormReused(Exception):
    """This form made `run` already, with other choices."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"this form made run {run.number}")
        self.run = run


class SendingPaused(Exception):
    """An admin has stopped the studio from sending, and says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def submit(
    request: GenerationRequest,
    *,
    project: Project,
    person: User,
    variations: int,
    inputs: Sequence[Picture],
    form_token: UUID,
    quoted_micros: int,
    now: datetime,
    continues: Generation | None = None,
    prompt_version: PromptVersion | None = None,
) -> Run:
    """The queued run, its money held; the same form sent again gives the same run.

    `continues` is the frame whose conversation goes on, if one does; `prompt_version` what the words were taken from,
    which is noted and asks for nothing else. `quoted_micros` is the total the person agreed
    to. Raises `OverBudget`, `PriceChanged`, `FormReused` or `SendingPaused`; then nothing was written.
    """
    form_hash = _hash_of(request, project, variations, inputs, continues)
    if known := _known(person, form_token, form_hash):
        tell(Event.FORM_REPEATED, "run %s was asked for again by its form", known.number)
        return known
    try:
        with transaction.atomic():
            _refuse_if_paused()
            terms = terms_of_call(request.model, request.size, now)
            price_micros = _agreed_price(terms, request, variations, quoted_micros)
            run = Run.objects.create(
                number=Instance.next_run_number(),
                project=project,
                person=person,
                prompt=request.prompt,
                system_prompt=request.system_prompt,
                model_key=request.model_key,
                size=request.size,
                ratio=request.ratio,
                thinking_level=request.thinking_level,
                web_search=request.web_search,
                text_answer=request.text_answer,
                continues=continues,
                prompt_version=prompt_version,
                variations=variations,
                price_micros=price_micros,
                terms=terms.to_json(),
                form_token=form_token,
                form_hash=form_hash,
                question_hash=question_hash(request.prompt, request.system_prompt, inputs, continues),
                created_at=now,
            )
            _add_inputs(run, inputs)
            generations = _add_generations(run, now)
            post.hold(generations, now=now)
            for generation in generations:
                run_generation.enqueue(generation.pk)
    except OverBudget as refusal:
        tell(Event.BUDGET_DENIED, "a run of %s micro-dollars did not fit", quoted_micros)
        raise refusal
    except IntegrityError:
        # The same form, sent at the same moment, was faster.
        if known := _known(person, form_token, form_hash):
            return known
        raise
    return run


def _known(person: User, form_token: UUID, form_hash: str) -> Run | None:
    run = Run.objects.filter(person=person, form_token=form_token).first()
    if run is not None and run.form_hash != form_hash:
        raise FormReused(run)
    return run


def _refuse_if_paused() -> None:
    if reason := Instance.current().paused_reason:
        raise SendingPaused(reason)


def _agreed_price(terms: Terms, request: GenerationRequest, variations: int, quoted_micros: int) -> int:
    """What is held for each call, if it is what the person was shown."""
    worst_micros = terms.worst(
        request.model, request.size, thinking_level=request.thinking_level, web_search=request.web_search
    )
    if worst_micros * variations != quoted_micros:
        raise PriceChanged(worst_micros * variations)
    return worst_micros


def _add_inputs(run: Run, inputs: Sequence[Picture]) -> None:
    Input.objects.bulk_create(
        Input(
            run=run,
            position=position,
            upload=picture if isinstance(picture, Upload) else None,
            output=picture if isinstance(picture, Output) else getattr(picture, "made_from_output", None),
            link=picture if isinstance(picture, Link) else None,
        )
        for position, picture in enumerate(inputs, start=1)
    )


def _add_generations(run: Run, now: datetime) -> list[Generation]:
    return Generation.objects.bulk_create(
        Generation(
            run=run,
            project=run.project,
            person=run.person,
            variation=variation,
            price_micros=run.price_micros,
            project_month=project_month_of(run.project, now),
            created_at=now,
        )
        for variation in range(run.variations)
    )


def _hash_of(
    request: GenerationRequest,
    project: Project,
    variations: int,
    inputs: Sequence[Picture],
    continues: Generation | None,
) -> str:
    """One digest over every choice, so that a form sent again is told from a form sent with other choices."""
    facts = (
        project.pk,
        variations,
        request.model_key,
        request.prompt,
        request.size,
        request.ratio,
        request.system_prompt,
        request.thinking_level,
        request.web_search,
        request.text_answer,
        [(type(picture).__name__, picture.pk) for picture in inputs],
        continues.pk if continues else None,
    )
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
