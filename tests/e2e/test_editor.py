"""An image of the tray edited by hand: cut with keys and numbers, painted on by mouse and by finger, and put back."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.models import Upload
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE, Screen, Window
from tests.e2e.test_composer import expect_order, slots
from tests.people import Cast


def open_editor(page: Page) -> Locator:
    slots(page).last.click()
    page.get_by_role("button", name="Crop, turn or write on it").click()
    dialog = page.get_by_role("dialog", name="Edit coffee.jpg")
    expect(dialog).to_be_visible()
    return dialog


def drag(page: Page, screen: Screen, *shares: tuple[float, float]) -> None:
    """Over the picture, from place to place as shares of it: with a mouse, or with a finger."""
    box = page.locator("#editor-image").bounding_box()
    assert box
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in shares]
    steps_between = [
        (x + (to_x - x) * part / 4, y + (to_y - y) * part / 4)
        for (x, y), (to_x, to_y) in pairwise(points)
        for part in range(1, 5)
    ]
    if not screen.is_touch:
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in steps_between:
            page.mouse.move(*point)
        page.mouse.up()
        return
    finger = page.context.new_cdp_session(page)
    for kind, point in [("touchStart", points[0]), *(("touchMove", point) for point in steps_between)]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": point[0], "y": point[1]}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_an_image_is_cut_turned_and_written_on(
    window: Window, cast: Cast, axe: Callable[[Page], None], screen: Screen
) -> None:
    page = steps.open_workspace(window.open(screen), cast.bob, cast.project)
    if screen == PHONE:
        page.get_by_role("link", name="New generation").click()
    steps.add_pictures(page, "rocket.jpg", "coffee.jpg")
    expect_order(page, "rocket", "coffee")
    dialog = open_editor(page)
    size = dialog.locator("output")
    expect(size).to_have_text("600 × 400 pixels")

    # By keyboard: the frame made smaller and moved, the width typed, a ratio chosen
    expect(dialog.get_by_role("group", name="Crop frame")).to_be_focused()
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    expect(size).to_have_text("594 × 394 pixels")
    expect(dialog.get_by_label("Left", exact=True)).to_have_value("6")
    dialog.get_by_label("Width").fill("9999")
    page.keyboard.press("Enter")
    expect(size).to_have_text("600 × 394 pixels")
    dialog.get_by_label("Ratio").select_option("1:1")
    expect(size).to_have_text("400 × 400 pixels")

    # By hand: the frame by its corner, an arrow, a stroke, words
    drag(page, screen, (1 / 6, 0), (0.3, 0.4))
    expect(size).to_have_text(re.compile(r"^3\d\d × 3\d\d pixels$"))
    dialog.get_by_role("radio", name="Arrow").check()
    drag(page, screen, (0.4, 0.4), (0.6, 0.6))
    dialog.get_by_role("radio", name="Draw").check()
    dialog.get_by_role("radio", name="Blue").check()
    drag(page, screen, (0.5, 0.3), (0.6, 0.35), (0.5, 0.4))
    notes = dialog.locator(".editor-note")
    expect(notes).to_have_count(2)

    # A note by keyboard, moved, taken back and had again
    dialog.get_by_role("radio", name="Words").check()
    dialog.get_by_label("Words", exact=True).last.fill("no cup")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("img", name="Note 3: no cup")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(notes).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(notes).to_have_count(3)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Put aside it is there again, and the focus is where it came from
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(slots(page).last).to_be_focused()
    expect(open_editor(page).locator(".editor-note")).to_have_count(3)
    dialog.get_by_role("button", name="Turn right").click()
    dialog.get_by_role("button", name="Use it").click()
    expect(dialog).to_have_count(0)
    expect_order(page, "rocket", "coffee")
    expect(slots(page).last).to_be_focused()
    edited = Upload.objects.get(edit__isnull=False)
    assert edited.edit["turn"] == 1
    assert [note["kind"] for note in edited.edit["notes"]] == ["arrow", "stroke", "text"]
    assert edited.width == edited.height < 400

    # Edited further from the same image, started over, and so it is that image again
    open_editor(page)
    expect(notes).to_have_count(3)
    dialog.get_by_role("button", name="Start over").click()
    expect(notes).to_have_count(0)
    dialog.get_by_role("button", name="Use it").click()
    expect(dialog).to_have_count(0)
    whole = edited.made_from_upload
    assert whole
    expect(page.locator(f'[name=inputs][value="upload:{whole.public_id}"]')).to_have_count(1)
    expect(page.locator("[name=inputs]")).to_have_count(2)
