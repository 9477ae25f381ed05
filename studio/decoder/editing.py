"""How a picture is to be edited: turned, cut out, written on. Known on both sides of the door; decodes nothing."""

from dataclasses import dataclass
from typing import Final, Literal

type Kind = Literal["stroke", "line", "arrow", "rectangle", "text"]

LINE_SHARE: Final = {1: 1 / 400, 2: 1 / 200, 3: 1 / 100}
"""How thick a note is drawn, by its width: a share of the turned picture's long side."""
LETTER_SHARE: Final = {1: 1 / 36, 2: 1 / 22, 3: 1 / 14}
"""How high its letters are, likewise."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something painted over the picture.

    `points` are x and y in turn: all points of a stroke; the two ends of a line or an arrow, which points to the
    second; two opposite corners of a rectangle; where the first letter of a text stands, on its baseline. `colour` is
    `#rrggbb`.
    """

    kind: Kind
    colour: str
    width: int
    points: tuple[int, ...]
    text: str = ""

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.points[::2], self.points[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Edit:
    """Mirrored first (left to right), then turned clockwise by so many quarters, then written on, then cut out.

    `crop` is left, top, width and height. All numbers are pixels of the picture as it lies once it is turned.
    """

    turn: int
    flip: bool
    crop: tuple[int, int, int, int]
    notes: tuple[Note, ...] = ()

    def turned(self, width: int, height: int) -> tuple[int, int]:
        """How wide and high a picture of that size is once it is turned."""
        return (height, width) if self.turn % 2 else (width, height)

    def changes(self, width: int, height: int) -> bool:
        """Whether a picture of that size comes out as another one."""
        return bool(self.turn or self.flip or self.notes) or self.crop != (0, 0, width, height)


def line_width(long_side: int, width: int) -> int:
    """In pixels."""
    return max(1, round(long_side * LINE_SHARE[width]))


def letter_height(long_side: int, width: int) -> int:
    """In pixels, of the em."""
    return max(8, round(long_side * LETTER_SHARE[width]))
