"""The composer's single controls: a model card, a ratio tile, a segment's button, a slot of the tray."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..forms.tray import SWAP, reference
from ..history import Typical
from ..models import Link, Picture
from ..provider.catalogue import Model
from ..provider.terms import Terms
from ..storage.edits import is_edited, unedited
from .weights import Weight

_TILE_WIDTH: Final = 34.0
_TILE_HEIGHT: Final = 26.0
_TILE_AREA: Final = 430.0


@dataclass(frozen=True, slots=True)
class Card:
    """One model to choose, with what it costs and how long it takes at the chosen size, or at its own."""

    model: Model
    terms: Terms
    size: str
    typical: Typical
    is_chosen: bool

    @property
    def price_micros(self) -> int:
        """The most that a plain call costs, without what is chosen under "more"."""
        return self.terms.worst(self.model, self.size)


@dataclass(frozen=True, slots=True)
class Tile:
    """One aspect ratio, drawn to scale. Numbers are written out: a template would write them the local way."""

    value: str
    is_chosen: bool

    @property
    def name(self) -> str:
        """For ids: a colon would have to be escaped everywhere."""
        return self.value.replace(":", "x")

    @property
    def drawing(self) -> Mapping[str, str]:
        across, down = (int(side) for side in self.value.split(":"))
        width = min((_TILE_AREA * across / down) ** 0.5, _TILE_WIDTH, _TILE_HEIGHT * across / down)
        height = width * down / across
        return {
            "x": f"{(_TILE_WIDTH - width) / 2:.2f}",
            "y": f"{(_TILE_HEIGHT - height) / 2:.2f}",
            "width": f"{width:.2f}",
            "height": f"{height:.2f}",
        }


@dataclass(frozen=True, slots=True)
class Option:
    """One button of a segment. What the model does by itself has an empty value, and is no choice to be lost."""

    value: str
    is_chosen: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One image of the tray at its position, counted from 1."""

    picture: Picture
    position: int
    is_last: bool
    sets_ratio: bool

    @property
    def reference(self) -> str:
        return reference(self.picture)

    @property
    def link(self) -> Link | None:
        """The picture, if only its address goes along."""
        return self.picture if isinstance(self.picture, Link) else None

    @property
    def weight(self) -> Weight:
        return Weight(self.picture)

    @property
    def unedited_again(self) -> str:
        """What the tray is asked for to have the picture as it was; empty for one that nobody has edited."""
        if isinstance(self.picture, Link) or not is_edited(self.picture):
            return ""
        return " ".join([SWAP, self.reference, reference(unedited(self.picture))])

    @property
    def is_first(self) -> bool:
        return self.position == 1
