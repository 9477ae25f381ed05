"""A page of the gallery as it is hung: frames by the day they were asked for, rows justified by the style sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..gallery.cursor import Cursor
from ..gallery.pages import Page
from ..history import TypicalTimes
from ..models import Generation, Project, User
from .frames import Frame, frames_of
from .line import Line

EAGER_FRAMES: Final = 8
"""What the first screen shows: these pictures are fetched at once, the others when they come near."""
_BLANK_RATIO: Final = "5:4"
"""A frame without a picture has no format of its own to keep, and its words need some room."""


@dataclass(frozen=True, slots=True)
class Hung:
    """One frame, and what this person may do with it."""

    frame: Frame
    project: Project
    can_make: bool
    is_eager: bool

    @property
    def span(self) -> str:
        """The class that says how wide it is beside others of the same height."""
        return f"w-{self.frame.hung_ratio.replace(':', 'x')}"


@dataclass(frozen=True, slots=True)
class Day:
    """The frames of one day. `is_continued`: the page before has shown the first of them, and the day's name."""

    on: date
    hung: Sequence[Hung]
    is_continued: bool

    @property
    def words(self) -> str:
        """`Today`, `Yesterday`, `Friday 27 November`, `27 November 2025`."""
        today = timezone.localdate()
        if self.on in {today, today - timedelta(days=1)}:
            return _("Today") if self.on == today else _("Yesterday")
        return date_format(self.on, _("l j F") if self.on.year == today.year else _("j F Y"))


@dataclass
class Wall:
    """`after` leads to the next page; `behind` is the cursor that led to this one."""

    days: Sequence[Day]
    after: Cursor | None
    behind: Cursor | None = None
    focused: Generation | None = None  # the first that was added to a page


def wall_of(page: Page, *, person: User, behind: Cursor | None, makes_in: Iterable[int], now: datetime) -> Wall:
    """`makes_in` are the keys of those projects the person may make pictures in."""
    makers = frozenset(makes_in)
    generations = list(page.generations)
    line = Line.of([], now)
    frames = frames_of(generations, now=now, times=TypicalTimes(), line=line, person=person) if generations else []
    eager = 0 if behind else EAGER_FRAMES
    hung = [
        Hung(_hung(frame), frame.generation.project, frame.generation.project_id in makers, place < eager)
        for place, frame in enumerate(frames)
    ]
    last_day = timezone.localdate(behind.made_at) if behind else None
    days = [
        Day(on, list(some), is_continued=place == 0 and on == last_day)
        for place, (on, some) in enumerate(
            groupby(hung, key=lambda each: timezone.localdate(each.frame.run.created_at))
        )
    ]
    return Wall(days, page.after, behind, generations[0] if generations and behind else None)


def _hung(frame: Frame) -> Frame:
    if frame.picture is None:
        frame.blank_ratio = _BLANK_RATIO
    return frame
