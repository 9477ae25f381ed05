"""How fast one person's runs may come: a script that runs away is stopped here, long before its budget is gone."""

import math
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ..models import Run, User

RUNS: Final = 120
"""More than anybody clicks, and as many as an access token may ask for in the long run."""
WINDOW: Final = timedelta(minutes=1)


class TooFast(Exception):
    """So many runs were begun within a minute. Nothing was held; in so many `seconds` there is room for one more."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many runs within a minute, room in {seconds} s")
        self.seconds = seconds


def check_pace(person: User, form_token: UUID, *, now: datetime) -> None:
    """Raise `TooFast` unless there is room for one more run, or this form made one: then it is only told again."""
    begun = Run.objects.filter(person=person, created_at__gt=now - WINDOW).order_by("-created_at", "-number")
    first = next(iter(begun.values_list("created_at", flat=True)[RUNS - 1 : RUNS]), None)
    if first is None or Run.objects.filter(person=person, form_token=form_token).exists():
        return
    raise TooFast(max(1, math.ceil((first + WINDOW - now).total_seconds())))
