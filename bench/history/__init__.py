"""The gallery and its search with a million generations beside ten thousand: how long it takes, and how it is read."""

from typing import Final

FIRST: Final = "a project's first page"
DEEP: Final = "a page deep down"
COMMON: Final = "a common word"
RARE: Final = "a rare word"
OTHERS: Final = frozenset({"the feed", "the feed deep down", "the list of projects", "the trash", "the system page"})
"""Pages of the same history that are neither gallery nor search."""
