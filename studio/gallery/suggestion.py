"""Another word, spelt nearly like one that nobody has used: from what this person may see, and only if it is found."""

from difflib import get_close_matches
from typing import Final

from ..models import Run
from ..tokens import Words, searchable
from .chosen import Chosen
from .newest import newest
from .scope import Scope

LOOKED_AT: Final = 500
"""Newest prompts: enough to know a team's words, few enough to read when a search has found nothing."""
_ALIKE: Final = 0.75
_LETTERS_MIN: Final = 4


def suggestion(text: str, scope: Scope) -> str:
    """The same words with the unknown ones put right; empty where that finds nothing either."""
    prompts = Run.objects.filter(pk__in=newest(Chosen(), scope, count=LOOKED_AT)).values_list("search_text", flat=True)
    known = {word for prompt in prompts for word in prompt.split()}
    asked = searchable(text).split()
    better = [_known(word, known) for word in asked]
    instead = " ".join(better)
    if better == asked or not newest(Chosen(words=Words.read(instead)), scope, count=1):
        return ""
    return instead


def _known(word: str, known: set[str]) -> str:
    if word in known or len(word) < _LETTERS_MIN:
        return word
    return next(iter(get_close_matches(word, known, n=1, cutoff=_ALIKE)), word)
