"""How long a call takes, so that practice feels like the real thing."""

from random import Random

from .checks import Accepted

JITTER = 0.2
THINKING_HARD = 1.55
"""Measured on Nano Banana 2: `high` takes 55 % longer."""


def real_seconds(accepted: Accepted, chance: Random) -> float:
    """What the real model would need for a picture: the catalogue's typical time, give or take 20 %."""
    typical = accepted.model.typical_seconds[accepted.size]
    factor = THINKING_HARD if accepted.model.thinking_levels and accepted.thinking_level == "high" else 1.0
    return typical * factor * chance.uniform(1 - JITTER, 1 + JITTER)


def waiting_seconds(seconds: float, speed: float) -> float:
    """The same, in the sandbox's time. Speed 0 waits for nothing."""
    return seconds / speed if speed > 0 else 0.0
