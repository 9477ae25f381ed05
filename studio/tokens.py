"""How the search cuts text into words. Both databases index what `searchable` makes, and look for what `Words` asks.

Neither could do it alone. Their own parsers take a line of Chinese for one word, an index of three letters at a time
finds no word of two characters, and each has signs that mean something to it. So text becomes plain words here, in one
way for what is kept and for what is typed: letters without accents, in one case, and each character of a script that
puts no spaces between words on its own. What is left has no sign that a database could read as syntax.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

CHARACTERS_MAX: Final = 30_000
"""Of a prompt. Nothing behind is found, and no prompt that a model takes is as long."""
WORDS_MAX: Final = 16
"""Of what is typed: more make it slower, and no search any better."""
_WORD_MAX: Final = 64
_PREFIX_MIN: Final = 3
"""A shorter beginning would mean half of all words."""
# Han with its extensions, kana, bopomofo, Thai, Lao, Myanmar, Khmer.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def searchable(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(word for run in _runs(text[:CHARACTERS_MAX]) for word in run)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody looks for: all of these, each a word or characters in a row. Empty: nothing can be found by it."""

    runs: tuple[tuple[str, ...], ...]
    is_being_typed: bool = False

    @classmethod
    def read(cls, text: str, *, is_being_typed: bool = False) -> Self:
        """Of any text whatsoever. While it is being typed, its last word may go on from the first letter."""
        return cls(tuple(_runs(text[:CHARACTERS_MAX]))[:WORDS_MAX], is_being_typed)

    def fts5(self) -> str:
        """For SQLite's MATCH: `"red" AND "boat"* AND "红 色"`."""
        return " AND ".join(f'"{" ".join(run)}"{"*" if goes_on else ""}' for run, goes_on in self._asked())

    def tsquery(self) -> str:
        """The same for PostgreSQL: `'red' & 'boat':* & ('红' <-> '色')`."""
        return " & ".join(_tsquery(run, goes_on=goes_on) for run, goes_on in self._asked())

    def _asked(self) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Each of them, and whether it stands for every word that begins like it."""
        for place, run in enumerate(self.runs, start=1):
            is_unfinished = self.is_being_typed and place == len(self.runs)
            yield run, _may_go_on(run, letters_min=1 if is_unfinished else _PREFIX_MIN)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Words, each alone; and characters of unspaced scripts, as many as stand side by side."""
    for word in _letters(text).split():
        beside: list[str] = []
        for piece in re.findall(f"{_UNSPACED.pattern}|(?:(?!{_UNSPACED.pattern}).)+", word):
            if _UNSPACED.fullmatch(piece):
                beside.append(piece)
                continue
            if beside:
                yield tuple(beside)
                beside = []
            yield (piece[:_WORD_MAX],)
        if beside:
            yield tuple(beside)


def _letters(text: str) -> str:
    """Letters and digits, folded; a space for everything else."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFC", bare))


def _may_go_on(run: tuple[str, ...], *, letters_min: int) -> bool:
    return len(run) == 1 and len(run[0]) >= letters_min and not _UNSPACED.match(run[0])


def _tsquery(run: tuple[str, ...], *, goes_on: bool) -> str:
    words = " <-> ".join(f"'{word}'" for word in run)
    if len(run) > 1:
        return f"({words})"
    return f"{words}:*" if goes_on else words
