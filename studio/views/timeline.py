"""When what happened to a frame, from its attempts: moments, the time between them, and the bar over all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from ..forms.words import bytes_in_words
from ..models import Attempt, Generation

PHASE_WIDTH: Final = 360
_SHORTEST: Final = 3.0
_GAP: Final = 1.5


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline. The first carries the time of day, the others how long they took."""

    name: str
    facts: str
    at: datetime
    after: timedelta | None

    @property
    def seconds(self) -> str:
        """`+1.1 s`."""
        return _("+%(seconds)s s") % {"seconds": _tenths(self.after)} if self.after is not None else ""


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of the bar, in its units; its numbers are written out."""

    style: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """From the submit to the stored picture."""

    moments: Sequence[Moment]

    @property
    def total_seconds(self) -> str:
        return _tenths(self.moments[-1].at - self.moments[0].at)

    @property
    def is_started(self) -> bool:
        return len(self.moments) > 1

    @property
    def phases(self) -> list[Phase]:
        """Waiting in line, being made, arriving, being stored: as long as they took, none too short to be seen."""
        styles = ("c-base", "c-base", "c1", "c2", "c-base")
        spans = [moment.after.total_seconds() if moment.after else 0.0 for moment in self.moments[1:]]
        whole = sum(spans) or 1.0
        room = PHASE_WIDTH - _GAP * len(spans) - _SHORTEST * len(spans)
        phases, x = [], 0.0
        for style, span in zip(styles[1:], spans, strict=False):
            width = _SHORTEST + max(0.0, room) * span / whole
            phases.append(Phase(style, f"{x:.1f}", f"{width:.1f}"))
            x += width + _GAP
        return phases

    @property
    def in_words(self) -> str:
        """The bar for those who do not see it."""
        return ", ".join(f"{moment.name} {moment.seconds}".strip() for moment in self.moments)


def timeline_of(generation: Generation, attempts: Sequence[Attempt]) -> Timeline:
    """The last attempt's moments; earlier attempts are told of by themselves."""
    points: list[tuple[str, str, datetime | None]] = [(_("Queued"), "", generation.created_at)]
    if attempts:
        last = attempts[-1]
        points += [
            (
                _("Sent"),
                _("%(size)s up") % {"size": bytes_in_words(last.request_bytes)},
                last.sent_at or last.started_at,
            ),
            (_("First byte"), f"HTTP {last.http_status}" if last.http_status else "", last.first_byte_at),
            (_("Finished"), _answer(last), last.answered_at),
        ]
    points.append((_("Stored") if generation.status == "succeeded" else _("Ended"), "", generation.finished_at))
    moments: list[Moment] = []
    for name, facts, at in points:
        if at is not None:
            after = max(at - moments[-1].at, timedelta()) if moments else None
            moments.append(Moment(name, facts, at, after))
    return Timeline(moments)


def _answer(attempt: Attempt) -> str:
    return _("%(size)s down") % {"size": bytes_in_words(attempt.answer_bytes)} if attempt.answer_bytes else ""


def _tenths(span: timedelta | None) -> str:
    return f"{span.total_seconds():.1f}" if span is not None else ""
