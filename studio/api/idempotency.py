"""`Idempotency-Key`: the composer's form token, made by the client. One key of one person makes one run, for ever.

A replay is answered from the rows, before anything is checked: whatever changed since, that run exists and is paid for.
"""

import uuid
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import QueryDict

from ..forms.composition import SOURCE, plain_text
from ..forms.tray import reference
from ..models import Project, Run, User
from ..provider.catalogue import BY_KEY
from ..provider.rules import FOLLOW_SOURCE
from ..telemetry.events import Event, tell
from .refusals import reused

if TYPE_CHECKING:
    from .runs import RunAsked

CHARACTERS_MAX: Final = 200
PATTERN: Final = r"^[!-~]+$"
_SPACE: Final = UUID("6f1f9d5e-3f0b-4a53-9d1c-6b1c3ad0c0a1")
"""Where our names of keys live, so that none is by chance a token that a page made."""


def token_of(key: str) -> UUID:
    return uuid.uuid5(_SPACE, key)


def known(person: User, token: UUID, asked: "RunAsked", project: Project) -> Run | None:
    """The run that this key made. Raises `Problem` when it was made with other values."""
    run = Run.objects.select_related("continues").filter(person=person, form_token=token).first()
    if run is None:
        return None
    if not _is_same(run, asked, project):
        raise reused(run)
    tell(Event.FORM_REPEATED, "run %s was asked for again by its key", run.number)
    return run


def as_typed(asked: "RunAsked", token: UUID) -> QueryDict:
    """As the composer's form sends it. What is empty stays away, as a box that nobody ticked."""
    typed = QueryDict(mutable=True)
    typed.update(
        {
            "prompt": asked.prompt,
            "model": asked.model,
            "size": asked.size,
            "ratio": asked.ratio,
            "variations": str(asked.variations),
            "system_prompt": asked.system_prompt,
            "thinking_level": asked.thinking_level,
            "form_token": str(token),
            "quoted_micros": "0",  # what it costs is known when it is known to be valid
        }
    )
    typed.setlist("inputs", asked.inputs)
    if asked.continues:
        typed["continues"] = str(asked.continues)
    for name in ("web_search", "image_only"):
        if getattr(asked, name):
            typed[name] = "on"
    return typed


def _is_same(run: Run, asked: "RunAsked", project: Project) -> bool:
    model = BY_KEY.get(asked.model)
    wanted = (
        project.pk,
        plain_text(asked.prompt),
        plain_text(asked.system_prompt),
        asked.model,
        asked.size or (model.size_default if model else ""),
        FOLLOW_SOURCE if asked.ratio == SOURCE else asked.ratio or "1:1",
        asked.variations,
        asked.thinking_level,
        asked.web_search,
        asked.image_only,
        asked.continues,
        list(dict.fromkeys(asked.inputs)),
    )
    inputs = run.inputs.select_related("upload", "output", "link").order_by("position")
    return wanted == (
        run.project_id,
        run.prompt,
        run.system_prompt,
        run.model_key,
        run.size,
        run.ratio,
        run.variations,
        run.thinking_level,
        run.web_search,
        not run.text_answer,
        run.continues.public_id if run.continues else None,
        [reference(row.picture) for row in inputs],
    )
