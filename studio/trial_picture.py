"""One test picture with a key: the only look at it that costs something, since a key's list of models is free.

It is asked for like every other picture: submitted, held, sent once, charged or given back, and classified. It is kept
in a project of its own, so that nobody's feed fills with bananas.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from .audit_log import record
from .jobs.gate import switches
from .jobs.gateway import gateway_keys, key_for, model_as_asked
from .jobs.submit import SendingPaused, submit
from .membership.projects import begin
from .models import AuditEntry, GatewayKey, Instance, Membership, Project, Role, Run, User
from .money import dollars
from .prices import terms_of_calls
from .provider.catalogue import MODELS, Model
from .provider.request import GenerationRequest

PROMPT: Final = "A ripe banana on a plain grey table, soft daylight"


class NothingToTry(Exception):
    """The key is not there or stopped, or no model that is offered goes out with it."""


@dataclass(frozen=True, slots=True)
class TrialPicture:
    """What is asked for, and the most it costs."""

    model: Model
    size: str
    price_micros: int


def cheapest(key_name: str, keys: list[GatewayKey], now: datetime) -> TrialPicture | None:
    """The cheapest picture that a call with this key makes; None when there is none to make."""
    offered = switches()
    models = [model for model in MODELS if offered[model.key] and key_for(model, keys).name == key_name]
    asked = [model_as_asked(model, keys) for model in models]
    choices = [(model, size) for model in asked for size in model.sizes]
    terms = terms_of_calls(choices, now)
    priced = [TrialPicture(model, size, terms[model.key, size].worst(model, size)) for model, size in choices]
    return min(priced, key=lambda each: each.price_micros, default=None)


def make(key_name: str, *, by: User, form_token: UUID, quoted_micros: int, now: datetime) -> Run:
    """The queued run; the same form sent again gives the same one.

    Raises `NothingToTry`, and what `submit` raises; then nothing was held.
    """
    if known := Run.objects.filter(person=by, form_token=form_token).first():
        return known
    keys = gateway_keys()
    key = next((each for each in keys if each.name == key_name and not each.is_stopped), None)
    chosen = cheapest(key_name, keys, now) if key else None
    if key is None or chosen is None:
        raise NothingToTry
    if reason := Instance.current().paused_reason:
        raise SendingPaused(reason)
    request = GenerationRequest(model_key=chosen.model.key, prompt=PROMPT, size=chosen.size, ratio="1:1", way=key.way)
    with transaction.atomic():
        run = submit(
            request,
            project=_project(by),
            person=by,
            variations=1,
            inputs=(),
            form_token=form_token,
            quoted_micros=quoted_micros,
            now=now,
        )
        facts = {"picture": ("", f"{run.generations.get().frame_number}, {dollars(run.price_micros)} held")}
        record(by, AuditEntry.Action.KEY_TRIED, key, changes=facts)
    return run


def _project(person: User) -> Project:
    """Where test pictures are kept; made anew when it was archived."""
    Instance.current()
    studio = Instance.objects.select_for_update(of=("self",)).select_related("test_project").get(pk=1)
    project = studio.test_project
    if project is None or project.archived_at:
        project = begin(_("Test pictures"), by=person)
        Instance.objects.filter(pk=1).update(test_project=project)
    Membership.objects.get_or_create(project=project, person=person, defaults={"role": Role.OWNER})
    return project
