"""How long to wait before the provider is asked again, by one generation or with a whole key."""

import random
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings


def delay(planned_seconds: Sequence[int], before: int, said_seconds: int | None) -> timedelta:
    """As long as the provider said, else as planned for somebody who has waited `before` times; the last plan stays.

    Scaled like every deadline.
    """
    planned = planned_seconds[min(before, len(planned_seconds) - 1)]
    # Full jitter up to a quarter more: people who were turned away together do not come back together.
    seconds = said_seconds or planned * random.uniform(1.0, 1.25)  # noqa: S311
    return timedelta(seconds=seconds * settings.NB_TIMEOUT_SCALE)
