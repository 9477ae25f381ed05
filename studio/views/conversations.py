"""A frame's conversation as its page shows it: what was said before, and what became of it at the provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..jobs.conversation import TURNS_MAX
from ..models import Attempt, Generation, Output, Run
from ..provider.outcome import Charge, Outcome

_PAID: Final = (Charge.CHARGED, Charge.PRESUMED)


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """One prompt of the conversation, and the frame that answered it. Its picture may be gone, or in the trash."""

    frame: Generation
    picture: Output | None
    input_count: int

    @property
    def run(self) -> Run:
        return self.frame.run


def earlier_turns(run: Run) -> list[EarlierTurn]:
    """Oldest first. Stops where no conversation can be longer."""
    turns: list[EarlierTurn] = []
    key = run.continues_id
    while key is not None and len(turns) <= TURNS_MAX:
        frame = Generation.objects.select_related("run__person").get(pk=key)
        picture = frame.outputs.living().filter(role=Output.Role.PRIMARY).first()
        turns.insert(0, EarlierTurn(frame, picture, frame.run.inputs.count()))
        key = frame.run.continues_id
    return turns


def fallback_in_words(attempts: Sequence[Attempt]) -> str:
    """How the provider was asked after it had refused the conversation; nothing if it never did.

    `attempts` in order, with the documents that were sent.
    """
    refused = [attempt for attempt in attempts if attempt.outcome == Outcome.HISTORY_ERROR]
    if not refused:
        return ""
    last = attempts[-1]
    if last.outcome == Outcome.HISTORY_ERROR:
        how = _("The provider did not take the conversation.")
    elif _turn_count(last) > _turn_count(attempts[0]) - 2:
        how = _("The provider did not take the conversation’s signatures, so it was asked again without them.")
    else:
        how = _("The provider did not take the conversation, so it was asked again with its last picture only.")
    return f"{how} {_cost_of(refused)}".rstrip()


def _cost_of(refused: Sequence[Attempt]) -> str:
    """A 400 is free. A refusal that came as a 200 may have been charged, and the frame's own words say so."""
    if any(attempt.charge in _PAID for attempt in refused):
        return ""
    return ngettext(
        "Nothing was charged for the refused try.",
        "Nothing was charged for the %(count)d refused tries.",
        len(refused),
    ) % {"count": len(refused)}


def _turn_count(attempt: Attempt) -> int:
    return len(attempt.request_document.get("contents", ()))
