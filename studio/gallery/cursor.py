"""Where a page of the gallery begins: behind one frame. It stands in the address and says no more than the page did."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from ..models import Generation

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,9})-([0-7])")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last frame of the page before: when its run was made, the run's number, its place in the run."""

    made_at: datetime
    number: int
    variation: int

    @classmethod
    def behind(cls, generation: Generation) -> Self:
        """Its run has to be there already."""
        return cls(generation.run.created_at, generation.run.number, generation.variation)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `str()` wrote; None for anything else."""
        found = _TEXT.fullmatch(text)
        if not found:
            return None
        microseconds, number, variation = map(int, found.groups())
        try:
            return cls(_EPOCH + timedelta(microseconds=microseconds), number, variation)
        except OverflowError:
            return None

    def __str__(self) -> str:
        microseconds = (self.made_at - _EPOCH) // timedelta(microseconds=1)
        return f"{microseconds}-{self.number}-{self.variation}"
