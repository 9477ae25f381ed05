"""Repeatable chance: the same seed and the same order of calls give the same pictures and the same waits."""

from random import Random


def seeded(*parts: object) -> Random:
    """A source of chance that depends on `parts` alone, and so is the same in every process."""
    return Random("/".join(str(part) for part in parts))  # noqa: S311 - repeatable is the point, not secret
