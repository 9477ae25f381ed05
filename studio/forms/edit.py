"""How a picture of the tray is to be edited, as the dialog sends it: numbers, and what was painted as a description."""

import unicodedata
from typing import Annotated, Any, Final, Literal

import msgspec
from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ..decoder import Edit, Note

COLOURS: Final = {
    "red": "#E5231B",
    "yellow": "#FFD21F",
    "green": "#1FA84A",
    "blue": "#1F6FEB",
    "black": "#161616",
    "white": "#FFFFFF",
}
WIDTHS: Final = (1, 2, 3)
NOTES_MAX: Final = 100
POINTS_MAX: Final = 2_000
"""Of one stroke."""
POINTS_ALL_MAX: Final = 20_000
TEXT_CHARACTERS_MAX: Final = 80
CHARACTERS_MAX: Final = 400_000
_SIDE: Final = 16_384
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

type Place = Annotated[int, msgspec.Meta(ge=0, le=_SIDE)]


class SaidNote(msgspec.Struct, forbid_unknown_fields=True):
    """One note as the page says it. What the numbers of points mean stands at `decoder.Note`."""

    kind: Literal["stroke", "line", "arrow", "rectangle", "text"]
    colour: Literal["red", "yellow", "green", "blue", "black", "white"]
    width: Literal[1, 2, 3]
    points: Annotated[list[Place], msgspec.Meta(min_length=2, max_length=2 * POINTS_MAX)]
    text: Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS_MAX)] = ""


type Said = Annotated[list[SaidNote], msgspec.Meta(max_length=NOTES_MAX)]


class EditForm(forms.Form):
    """`width` and `height` are those of the unedited picture. Numbers left empty cut nothing off."""

    turn = forms.TypedChoiceField(choices=[(n, n) for n in range(4)], coerce=int, required=False)
    flip = forms.BooleanField(required=False)
    left = forms.IntegerField(min_value=0, max_value=_SIDE, required=False)
    top = forms.IntegerField(min_value=0, max_value=_SIDE, required=False)
    width = forms.IntegerField(min_value=1, max_value=_SIDE, required=False)
    height = forms.IntegerField(min_value=1, max_value=_SIDE, required=False)
    notes = forms.CharField(required=False, strip=False)

    def __init__(self, data: QueryDict, *, width: int, height: int) -> None:
        super().__init__(data, prefix="edit")
        self._size = width, height

    def clean_notes(self) -> tuple[Note, ...]:
        text = self.cleaned_data["notes"]
        if not text:
            return ()
        if len(text) > CHARACTERS_MAX:
            raise forms.ValidationError(_too_many())
        try:
            said = msgspec.json.decode(text, type=Said)
        except msgspec.ValidationError as error:
            raise forms.ValidationError(_too_many() if "length <=" in str(error) else _not_understood()) from error
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise forms.ValidationError(_not_understood()) from error
        if sum(len(note.points) for note in said) > 2 * POINTS_ALL_MAX:
            raise forms.ValidationError(_too_many())
        return tuple(_note(each) for each in said)

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        values, (width, height) = self.cleaned_data, self._turned
        left, top = values["left"] or 0, values["top"] or 0
        cut = (left, top, values["width"] or max(1, width - left), values["height"] or max(1, height - top))
        if cut[0] + cut[2] > width or cut[1] + cut[3] > height:
            raise forms.ValidationError(self._outside())
        if any(x > width or y > height for note in values["notes"] for x, y in note.pairs):
            raise forms.ValidationError(_("A note lies outside of the picture."))
        return {**values, "crop": cut}

    @property
    def wanted(self) -> Edit:
        """The valid form as what is to be done."""
        values: dict[str, Any] = self.cleaned_data
        return Edit(values["turn"] or 0, values["flip"], values["crop"], values["notes"])

    @cached_property
    def sentences(self) -> list[str]:
        """What is wrong with it, as it is shown. Of numbers that are none, one sentence for all."""
        if not self.errors:
            return []
        numbers = {"left", "top", "width", "height", "turn"} & self.errors.keys()
        others = [str(each) for name in ("notes", "__all__") for each in self.errors.get(name, ())]
        return [*([self._outside()] if numbers else []), *others]

    @property
    def _turned(self) -> tuple[int, int]:
        return Edit(self.cleaned_data.get("turn") or 0, False, (0, 0, 1, 1)).turned(*self._size)

    def _outside(self) -> str:
        width, height = self._turned
        return _(
            "Left, top, width and height are whole numbers, and the crop lies within %(width)d × %(height)d pixels."
        ) % {"width": width, "height": height}


def _note(said: SaidNote) -> Note:
    """Raises ValidationError for one that cannot be drawn."""
    ends = {"line": 4, "arrow": 4, "rectangle": 4, "text": 2}.get(said.kind, len(said.points))
    if len(said.points) != ends or len(said.points) % 2:
        raise forms.ValidationError(_not_understood())
    text = said.text.strip() if said.kind == "text" else ""
    if said.kind == "text" and not text:
        raise forms.ValidationError(_("A note has no words in it."))
    if any(unicodedata.category(letter) in _HIDDEN for letter in text):
        raise forms.ValidationError(_("Notes are written on one line, without control characters."))
    return Note(said.kind, COLOURS[said.colour], said.width, tuple(said.points), text)


def _too_many() -> str:
    limits = {"notes": NOTES_MAX, "points": POINTS_MAX, "letters": TEXT_CHARACTERS_MAX}
    return _("That is too much. At most %(notes)d notes of %(points)d points or %(letters)d letters fit.") % limits


def _not_understood() -> str:
    return _("The notes could not be read. Draw them again.")
