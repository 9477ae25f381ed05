"""The viewer of a frame's page: its pictures, and what they may be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from ..forms.words import bytes_in_words
from ..models import Output, Picture, User
from ..storage.inscribe import INSCRIBED_TYPES
from .compared import Comparison, Side, side_of, sides_of

_Role = Output.Role


@dataclass(frozen=True, slots=True)
class Kind:
    """Pictures of one answer that belong together, each with its place among all of them."""

    name: str
    pictures: Sequence[tuple[int, Output]]


class Viewer:
    """`pictures` in the order they are shown in, `inputs` what the frame was made from, in order.

    `compared_with` is the reference of the picture to compare with; empty: with the last one. None: not compared.
    """

    def __init__(
        self,
        pictures: Sequence[Output],
        *,
        inputs: Sequence[Picture],
        person: User,
        shown: int,
        compared_with: str | None,
        way: str,
    ) -> None:
        self.pictures = pictures
        self._inputs = inputs
        self._person = person
        self._shown = shown
        self._compared_with = compared_with
        self.way = way

    @property
    def picture(self) -> Output | None:
        """The one on the stage."""
        return self.pictures[self._place] if self.pictures else None

    @property
    def query(self) -> str:
        """What leads back to this picture, and may be added to: `?` or `?picture=2&`."""
        return f"?picture={self._place}&" if self._place else "?"

    @property
    def _place(self) -> int:
        return self._shown if self._shown < len(self.pictures) else 0

    @property
    def side(self) -> Side | None:
        return side_of(self.picture, self._person) if self.picture else None

    @property
    def kinds(self) -> list[Kind]:
        """Results, drafts and thoughts apart."""
        roles = (
            (_("Pictures"), {_Role.PRIMARY, _Role.VARIANT}),
            (_("Drafts"), {_Role.DRAFT}),
            (_("Thoughts"), {_Role.THOUGHT}),
        )
        placed = list(enumerate(self.pictures))
        kinds = [Kind(name, [each for each in placed if each[1].role in members]) for name, members in roles]
        return [kind for kind in kinds if kind.pictures]

    @property
    def is_result(self) -> bool:
        """Whether what is on the stage is a picture to work with, and no draft or thought of the model's."""
        return self.picture is not None and self.picture.role in {_Role.PRIMARY, _Role.VARIANT}

    # ── Comparing ──────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def befores(self) -> list[Side]:
        """What it may be compared with: everything it was made from that can be shown."""
        return sides_of(self._inputs, self._person)

    @property
    def before(self) -> Side | None:
        """The last input: what an edit starts from."""
        return self.befores[-1] if self.befores else None

    @cached_property
    def comparison(self) -> Comparison | None:
        """What was asked for, as far as it can be had."""
        if self._compared_with is None or self.side is None or self.before is None:
            return None
        chosen = [side for side in self.befores if side.reference == self._compared_with]
        return Comparison(chosen[0] if chosen else self.before, self.side, self.way)

    # ── Taking along ───────────────────────────────────────────────────────────────────────────────

    @property
    def format(self) -> str:
        """`PNG`."""
        return self.picture.mime_type.partition("/")[2].upper() if self.picture else ""

    @property
    def weight(self) -> str:
        return bytes_in_words(self.picture.size_bytes) if self.picture else ""

    @property
    def takes_parameters(self) -> bool:
        """Whether they can be written into its file."""
        return self.picture is not None and self.picture.mime_type in INSCRIBED_TYPES
