"""What goes out, as JSON. Amounts are whole micro-dollars, moments ISO 8601 in UTC, ids UUIDs unless said otherwise."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from ..models import Kind, Output, Status
from ..provider.outcome import Charge

_StatusWord = Annotated[str, Field(json_schema_extra={"enum": list(Status.values)})]
_ChargeWord = Annotated[str, Field(json_schema_extra={"enum": [each.value for each in Charge]})]
_KindWord = Annotated[str, Field(json_schema_extra={"enum": list(Kind.values)})]
_RoleWord = Annotated[str, Field(json_schema_extra={"enum": list(Output.Role.values)})]


class MonthShape(Schema):
    """What a person may spend this month. `left_micros` counts what is held; it is all that a run has to fit in."""

    month: date
    allowance_micros: int
    left_micros: int
    held_micros: int
    charged_micros: int
    presumed_micros: int


class TokenShape(Schema):
    id: UUID
    name: str
    scopes: list[str]
    expires_at: datetime | None


class LimitsShape(Schema):
    """`confirm_above_micros`: a run above it has to be confirmed with its sum. Null: none has."""

    requests_per_minute: int
    requests_at_once: int
    uploads_per_day: int
    upload_bytes_max: int
    prompt_characters_max: int
    variations_max: int
    confirm_above_micros: int | None


class MeShape(Schema):
    """Whose token this is, and what it may."""

    username: str
    name: str
    is_admin: bool
    token: TokenShape
    month: MonthShape
    limits: LimitsShape


class ProjectShape(Schema):
    """`role` is yours; an admin of the studio counts as owner. `budget_left_micros` is null without a limit."""

    id: UUID
    name: str
    description: str
    role: Literal["viewer", "maker", "owner"]
    can_generate: bool
    is_archived: bool
    budget_left_micros: int | None
    page: str


class ProjectsShape(Schema):
    projects: list[ProjectShape]


class SizeShape(Schema):
    """`price_micros` is the most that one picture costs, without web search and with the model's own thinking."""

    size: str
    price_micros: int
    typical_seconds: int
    timeout_seconds: int


class ModelShape(Schema):
    """What may be asked of a model in this studio. `ratio` may be "source" as well, where there is an input."""

    key: str
    name: str
    sizes: list[SizeShape]
    size_default: str
    ratios: list[str]
    inputs_max: int
    input_types: list[str]
    thinking_levels: list[str]
    thinking_default: str
    web_search: bool
    system_prompt: bool
    image_only: bool


class ModelsShape(Schema):
    models: list[ModelShape]


class QuoteShape(Schema):
    """`fits` says whether it could be held now; `needs_confirmation` whether `confirmed_micros` has to say the sum."""

    per_picture_micros: int
    total_micros: int
    left_micros: int
    fits: bool
    needs_confirmation: bool


class OutputShape(Schema):
    """One stored picture. `reference` names it as an input; `file` is where its bytes are."""

    id: UUID
    reference: str
    role: _RoleWord
    mime_type: str
    size_bytes: int
    width: int
    height: int
    file: str


class EndingShape(Schema):
    """What became of a generation without a picture, or what to know of one: in words, for people."""

    title: str
    reason: str
    cost: str
    advice: str


class AttemptShape(Schema):
    """One call to the provider. `request_id` is the provider's own, for its log."""

    number: int
    outcome: str
    charge: _ChargeWord
    http_status: int | None
    request_id: str
    started_at: datetime
    finished_at: datetime | None


class GenerationShape(Schema):
    """One picture asked for. `status`, `outcome` and `charge` are three facts; `is_final` says that they will stay.

    `held_micros` is what was set aside, `charged_micros` what it counts with now, 0 while it is under way.
    """

    id: UUID
    frame: str
    run: UUID
    project: UUID
    person: str
    status: _StatusWord
    is_final: bool
    outcome: str
    reason: str
    charge: _ChargeWord
    held_micros: int
    charged_micros: int
    ending: EndingShape | None
    model_text: str
    outputs: list[OutputShape]
    attempts: list[AttemptShape]
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    page: str


class RunShape(Schema):
    """The pictures of one submit. `quoted_micros` is what was agreed to for all of them."""

    id: UUID
    number: int
    project: UUID
    person: str
    prompt: str
    system_prompt: str
    model: str
    size: str
    ratio: str
    variations: int
    thinking_level: str
    web_search: bool
    image_only: bool
    inputs: list[str]
    continues: UUID | None
    quoted_micros: int
    created_at: datetime
    generations: list[GenerationShape]
    page: str


class HistoryShape(Schema):
    """Newest first. `after` leads to the next page; null on the last."""

    generations: list[GenerationShape]
    after: str | None


class UploadShape(Schema):
    """A picture that was brought in. `reference` names it as an input of a run."""

    id: UUID
    reference: str
    name: str
    mime_type: str
    size_bytes: int
    width: int
    height: int


class EntryShape(Schema):
    """One line of your ledger, as it was booked. Signs are yours: a charge is negative."""

    sequence: int
    kind: _KindWord
    certainty: str
    amount_micros: int
    balance_micros: int
    frame: str | None
    generation: UUID | None
    note: str
    effective_at: datetime


class LedgerShape(Schema):
    """One month, newest first. `before` leads to older lines of it; null where there are none."""

    month: str
    entries: list[EntryShape]
    before: int | None


type Facts = dict[str, Any]
"""The values of a shape, before it is written."""
