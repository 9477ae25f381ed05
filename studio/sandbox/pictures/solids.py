"""Turned bodies, balls, blocks and cushions, each with its shadow: the grammar of a still life."""

from collections.abc import Sequence

from PIL import Image, ImageChops

from .canvas import Point, Stencil, blurred, ellipse_points, fill, polygon
from .colours import Colour, darker, lighter
from .shading import Profile, Room, dyed, sphere, turned


def cast_shadow(image: Image.Image, outline: Sequence[Point], foot: float, room: Room, unit: float) -> None:
    """The outline, laid down on the floor away from the light; the farther, the softer."""
    reach, flat = 0.72 * room.side, 0.17
    for blur, length, strength in ((0.05, 1.0, 0.62), (0.016, 0.5, 0.55)):
        laid = [(x + (foot - y) * reach * length, foot - (foot - y) * flat * length) for x, y in outline]
        fill(image, polygon(laid, unit * blur * room.softness), darker(room.floor, 0.72), room.shadow * strength)


def contact_shadow(image: Image.Image, x: float, foot: float, across: float, room: Room) -> None:
    """Where a thing touches the floor no light gets in."""
    for wide, tall, blur, strength in ((1.25, 1.5, 0.22, 0.5), (1.03, 1.05, 0.05, 0.75)):
        flat = across * room.tilt
        points = ellipse_points(x + across * 0.06 * room.side, foot + flat * 0.1, across * wide, flat * tall)
        fill(image, polygon(points, across * blur), darker(room.floor, 0.78), room.shadow * strength)


def turned_body(
    image: Image.Image,
    x: float,
    foot: float,
    height: float,
    profile: Profile,
    colour: Colour,
    room: Room,
    *,
    gloss: float = 0.25,
    mouth: Colour | None = None,
    shadow: bool = True,
) -> None:
    """A body as a potter turns it. `foot` is the middle of its lowest circle; `mouth` makes it hollow."""
    outline = _outline(x, foot, height, profile, room.tilt)
    if shadow:
        cast_shadow(image, outline, foot, room, height)
        contact_shadow(image, x, foot, profile[0][1] * height, room)
    stencil = polygon(outline)
    shading = turned(stencil, x, foot, height, profile, room, gloss)
    fill(image, stencil, dyed(shading, colour, room))
    rim = profile[-1][1] * height
    if mouth is not None:
        top = foot - height
        fill(image, polygon(ellipse_points(x, top, rim, rim * room.tilt)), lighter(colour, 0.2))
        inner = polygon(ellipse_points(x, top + rim * 0.02, rim * 0.88, rim * room.tilt * 0.84))
        fill(image, inner, mouth)
        far = polygon(
            ellipse_points(x - rim * 0.25 * room.side, top + rim * room.tilt * 0.35, rim * 0.8, rim * room.tilt * 0.8),
            rim * 0.08,
        )
        _within(image, inner, far, darker(mouth, 0.35), 0.55)


def disc_top(image: Image.Image, x: float, top: float, across: float, colour: Colour, room: Room) -> None:
    """The upper side of a plinth: brighter towards the light."""
    stencil = polygon(ellipse_points(x, top, across, across * room.tilt))
    shade = Image.linear_gradient("L").rotate(90 * room.side, expand=True).resize(stencil.mask.size)
    shade = shade.point(lambda value: 178 + value // 6)
    fill(image, stencil, dyed(shade, colour, room))


def plinth(
    image: Image.Image, x: float, foot: float, across: float, height: float, colour: Colour, room: Room
) -> float:
    """A low round stage. Returns the height at which things stand on it."""
    profile = [(0.0, across / height), (1.0, across / height)]
    turned_body(image, x, foot, height, profile, colour, room, gloss=0.05)
    disc_top(image, x, foot - height, across, colour, room)
    return foot - height


def ball(
    image: Image.Image, x: float, foot: float, radius: float, colour: Colour, room: Room, gloss: float = 0.3
) -> None:
    """A ball that rests on `foot`."""
    y = foot - radius * (1 - room.tilt * 0.35)
    outline = ellipse_points(x, y, radius, radius)
    cast_shadow(image, outline, foot, room, radius * 2)
    contact_shadow(image, x, foot, radius * 0.55, room)
    stencil = polygon(outline)
    shading = sphere(room.light, gloss).resize(stencil.mask.size, Image.Resampling.BICUBIC)
    fill(image, stencil, dyed(shading, colour, room))


def block(
    image: Image.Image,
    x: float,
    foot: float,
    across: float,
    height: float,
    colour: Colour,
    room: Room,
    turn: float = 0.35,
) -> float:
    """A box on its edge: two sides and a top. `turn` is where the near edge stands. Returns its top's middle."""
    left, right = x - across * turn * 2 * 0.5 - across * 0.15, x + across * (1 - turn)
    back = room.tilt * 0.8
    near = (x - across * 0.1, foot)
    far_left, far_right = (
        (left - across * 0.2, foot - (near[0] - left) * back),
        (right, foot - (right - near[0]) * back),
    )
    up = [(px, py - height) for px, py in (near, far_left, far_right)]
    behind = (far_left[0] + far_right[0] - near[0], far_left[1] + far_right[1] - near[1] - height)
    outline = [near, far_right, up[2], behind, up[1], far_left]
    cast_shadow(image, outline, foot, room, height)
    contact = polygon([near, far_right, (behind[0], behind[1] + height), far_left], across * 0.06)
    fill(image, contact, darker(room.floor, 0.75), room.shadow * 0.7)
    lit, shaded = (150, 74) if room.side > 0 else (74, 150)
    for points, value in (((far_left, near, up[0], up[1]), lit), ((near, far_right, up[2], up[0]), shaded)):
        stencil = polygon(points)
        shade = (
            Image.linear_gradient("L").resize(stencil.mask.size).point(lambda level, base=value: base + 16 - level // 9)
        )
        fill(image, stencil, dyed(shade, colour, room))
    stencil = polygon([up[0], up[2], behind, up[1]])
    fill(image, stencil, dyed(Image.new("L", stencil.mask.size, 196), colour, room))
    return (up[0][1] + behind[1]) / 2


def inflated(
    image: Image.Image, stencil: Stencil, colour: Colour, room: Room, depth: float, gloss: float = 0.2
) -> None:
    """Any outline as if it were a cushion: its blurred mask is its height, and the slope meets the light."""
    high = blurred(stencil.mask, depth)
    high = Image.blend(high, blurred(stencil.mask, depth * 0.4), 0.35)
    step = max(1, round(depth * 0.45))
    lit = ImageChops.offset(high, step * room.side, step)
    slope = ImageChops.subtract(high, lit, scale=1.0, offset=0)
    dark = ImageChops.subtract(lit, high, scale=1.0, offset=0)
    middle = Image.new("L", high.size, 138)
    shade = ImageChops.add(middle, slope.point(lambda value: min(255, round(value * 0.75))))
    shade = ImageChops.subtract(shade, dark.point(lambda value: min(255, round(value * 0.85))))
    if gloss:
        spot = slope.point(lambda value: round(max(0, value - 105) * 2.2 * gloss))
        shade = ImageChops.add(shade, blurred(spot, depth * 0.12))
    fill(image, stencil, dyed(shade, colour, room))


def _within(image: Image.Image, outer: Stencil, inner: Stencil, colour: Colour, strength: float) -> None:
    """Paint `inner`, but only where `outer` is."""
    mask = Image.new("L", outer.mask.size)
    mask.paste(inner.mask, (inner.left - outer.left, inner.top - outer.top))
    fill(image, Stencil(ImageChops.multiply(mask, outer.mask), outer.left, outer.top), colour, strength)


def _outline(x: float, foot: float, height: float, profile: Profile, tilt: float) -> list[Point]:
    right = [(x + radius * height, foot - level * height) for level, radius in profile]
    left = [(2 * x - px, py) for px, py in reversed(right)]
    low, top = profile[0][1] * height, profile[-1][1] * height
    rim = ellipse_points(x, foot - height, top, top * tilt, 0, -180)
    base = ellipse_points(x, foot, low, low * tilt, 180, 0)
    return [*right, *rim, *left, *base]
