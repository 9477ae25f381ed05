"""Many runs as one submit: all of them are held and queued, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from ..models import Picture, Project, PromptVersion, Run, User
from ..provider.request import GenerationRequest
from .submit import PriceChanged, submit


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: what the provider will be asked, and the version of the library that its words are, if any."""

    request: GenerationRequest
    prompt_version: PromptVersion | None = None


def submit_batch(
    rows: Sequence[Asked],
    *,
    project: Project,
    person: User,
    variations: int,
    inputs: Sequence[Picture],
    form_token: UUID,
    quoted_micros: int,
    now: datetime,
) -> list[Run]:
    """A run for each row, in order. The same form sent again gives the same runs.

    All rows ask with the same settings, so each is `quoted_micros` divided by their number. Raises what `submit`
    raises; then nothing was written.
    """
    each_micros, rest = divmod(quoted_micros, len(rows))
    if rest:
        raise PriceChanged(quoted_micros)
    with transaction.atomic():
        return [
            submit(
                row.request,
                project=project,
                person=person,
                variations=variations,
                inputs=inputs,
                form_token=uuid5(form_token, str(place)),
                quoted_micros=each_micros,
                prompt_version=row.prompt_version,
                now=now,
            )
            for place, row in enumerate(rows)
        ]
