"""A valid form becomes a run, once its person said yes to what is asked of them: for the composer and for the API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..asked_before import DeclinedBefore, asked_before
from ..forms.generation import GenerationForm
from ..history import twin_of
from ..jobs.pace import check_pace
from ..jobs.submit import FormReused, submit
from ..models import Instance, Project, Run, User
from ..question import question_hash
from .refusals import NotConfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What was said yes to beside the price.

    `again`: that the same run was sent a moment ago is no slip. `anyway`: that it was declined before does not matter;
    `times_seen`, likewise, says how often that was when the page was shown. `confirmed_micros`: the sum, in a studio
    that asks once more above some threshold.
    """

    again: bool = False
    anyway: bool = False
    times_seen: str = ""
    confirmed_micros: str = ""


def submit_form(
    form: GenerationForm,
    *,
    project: Project,
    person: User,
    consent: Consent,
    left_micros: Callable[[], int],
    now: datetime,
) -> Run:
    """The queued run. Raises what `submit` raises, and every `Refusal`; `FormReused` also for a second click.

    `left_micros` is asked for where it matters: what the person has left of their month.
    """
    values, asked = form.cleaned_data, form.to_request()
    check_pace(person, values["form_token"], now=now)
    choices = {
        "project": project,
        "person": person,
        "variations": values["variations"],
        "inputs": form.pictures,
        "continues": form.conversation.frame if form.conversation else None,
        "now": now,
    }
    twin = None if consent.again else twin_of(asked, **choices)
    if twin is not None and twin.form_token != values["form_token"]:
        raise FormReused(twin)
    _warn_of_refusals(form, project, consent)
    _ask_above_the_threshold(values["quoted_micros"], consent, left_micros)
    return submit(
        asked,
        **choices,
        form_token=values["form_token"],
        quoted_micros=values["quoted_micros"],
        prompt_version=form.source,
    )


def _warn_of_refusals(form: GenerationForm, project: Project, consent: Consent) -> None:
    """Raise `DeclinedBefore` unless the person has seen how often, or says that it shall be sent anyway."""
    if consent.anyway:
        return
    frame = form.conversation.frame if form.conversation else None
    values = form.cleaned_data
    asked = question_hash(values["prompt"], values["system_prompt"], form.pictures, frame)
    earlier = asked_before(asked, project)
    if earlier is not None and earlier.declined and str(earlier.times) != consent.times_seen:
        raise DeclinedBefore(earlier)


def _ask_above_the_threshold(quoted_micros: int, consent: Consent, left_micros: Callable[[], int]) -> None:
    """Raise `NotConfirmed` for a dear run, unless just this sum was said yes to. What cannot be paid is not asked."""
    threshold = Instance.current().confirm_above_micros
    if threshold is None or not threshold < quoted_micros <= left_micros():
        return
    if consent.confirmed_micros != str(quoted_micros):
        raise NotConfirmed(threshold)
