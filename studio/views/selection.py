"""What was chosen on a page: frames, by the public ids that its form sends."""

from typing import Final
from uuid import UUID

from django.http import QueryDict

CHOSEN_MAX: Final = 900
"""Django takes a thousand fields of a form; more than a page can show was not made by our page."""


def chosen(asked: QueryDict) -> list[UUID]:
    """The ids of `frames=`, each once, in their order. What is no id is left out."""
    found: dict[UUID, None] = {}
    for text in asked.getlist("frames")[:CHOSEN_MAX]:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)
