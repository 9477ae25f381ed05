"""Notes painted over a picture: drawn twice as large and made smaller, so that their edges are smooth."""

import math
from typing import Final

from PIL import Image, ImageDraw

from .editing import Note, letter_height, line_width
from .letters import written

_SCALE: Final = 2
_BAND_PIXELS: Final = 2_000_000
"""Painted at once. The layer of a whole picture of 80 megapixels would take more memory than a decoder has."""
_HEAD: Final = 5.0
"""How long an arrow's head is, in widths of its line."""
_HEAD_ANGLE: Final = math.radians(28)


def paint(image: Image.Image, notes: tuple[Note, ...], *, origin: tuple[int, int], long_side: int) -> Image.Image:
    """The picture with the notes on it. `origin` is where its corner lies in the picture they were written on.

    Away from them no pixel changes. Raises `NotAPicture` with `no_letters`.
    """
    painted = image.convert("RGBA" if image.has_transparency_data else "RGB")
    placed = [_Placed(note, origin, long_side) for note in notes]
    rows = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        height = min(rows, image.height - top)
        if here := [each for each in placed if each.top < top + height and each.bottom > top]:
            layer = Image.new("RGBA", (image.width * _SCALE, height * _SCALE))
            for each in here:
                each.draw(layer, top)
            _lay(layer.reduce(_SCALE), painted, top)
    return painted


def _lay(layer: Image.Image, painted: Image.Image, top: int) -> None:
    if painted.mode == "RGBA":
        painted.alpha_composite(layer, (0, top))
    else:
        painted.paste(layer, (0, top), layer)


class _Placed:
    """A note where it stands in the picture that is painted, in its pixels."""

    def __init__(self, note: Note, origin: tuple[int, int], long_side: int) -> None:
        self._note = note
        self._points = [(x - origin[0], y - origin[1]) for x, y in note.pairs]
        self._width = line_width(long_side, note.width)
        self._letters: tuple[Image.Image, int] | None = None
        reach = self._width * (_HEAD + 1)
        if note.kind == "text":
            reach = letter_height(long_side, note.width) * 2
            self._letters = written(note.text, letter_height(long_side, note.width) * _SCALE)
        self.top = min(y for _, y in self._points) - reach
        self.bottom = max(y for _, y in self._points) + reach

    def draw(self, layer: Image.Image, top: int) -> None:
        """On a layer of that scale whose first row is the picture's row `top`."""
        points = [(x * _SCALE, (y - top) * _SCALE) for x, y in self._points]
        if self._letters:
            mask, baseline = self._letters
            layer.paste(self._note.colour, (points[0][0], points[0][1] - baseline), mask)
            return
        pen, colour, width = ImageDraw.Draw(layer), self._note.colour, self._width * _SCALE
        match self._note.kind:
            case "rectangle":
                (x, y), (other_x, other_y) = points
                _line(pen, [(x, y), (other_x, y), (other_x, other_y), (x, other_y), (x, y)], colour, width)
            case "arrow":
                _arrow(pen, points, colour, width)
            case _stroke_or_line:
                _line(pen, points, colour, width)


def _line(pen: ImageDraw.ImageDraw, points: list[tuple[int, int]], colour: str, width: int) -> None:
    """With round ends and corners."""
    pen.line(points, fill=colour, width=width)
    for x, y in points:
        pen.circle((x, y), width / 2, fill=colour)


def _arrow(pen: ImageDraw.ImageDraw, points: list[tuple[int, int]], colour: str, width: int) -> None:
    (x, y), (tip_x, tip_y) = points
    angle = math.atan2(tip_y - y, tip_x - x)
    length = min(_HEAD * width, max(width * 2.0, math.dist(*points)))
    sides = [
        (round(tip_x - length * math.cos(angle + turn)), round(tip_y - length * math.sin(angle + turn)))
        for turn in (-_HEAD_ANGLE, _HEAD_ANGLE)
    ]
    _line(pen, points, colour, width)
    _line(pen, [sides[0], (tip_x, tip_y), sides[1]], colour, width)
