"""A prompt with blanks: `{{name}}` where something is filled in. Pure; nothing here knows of the database.

The braces are doubled because prompts are often written as JSON, and no JSON has two opening ones in a row outside its
strings. What is no blank stays the text it is, and what is filled in is never read for blanks again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

NAME_CHARACTERS_MAX: Final = 40
VALUE_CHARACTERS_MAX: Final = 1_000
BLANKS_MAX: Final = 20
CHOICES_MAX: Final = 40
_BLANK: Final = re.compile(r"\{\{[ \t]*([^\W\d]\w{0,39})[ \t]*\}\}")
FIELD_PREFIX: Final = "blank-"
"""Of the form field that fills a blank: `blank-material`."""


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank. With choices, only one of them may be filled in; the default stands there from the start."""

    name: str
    choices: tuple[str, ...] = ()
    default: str = ""

    @property
    def field(self) -> str:
        return FIELD_PREFIX + self.name

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "choices": list(self.choices), "default": self.default}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["name"], tuple(stored["choices"]), stored["default"])


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a prompt: plain text, or a blank by its name. `value` is what stands there once it is filled."""

    text: str
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a value does not fit into its blank: `missing`, `not_a_choice` or `too_long`."""

    name: str
    code: str


@dataclass(frozen=True)
class Wording:
    """The words of a prompt, and what is known of its blanks beyond their names."""

    text: str
    described: tuple[Blank, ...] = ()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """In order, with nothing between them left out: joined, their texts are the text."""
        found: list[Part] = []
        end = 0
        for match in _BLANK.finditer(self.text):
            if match.start() > end:
                found.append(Part(self.text[end : match.start()]))
            found.append(Part(match[0], match[1]))
            end = match.end()
        if end < len(self.text):
            found.append(Part(self.text[end:]))
        return tuple(found)

    @cached_property
    def blanks(self) -> tuple[Blank, ...]:
        """Each once, in the order of the text. What is described and not in the text is none."""
        known = {blank.name: blank for blank in self.described}
        names = dict.fromkeys(part.name for part in self.parts if part.name)
        return tuple(known.get(name, Blank(name)) for name in names)

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """By name: what is given, else the default. White space around a value is not part of it."""
        return {blank.name: given.get(blank.name, blank.default).strip() for blank in self.blanks}

    def unfit(self, values: Mapping[str, str]) -> list[Unfit]:
        """What keeps these values from being used, in the order of the blanks."""
        found = [(blank.name, _why_unfit(blank, values.get(blank.name, ""))) for blank in self.blanks]
        return [Unfit(name, code) for name, code in found if code]

    def filled(self, values: Mapping[str, str]) -> tuple[Part, ...]:
        """The parts with their values; a blank without one keeps its braces."""
        return tuple(Part(part.text, part.name, values.get(part.name, "")) for part in self.parts)

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every value in its place."""
        return "".join(part.value or part.text for part in self.filled(values))

    def is_wording_of(self, text: str) -> bool:
        """Whether this text is these words with something in every blank.

        From left to right, each stretch of plain text at its first place behind the last one: where any reading fits,
        that one does, and it takes no longer for many blanks than for few.
        """
        stretches = [""]
        for part in self.parts:
            if part.name:
                stretches.append("")
            else:
                stretches[-1] += part.text
        if len(stretches) == 1:
            return text == self.text
        first, *between, last = stretches
        if not (text.startswith(first) and text.endswith(last)):
            return False
        here, end = len(first), len(text) - len(last)
        for stretch in between:
            found = text.find(stretch, here + 1, end)
            if found < 0:
                return False
            here = found + len(stretch)
        return here < end


def given_values(data: Mapping[str, Any]) -> dict[str, str]:
    """What a form says of blanks, by their names."""
    return {key.removeprefix(FIELD_PREFIX): str(data[key]) for key in data if key.startswith(FIELD_PREFIX)}


def choices_of(text: str) -> tuple[str, ...]:
    """One choice a line, each once; empty lines are none."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def described(stored: Iterable[Mapping[str, Any]]) -> tuple[Blank, ...]:
    return tuple(Blank.from_json(each) for each in stored)


def stored(blanks: Sequence[Blank]) -> list[dict[str, Any]]:
    return [blank.to_json() for blank in blanks]


def _why_unfit(blank: Blank, value: str) -> str:
    if not value:
        return "missing"
    if blank.choices and value not in blank.choices:
        return "not_a_choice"
    return "too_long" if len(value) > VALUE_CHARACTERS_MAX else ""
