"""What became of a generation without a picture: in plain words, what it cost, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Attempt, Generation, Run, Status
from ..provider.outcome import RULES, Charge, Outcome, Retry
from ..templatetags.studio_format import clock
from .reasons import REASONS, reason_in_words

_DECLINED: Final = frozenset({Outcome.REFUSED_PROMPT, Outcome.REFUSED_OUTPUT})


@dataclass(frozen=True, slots=True)
class Ending:
    """The words on a frame that stays blank. `cost` is the sentence that is left out where the frame is narrow."""

    title: str
    reason: str
    cost: str
    icon: str
    look: str = ""
    asks_for_new_words: bool = False
    may_try_again: bool = False
    has_answer: bool = False
    advice: str = ""


def ending_of(generation: Generation, attempts: Sequence[Attempt], *, timeout_seconds: int) -> Ending:
    """For a final generation without a picture. `attempts` in order, may be empty."""
    cost = cost_in_words(generation)
    same_again_helps = _retry(generation) is not Retry.NEVER
    match generation.status:
        case Status.CANCELLED:
            return Ending(_("Cancelled"), reason_in_words(generation), cost, "circle-x", advice=_advice(generation))
        case Status.UNKNOWN:
            title, reason = _silence(generation, timeout_seconds)
            advice = _advice(generation)
            return Ending(title, reason, cost, "timer-off", "is-timeout", may_try_again=True, advice=advice)
        case Status.FAILED:
            title, reason, icon, look = _("Failed"), _failure(generation, attempts), "circle-slash", ""
        case _refused if generation.outcome in _DECLINED:
            title, reason, icon, look = _("Refused"), reason_in_words(generation), "shield-alert", "is-refused"
        case _no_image:
            title, reason, icon, look = _("No image"), reason_in_words(generation), "shield-alert", "is-refused"
    return Ending(
        title,
        reason,
        cost,
        icon,
        look,
        asks_for_new_words=not same_again_helps,
        may_try_again=same_again_helps,
        has_answer=bool(generation.model_text),
        advice=_advice(generation),
    )


def timeout_of(run: Run) -> int:
    """Seconds that an answer of this run is waited for."""
    return round(run.model.read_timeout_seconds.get(run.size, 300) * settings.NB_TIMEOUT_SCALE)


def cost_in_words(generation: Generation) -> str:
    """What a picture that never came has cost, as one sentence."""
    match generation.charge:
        case Charge.CHARGED if generation.outcome in _DECLINED:
            return _("The provider charges for refusals.")
        case Charge.CHARGED:
            return _("The provider charges for that.")
        case Charge.PRESUMED:
            return _("The provider probably charged; we count it until its bill says otherwise.")
        case Charge.REIMBURSED:
            return _("The charge was given back.")
        case Charge.HELD:
            return _("Its price is still held.")
        case _none_or_released:
            return _("Nothing was charged.")


def _advice(generation: Generation) -> str:
    """What to do now. Every further try is a call of its own, with its own charge."""
    match generation.outcome:
        case Outcome.REFUSED_PROMPT:
            return _("The same request would be refused again. Change the words or the images.")
        case Outcome.REFUSED_OUTPUT:
            return _("Another try may pass, but is another charge. Milder words help more.")
        case Outcome.REFUSED_TEXT | Outcome.NO_IMAGE:
            return _("Ask clearly for a picture and describe what it shows.")
        case Outcome.FAILED_CONFIG | Outcome.FAILED_BALANCE:
            return _("Ask an admin of the studio to look at the connection to the provider.")
        case Outcome.FAILED_INPUT | Outcome.HISTORY_ERROR:
            return _("Look through the images and the settings before you try again.")
        case Outcome.OUTCOME_UNKNOWN | Outcome.DELIVERY_LOST:
            return _("Nothing is sent again by itself: another try is another charge.")
        case Outcome.CANCELLED:
            return ""
        case _other:
            return _("Try again in a while.")


def _failure(generation: Generation, attempts: Sequence[Attempt]) -> str:
    """`Provider busy (503), 3 tries.`"""
    words = reason_in_words(generation).rstrip(".。")
    status = attempts[-1].http_status if attempts else None
    if status:
        words += f" ({status})"
    if len(attempts) > 1:
        words += ngettext(", %(count)d try", ", %(count)d tries", len(attempts)) % {"count": len(attempts)}
    return _("%(sentence)s.") % {"sentence": words}


def _silence(generation: Generation, timeout_seconds: int) -> tuple[str, str]:
    """Title and reason for an answer that never came."""
    if "timeout" in generation.reason or generation.reason in {"http_504", "http_524"}:
        return _("Timed out"), _("No answer in %(time)s.") % {"time": clock(timeout_seconds)}
    words = REASONS.get((generation.outcome, generation.reason))
    return _("No answer"), str(words or _("The connection ended before the answer was here."))


def _retry(generation: Generation) -> Retry:
    try:
        return RULES[Outcome(generation.outcome)].retry
    except (KeyError, ValueError):
        return Retry.MANUAL
