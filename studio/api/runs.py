"""Submitting a run, by the composer's own form and the one `submit`; and looking at one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema, Status
from pydantic import ConfigDict, Field, Strict

from .. import access
from ..asked_before import DeclinedBefore
from ..forms.generation import GenerationForm
from ..jobs import clock
from ..jobs.pace import TooFast
from ..jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused
from ..ledger.balance import month_of, month_summary
from ..models import Project, Run
from ..prices import Quote
from ..provider.catalogue import VARIATIONS_MAX
from ..views.refusals import NotConfirmed
from ..views.submits import Consent, submit_form
from . import idempotency
from .door import GENERATE, READ, TokenRequest
from .frames import run_as_told
from .problems import Trouble, invalid
from .refusals import problem_of
from .shapes import Facts, RunShape
from .troubles import answers

router = Router(tags=["Runs"])


class RunAsked(Schema):
    """What the composer asks, by the names its form has. Fields that are not here are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)

    prompt: str
    model: str = Field(description="A key of `/models`.")
    size: str = Field("", description="Without it 1K.")
    ratio: str = Field("1:1", description="One of the model’s, or `source` to follow the last input.")
    variations: int = Field(1, ge=1, le=VARIATIONS_MAX)
    inputs: list[str] = Field(
        [], max_length=60, description="References of uploads and outputs of this project, in order: `upload:…`."
    )
    continues: Annotated[UUID, Strict(False)] | None = Field(
        None, description="A generation whose conversation goes on."
    )
    system_prompt: str = ""
    thinking_level: str = ""
    web_search: bool = False
    image_only: bool = Field(False, description="No words beside the picture.")
    price_micros: int | None = Field(
        None, ge=0, lt=2**53, description="What you were quoted for all of it. If it costs something else now: 409."
    )
    confirmed_micros: int | None = Field(
        None, ge=0, lt=2**53, description="The sum, where the studio asks once more above a threshold."
    )
    anyway: bool = Field(False, description="Send it although the same was declined, and charged, before.")


@router.post(
    "/projects/{uuid:project_id}/runs",
    auth=GENERATE,
    response=answers(RunShape, status=201, hidden=True, writes=True) | {200: RunShape, 402: Trouble, 409: Trouble},
    url_name="project-runs",
    operation_id="createRun",
    summary="Submit a run",
)
def create(
    request: TokenRequest,
    response: HttpResponse,
    project_id: UUID,
    asked: RunAsked,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=idempotency.CHARACTERS_MAX,
            pattern=idempotency.PATTERN,
            description="A new one for each run you mean: sent again with the same values, it makes no second run.",
        ),
    ],
) -> Status[Facts]:
    """Holds what it may cost, and queues it: 201. The same key and values again: 200, the same run, and no charge.

    402: it does not fit into what is left. 409: the key made another run, the price has changed, the sum wants to be
    confirmed, the same was declined before, or sending is paused. Nothing was held then.
    """
    project = access.editable_project(request.user, project_id)
    token = idempotency.token_of(idempotency_key)
    known = idempotency.known(request.user, token, asked, project)
    run, is_new = (known, False) if known else _submit(request, project, asked, token)
    if not is_new:
        response.headers["Idempotent-Replayed"] = "true"
    return Status(201 if is_new else 200, run_as_told(_shown(run), request))


@router.get(
    "/runs/{uuid:run_id}",
    auth=READ,
    response=answers(RunShape, hidden=True),
    url_name="run",
    operation_id="getRun",
    summary="One run",
)
def run(request: TokenRequest, run_id: UUID) -> Facts:
    """With its generations, but for those in the trash."""
    found = Run.objects.visible_to(request.user).filter(public_id=run_id).first()
    if found is None:
        raise Http404(_("No such run."))
    return run_as_told(_shown(found), request)


def _submit(request: TokenRequest, project: Project, asked: RunAsked, token: UUID) -> tuple[Run, bool]:
    """The run and whether this request made it. Raises `Problem`."""
    now = clock.now()
    form = GenerationForm(idempotency.as_typed(asked, token), project=project)
    if not form.is_valid():
        raise invalid(form.sentences)
    quote = _quote(form, asked, now=now)
    confirmed = "" if asked.confirmed_micros is None else str(asked.confirmed_micros)
    try:
        made = submit_form(
            form,
            project=project,
            person=request.user,
            consent=Consent(again=True, anyway=asked.anyway, confirmed_micros=confirmed),
            left_micros=lambda: month_summary(request.user, month_of(now)).left_micros,
            now=now,
        )
    except (OverBudget, PriceChanged, FormReused, SendingPaused, DeclinedBefore, NotConfirmed, TooFast) as refusal:
        raise problem_of(refusal, quote, form.cleaned_data["quoted_micros"], now=now) from refusal
    return made, made.created_at == now


def _quote(form: GenerationForm, asked: RunAsked, *, now: datetime) -> Quote:
    """What it costs now; agreed to, unless the request says what it was quoted."""
    values = form.cleaned_data
    quote = Quote.of(
        values["model"],
        values["size"],
        values["variations"],
        now,
        thinking_level=values["thinking_level"],
        web_search=values["web_search"],
    )
    values["quoted_micros"] = quote.total_micros if asked.price_micros is None else asked.price_micros
    return quote


def _shown(run: Run) -> Run:
    return Run.objects.select_related("project", "person", "continues").get(pk=run.pk)
