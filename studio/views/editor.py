"""The dialog in which an image of the tray is edited, as its template shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..decoder import Edit
from ..decoder.editing import letter_height, line_width
from ..forms.edit import COLOURS, NOTES_MAX, POINTS_MAX, TEXT_CHARACTERS_MAX, WIDTHS
from ..forms.tray import reference
from ..storage.edits import edit_of, unedited
from ..storage.smaller import Bytes

_COLOUR_WORDS = {
    "red": _("Red"),
    "yellow": _("Yellow"),
    "green": _("Green"),
    "blue": _("Blue"),
    "black": _("Black"),
    "white": _("White"),
}
_WIDTH_WORDS = {1: pgettext_lazy("line", "Thin"), 2: pgettext_lazy("line", "Medium"), 3: pgettext_lazy("line", "Thick")}


@dataclass(frozen=True, slots=True)
class Colour:
    name: str
    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Width:
    """`line` and `letters` are in pixels of the picture."""

    value: int
    line: int
    letters: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """`picture` is what stands in the tray, `whole` what it is made from: always edited from there."""

    picture: Bytes
    whole: Bytes
    turn: str = "0"
    flip: bool = False
    numbers: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""
    errors: Sequence[str] = ()

    @classmethod
    def of(cls, picture: Bytes) -> Self:
        """As the picture came out last time."""
        whole = unedited(picture)
        edit = (edit_of(picture) if whole != picture else None) or Edit(0, False, (0, 0, whole.width, whole.height))
        numbers = dict(zip(("left", "top", "width", "height"), map(str, edit.crop), strict=True))
        notes = msgspec.json.encode(_said(edit)).decode()
        return cls(picture=picture, whole=whole, turn=str(edit.turn), flip=edit.flip, numbers=numbers, notes=notes)

    @classmethod
    def typed(cls, picture: Bytes, data: QueryDict, errors: Sequence[str]) -> Self:
        """As a person sent it, who has no script: nothing of it is lost."""
        return cls(
            picture=picture,
            whole=unedited(picture),
            turn=data.get("edit-turn", "0")[:1],
            flip="edit-flip" in data,
            numbers={name: data.get(f"edit-{name}", "")[:10] for name in ("left", "top", "width", "height")},
            notes=data.get("edit-notes", ""),
            errors=errors,
        )

    @property
    def reference(self) -> str:
        return reference(self.picture)

    @property
    def turns(self) -> list[tuple[str, object]]:
        return [("0", _("Not turned")), ("1", _("Right by 90°")), ("2", _("By 180°")), ("3", _("Left by 90°"))]

    @property
    def fields(self) -> list[tuple[str, object, str]]:
        """The crop's numbers: name, label, value."""
        words = {
            "left": pgettext_lazy("crop", "Left"),
            "top": pgettext_lazy("crop", "Top"),
            "width": _("Width"),
            "height": _("Height"),
        }
        return [(name, word, self.numbers.get(name, "")) for name, word in words.items()]

    @property
    def tools(self) -> list[tuple[str, str, object]]:
        """Value, icon, word."""
        return [
            ("crop", "crop", pgettext_lazy("tool", "Crop")),
            ("stroke", "pencil", pgettext_lazy("tool", "Draw")),
            ("arrow", "move-up-right", _("Arrow")),
            ("line", "slash", pgettext_lazy("tool", "Line")),
            ("rectangle", "square", _("Rectangle")),
            ("text", "type", pgettext_lazy("tool", "Words")),
        ]

    @property
    def colours(self) -> list[Colour]:
        return [Colour(name, value, str(_COLOUR_WORDS[name])) for name, value in COLOURS.items()]

    @property
    def widths(self) -> list[Width]:
        longest = max(self.whole.width, self.whole.height)
        return [
            Width(each, line_width(longest, each), letter_height(longest, each), str(_WIDTH_WORDS[each]))
            for each in WIDTHS
        ]

    notes_max = NOTES_MAX
    points_max = POINTS_MAX
    letters_max = TEXT_CHARACTERS_MAX


def _said(edit: Edit) -> list[dict[str, object]]:
    """The notes as the page says them: colours by their names."""
    names = {value: name for name, value in COLOURS.items()}
    said = ({**msgspec.to_builtins(note), "colour": names.get(note.colour, "red")} for note in edit.notes)
    return [{name: value for name, value in each.items() if name != "text" or value} for each in said]
