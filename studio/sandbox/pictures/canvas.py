"""The few strokes that every picture is made of: gradients, soft masks, glows, smooth outlines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .colours import Colour

type Point = tuple[float, float]
type Stops = Sequence[tuple[float, Colour]]

SHARPNESS = 3
"""Outlines are drawn this many times larger and then reduced: Pillow's own are jagged."""


@dataclass(slots=True)
class Stencil:
    """A soft-edged shape (`L`, white is inside) and where its corner lies on the picture."""

    mask: Image.Image
    left: int
    top: int


def vertical(size: tuple[int, int], stops: Stops) -> Image.Image:
    """A gradient from top to bottom through `stops`, each a height from 0 to 1 and a colour."""
    return _ramp(stops).resize(size, Image.Resampling.BICUBIC)


def horizontal(size: tuple[int, int], stops: Stops) -> Image.Image:
    return _ramp(stops).transpose(Image.Transpose.ROTATE_90).resize(size, Image.Resampling.BICUBIC)


def _ramp(stops: Stops, steps: int = 256) -> Image.Image:
    values = bytearray()
    for step in range(steps):
        place = step / (steps - 1)
        before = max((stop for stop in stops if stop[0] <= place), default=stops[0], key=lambda stop: stop[0])
        after = min((stop for stop in stops if stop[0] >= place), default=stops[-1], key=lambda stop: stop[0])
        width = after[0] - before[0]
        share = (place - before[0]) / width if width > 0 else 0.0
        # Eased, so that no stop shows as a line.
        eased = share * share * (3 - 2 * share)
        values += bytes(round(a + (b - a) * eased) for a, b in zip(before[1], after[1], strict=True))
    return Image.frombytes("RGB", (1, steps), bytes(values))


def polygon(points: Sequence[Point], blur: float = 0.0) -> Stencil:
    """A filled outline with smooth edges, or with soft ones."""
    pad = math.ceil(blur * 3) + 2
    left, top = math.floor(min(x for x, _ in points)) - pad, math.floor(min(y for _, y in points)) - pad
    right, bottom = math.ceil(max(x for x, _ in points)) + pad, math.ceil(max(y for _, y in points)) + pad
    scale = 1 if blur > 3 else SHARPNESS
    size = max(1, right - left), max(1, bottom - top)
    mask = Image.new("L", (size[0] * scale, size[1] * scale))
    moved = [((x - left) * scale, (y - top) * scale) for x, y in points]
    ImageDraw.Draw(mask).polygon(moved, fill=255)
    if scale > 1:
        mask = mask.reduce(scale)
    return Stencil(blurred(mask, blur), left, top)


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """A soft copy. Wide blurs work on a smaller copy: nobody sees the difference, and it is quick."""
    if radius <= 0.3:
        return image
    shrink = max(1, min(8, int(radius / 6)))
    if shrink == 1:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.resize((max(1, image.width // shrink), max(1, image.height // shrink)), Image.Resampling.BOX).filter(
        ImageFilter.GaussianBlur(radius / shrink)
    )
    return small.resize(image.size, Image.Resampling.BICUBIC)


def fill(image: Image.Image, stencil: Stencil, paint: Colour | Image.Image, strength: float = 1.0) -> None:
    """Lay a colour, or a picture as large as the stencil, through the stencil."""
    mask = stencil.mask if strength >= 1 else stencil.mask.point(lambda value: round(value * strength))
    if isinstance(paint, Image.Image):
        image.paste(paint, (stencil.left, stencil.top), mask)
    else:
        image.paste(paint, (stencil.left, stencil.top, stencil.left + mask.width, stencil.top + mask.height), mask)


def ellipse_points(x: float, y: float, across: float, down: float, start: float = 0, end: float = 360) -> list[Point]:
    """Points along an ellipse, clockwise from the right; angles in degrees."""
    steps = max(16, int(abs(end - start) / 4))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles]


def ellipse(x: float, y: float, across: float, down: float, blur: float = 0.0) -> Stencil:
    return polygon(ellipse_points(x, y, across, down), blur)


def glow(image: Image.Image, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
    """Light that spreads from a point and only ever brightens."""
    side = max(2, round(radius * 2))
    # White in the middle; squared, it falls off as light does.
    light = Image.radial_gradient("L").point(lambda value: round(255 * strength * max(0.0, 1 - value / 181) ** 2.2))
    light = light.resize((side, side), Image.Resampling.BICUBIC)
    left, top = round(x - radius), round(y - radius)
    box = max(0, left), max(0, top), min(image.width, left + side), min(image.height, top + side)
    if box[0] >= box[2] or box[1] >= box[3]:
        return
    part = image.crop(box)
    mask = light.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    bright = ImageChops.screen(part, Image.new("RGB", part.size, colour))
    image.paste(bright, box[:2], mask)


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """A curve through the points (Catmull-Rom), as many short lines."""
    curve: list[Point] = []
    for index in range(len(points) - 1):
        p0 = points[max(index - 1, 0)]
        p1, p2 = points[index], points[index + 1]
        p3 = points[min(index + 2, len(points) - 1)]
        curve += [
            (_spline(p0[0], p1[0], p2[0], p3[0], step / steps), _spline(p0[1], p1[1], p2[1], p3[1], step / steps))
            for step in range(steps)
        ]
    return [*curve, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def vignette(image: Image.Image, strength: float) -> Image.Image:
    """Darker towards the corners."""
    shade = Image.radial_gradient("L").point(lambda value: round(255 * strength * max(0.0, value / 255 - 0.35) ** 1.6))
    mask = shade.resize(image.size, Image.Resampling.BICUBIC)
    return Image.composite(Image.blend(image, Image.new("RGB", image.size), 0.75), image, mask)


def tube(curve: Sequence[Point], width: float) -> Stencil:
    """A line with a thickness and square ends."""
    upper, lower = [], []
    for index, (x, y) in enumerate(curve):
        ahead, behind = curve[min(index + 1, len(curve) - 1)], curve[max(index - 1, 0)]
        dx, dy = ahead[0] - behind[0], ahead[1] - behind[1]
        norm = (dx * dx + dy * dy) ** 0.5 or 1.0
        upper.append((x + dy / norm * width, y - dx / norm * width))
        lower.append((x - dy / norm * width, y + dx / norm * width))
    return polygon([*upper, *reversed(lower)])
