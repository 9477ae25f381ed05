"""An edited copy: turned and cut out to the pixel, painted over where somebody painted, and as it was elsewhere."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from studio.decoder.edit import edited
from studio.decoder.editing import Edit, Note
from studio.decoder.facts import NotAPicture
from studio.decoder.working import working_copy
from tests.decoder.test_working import (
    PHOTOS,
    assert_refused,
    assert_same_pixels,
    corners,
    decibels,
    drawn,
    noisy,
    opened,
    saved,
    telling,
)

LIMIT = 7_000_000
RED = "#e5231b"


def edit(
    data: bytes, turn: int = 0, flip: bool = False, crop: Any = None, notes: Any = (), limit: int = LIMIT
) -> bytes:
    size = ImageOps.exif_transpose(opened(data)).size
    width, height = size[::-1] if turn % 2 else size
    made = edited(io.BytesIO(data), Edit(turn, flip, crop or (0, 0, width, height), tuple(notes)), limit)
    assert (made.facts.width, made.facts.height) == opened(made.data).size
    return made.data


def by_hand(image: Image.Image, turn: int, flip: bool, crop: tuple[int, int, int, int]) -> Image.Image:
    """The same by other means: turned by whole numbers of degrees, against the clock."""
    lying = ImageOps.mirror(image) if flip else image
    left, top, width, height = crop
    return lying.rotate(-90 * turn, expand=True).crop((left, top, left + width, top + height))


def upright(data: bytes) -> Image.Image:
    return ImageOps.exif_transpose(opened(data))


SOURCES = {
    "photograph": PHOTOS[0].read_bytes(),
    "progressive": saved(noisy(), "JPEG", progressive=True, quality=70),
    "grey JPEG": saved(noisy().convert("L"), "JPEG"),
    "PNG": saved(drawn(), "PNG"),
    "transparent PNG": saved(Image.merge("RGBA", (*drawn().split(), drawn().convert("L"))), "PNG"),
    "grey PNG": saved(noisy().convert("L"), "PNG"),
    "WebP": saved(noisy(), "WEBP", quality=60),
}


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("data", SOURCES.values(), ids=SOURCES)
def test_turned_and_cut_out_to_the_pixel(data: bytes, turn: int, *, flip: bool) -> None:
    source = upright(data)
    width, height = source.size[::-1] if turn % 2 else source.size
    crop = (7, 11, width - 20, height - 31)
    assert_same_pixels(opened(edit(data, turn, flip, crop)), by_hand(source, turn, flip, crop))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_lies_on_its_side_is_counted_from_how_it_is_seen(kind: str, orientation: int) -> None:
    data = saved(corners((64, 48)), kind, exif=telling(t274=orientation))
    source, crop = upright(data), (3, 5, 30, 20)
    assert_same_pixels(opened(edit(data, 1, False, crop)), by_hand(source, 1, False, crop))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_part_of_any_picture(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 70)), data.draw(st.integers(1, 70))
    source = Image.effect_noise((width, height), 90).convert(data.draw(st.sampled_from(["RGB", "L", "RGBA"])))
    turn, flip = data.draw(st.integers(0, 3)), data.draw(st.booleans())
    wide, high = (height, width) if turn % 2 else (width, height)
    left, top = data.draw(st.integers(0, wide - 1)), data.draw(st.integers(0, high - 1))
    crop = (left, top, data.draw(st.integers(1, wide - left)), data.draw(st.integers(1, high - top)))
    assert_same_pixels(opened(edit(saved(source, "PNG"), turn, flip, crop)), by_hand(source, turn, flip, crop))


def test_four_turns_are_none_and_so_are_two_mirrors() -> None:
    data = saved(drawn(), "PNG")
    four = data
    for _ in range(4):
        four = edit(four, 1)
    assert_same_pixels(opened(four), drawn())
    assert_same_pixels(opened(edit(edit(data, 0, True), 0, True)), drawn())


def test_a_photograph_that_would_not_fit_stays_the_jpeg_it_was() -> None:
    whole = opened(PHOTOS[0].read_bytes()).convert("RGB")
    source = saved(whole.crop((0, 0, whole.width // 16 * 16, whole.height // 16 * 16)), "JPEG", quality=90)
    made = edit(source, 1, limit=len(source) * 3 // 2)
    assert opened(made).format == "JPEG"
    assert len(made) < len(source) * 1.1
    assert decibels(opened(made), opened(source).rotate(-90, expand=True)) > 44


# ── Painted over ───────────────────────────────────────────────────────────────────────────────────

GROUND = Image.new("RGB", (400, 300), (90, 120, 150))
NOTES = {
    "a stroke": (Note("stroke", RED, 3, (50, 50, 60, 55, 100, 100)), (60, 55)),
    "a line": (Note("line", RED, 2, (40, 200, 200, 200)), (120, 200)),
    "an arrow": (Note("arrow", RED, 2, (40, 40, 200, 150)), (120, 95)),
    "a rectangle": (Note("rectangle", RED, 2, (200, 150, 60, 60)), (60, 100)),
}


@pytest.mark.parametrize(("note", "on_it"), NOTES.values(), ids=NOTES)
def test_a_note_is_where_it_was_drawn_and_nowhere_else(note: Note, on_it: tuple[int, int]) -> None:
    painted = opened(edit(saved(GROUND, "PNG"), notes=[note]))
    assert painted.getpixel(on_it) == (229, 35, 27)
    box = ImageChops.difference(painted, GROUND).getbbox()
    assert box is not None
    xs, ys = note.points[::2], note.points[1::2]
    assert min(xs) - 20 <= box[0] <= box[2] <= max(xs) + 20
    assert min(ys) - 20 <= box[1] <= box[3] <= max(ys) + 20
    assert painted.crop((220, 220, 400, 300)).getcolors() == [(180 * 80, (90, 120, 150))]


def test_notes_stand_in_the_turned_picture_and_are_cut_with_it() -> None:
    note = Note("line", RED, 2, (10, 350, 250, 350))
    painted = opened(edit(saved(GROUND, "JPEG"), 1, crop=(0, 320, 300, 60), notes=[note]))
    assert painted.size == (300, 60)
    assert painted.getpixel((100, 30)) == (229, 35, 27)


def test_words_in_two_scripts_and_through_a_transparent_picture() -> None:
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    notes = [Note("text", "#161616", 3, (20, 100), "Ohne Löffel, ž"), Note("line", RED, 3, (20, 200, 300, 200))]
    painted = opened(edit(saved(clear, "PNG"), notes=notes))
    assert painted.mode == "RGBA"
    assert painted.getpixel((100, 200)) == (229, 35, 27, 255)
    assert painted.getpixel((350, 280)) == (0, 0, 0, 0)
    left, top, right, bottom = painted.crop((0, 0, 400, 150)).getbbox() or (0, 0, 0, 0)
    assert 15 <= left < 30 < 150 < right
    assert 60 < top < 90 < 100 <= bottom < 115


def test_a_letter_that_no_font_has_is_said_to_be_so() -> None:
    note = Note("text", RED, 2, (20, 100), "\N{OLD ITALIC LETTER KU}")
    assert_refused("no_letters", lambda: edit(saved(GROUND, "PNG"), notes=[note]))


def test_what_lies_outside_is_not_cut_out() -> None:
    assert_refused("outside", lambda: edit(saved(GROUND, "PNG"), crop=(1, 0, 400, 300)))


@pytest.mark.parametrize("cut", [30, 200])
def test_half_a_picture_is_none(cut: int) -> None:
    with pytest.raises(NotAPicture):
        edited(io.BytesIO(saved(noisy(), "JPEG")[:cut]), Edit(0, False, (0, 0, 1, 1)), LIMIT)


def test_an_edited_copy_is_a_working_copy() -> None:
    made = edit(saved(drawn(), "JPEG", exif=telling(), comment=b"secret"), 1)
    assert working_copy(io.BytesIO(made)).data == made
