"""What a page watches: the frames on it that are still under way, and how it last saw them.

The page sends this along with every poll, so the server keeps nothing about who looks at what.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from django.http import QueryDict

from ..models import Generation
from .frames import Frame

_ENTRY: Final = re.compile(r"([0-9]{1,9})([A-H])\.([0-9-]{1,20})")
_ENTRIES_MAX: Final = 400
NEVER: Final = 999_999_999
"""A run number that no run is newer than."""


@dataclass(frozen=True, slots=True)
class Watch:
    """`stamps` by frame number; `newest` is the newest run shown, `waiting` how many newer ones the page tells of."""

    stamps: Mapping[str, str]
    newest: int = 0
    waiting: int = 0

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """From `watch=418B.2,418C.1-4&newest=418&waiting=0`. What cannot be read is left out."""
        entries = (_ENTRY.fullmatch(text) for text in data.get("watch", "").split(",")[:_ENTRIES_MAX])
        stamps = {entry[1] + entry[2]: entry[3] for entry in entries if entry}
        return cls(stamps, newest=_number(data.get("newest", "")), waiting=_number(data.get("waiting", "")))

    @property
    def text(self) -> str:
        return ",".join(f"{number}.{stamp}" for number, stamp in self.stamps.items())

    @property
    def count(self) -> int:
        """How many frames of the page are under way: its title says so."""
        return len(self.stamps)

    @property
    def is_live(self) -> bool:
        """Whether there is anything to ask for again."""
        return bool(self.stamps)

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to ask for, and the page shows none of it as waiting in line."""
        return self.is_live and all(stamp.isdecimal() for stamp in self.stamps.values())

    @property
    def run_numbers(self) -> set[int]:
        return {int(number[:-1]) for number in self.stamps}

    def differs(self, number: str, stamp: str) -> bool:
        """Whether the page shows the frame of this number, and shows it otherwise than it is now."""
        shown = self.stamps.get(number)
        return shown is not None and shown != stamp

    def among(self, generations: Iterable[Generation]) -> Self:
        """Without the frames that are not there any more."""
        there = {generation.frame_number for generation in generations}
        return replace(self, stamps={number: stamp for number, stamp in self.stamps.items() if number in there})

    def with_waiting(self, count: int) -> Self:
        """With that many new runs that the page does not show."""
        return replace(self, waiting=count)

    def seen(self, frames: Iterable[Frame]) -> Self:
        """After these frames were sent: the unfinished are watched as they are now, the others no more."""
        stamps = dict(self.stamps)
        for frame in frames:
            stamps.pop(frame.number, None)
            if not frame.is_final:
                stamps[frame.number] = frame.stamp
        return replace(self, stamps=stamps)


def watch_of(frames: Iterable[Frame], *, newest: int) -> Watch:
    """For a page that shows these frames."""
    return Watch({}, newest=newest).seen(frames)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
