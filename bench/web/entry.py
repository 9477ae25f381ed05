"""What a browser needs to come into the studio that is measured."""

from typing import Final

import msgspec

ROOM: Final = 10
"""For so many pictures of the cheapest model there is money, however many are asked for."""
LITE_MICROS: Final = 25_000


class Entry(msgspec.Struct):
    """A person's session, and the project they are in."""

    cookie: str
    project: str


class Filled(msgspec.Struct):
    """`many` has nearly half of all generations, `few` has ten; `watching` sees six frames that are under way."""

    many: Entry
    few: Entry
    watching: Entry
    watch: str
    newest: int
    submitters: dict[str, Entry]
