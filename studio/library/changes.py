"""What one version of a prompt changed in the words of the one before, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

_TOKEN: Final = re.compile(r"\{\{[^{}]*\}\}|[^\W_]+(?:[_'’][^\W_]+)*|\s+|.", re.DOTALL)
_WORDS_AROUND: Final = 4
_TOKENS_MAX: Final = 4_000
"""More than that on both sides is not compared word by word: it is said to be all new."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: kept, removed, added, or `…` for words that were left out because they did not change."""

    kind: Literal["kept", "removed", "added", "skipped"]
    text: str = ""


def changes(before: str, after: str) -> list[Change]:
    """Every change with a few words on both sides. Empty when nothing changed."""
    if before == after:
        return []
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > _TOKENS_MAX:
        return [Change("removed", before), Change("added", after)]
    steps = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    return list(_changes(steps, old, new))


def _changes(steps: Sequence[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[Change]:
    for place, (verb, old_from, old_to, new_from, new_to) in enumerate(steps):
        if verb == "equal":
            yield from _kept(old[old_from:old_to], is_first=place == 0, is_last=place == len(steps) - 1)
            continue
        if old_to > old_from:
            yield Change("removed", "".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Change("added", "".join(new[new_from:new_to]))


def _kept(tokens: list[str], *, is_first: bool, is_last: bool) -> Iterator[Change]:
    """What stands between two changes: the words next to them, and a sign for the rest."""
    around = 2 * _WORDS_AROUND  # a word and the space behind it
    head = [] if is_first else tokens[:around]
    tail = [] if is_last else tokens[-around:]
    if len(head) + len(tail) >= len(tokens):
        yield Change("kept", "".join(tokens))
        return
    if head:
        yield Change("kept", "".join(head))
    yield Change("skipped")
    if tail:
        yield Change("kept", "".join(tail))
