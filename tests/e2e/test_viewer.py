"""A frame's viewer: its size, its surround, the way on, and what it is compared with."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from studio.models import Generation
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE, PHONE_DARK, Window
from tests.e2e.light_table import lay_out
from tests.e2e.page_check import check
from tests.e2e.test_lightbox import swipe
from tests.people import Cast


@pytest.fixture
def edited(cast: Cast) -> Generation:
    """2A, navy and 4:3, made from 1A, crimson and square."""
    (parent,) = lay_out(cast, "crimson", size=(800, 800), ratio="1:1")
    (child,) = lay_out(cast, "navy", inputs=[parent.outputs.get()])
    return child


def open_frame(page: Page, cast: Cast, frame: Generation, query: str = "") -> Page:
    steps.sign_in(page, cast.bob)
    page.goto(frame.get_absolute_url() + query)
    return page


def width_of(image: Locator) -> float:
    box = image.bounding_box()
    assert box
    return round(box["width"])


def test_it_is_shown_fitted_at_its_own_size_and_at_twice_that(page: Page, cast: Cast, edited: Generation) -> None:
    open_frame(page, cast, edited)
    image, pane = page.locator(".plate-image"), page.get_by_role("group", name="Picture")
    assert width_of(image) < 1000
    for size, width in (("100%", 1200), ("200%", 2400)):
        page.get_by_role("group", name="Zoom").get_by_text(size).click()
        assert width_of(image) == width
    assert pane.evaluate("pane => pane.scrollLeft > 0"), "its middle stays in the middle"
    page.get_by_role("group", name="Zoom").get_by_text("Fit").click()
    assert width_of(image) < 1000


def test_by_ctrl_and_the_wheel_what_is_under_the_pointer_stays_there(
    page: Page, cast: Cast, edited: Generation
) -> None:
    open_frame(page, cast, edited)
    image = page.locator(".plate-image")
    point = """([image, x, y]) => { const box = image.getBoundingClientRect();
        return [(x - box.x) / box.width, (y - box.y) / box.height] }"""
    page.mouse.move(300, 400)
    before, fitted = page.evaluate(point, [image.element_handle(), 300, 400]), width_of(image)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.wait_for_function("() => document.querySelector('.is-zoomed')")
    page.keyboard.up("Control")
    assert width_of(image) > 2 * fitted
    assert page.evaluate(point, [image.element_handle(), 300, 400]) == pytest.approx(before, abs=0.01)
    assert page.locator("[name=zoom]:checked").count() == 0

    pane = page.get_by_role("group", name="Picture")
    left = pane.evaluate("pane => pane.scrollLeft")
    page.mouse.down()
    page.mouse.move(200, 400, steps=4)
    page.mouse.up()
    assert pane.evaluate("pane => pane.scrollLeft") == left + 100


def test_the_surround_is_remembered(page: Page, cast: Cast, edited: Generation) -> None:
    open_frame(page, cast, edited)
    page.get_by_title("Mid grey surround").click()
    page.reload()
    viewer = page.locator(".viewer")
    assert viewer.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(119, 119, 119)"
    page.get_by_role("group", name="Picture").press("b")
    assert viewer.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(255, 255, 255)"


def test_the_way_on_by_arrow_and_by_finger(window: Window, cast: Cast) -> None:
    first, second = lay_out(cast, "crimson", "seagreen")
    page = open_frame(window.open(), cast, first)
    page.get_by_role("group", name="Picture").press("ArrowRight")
    expect(page.get_by_role("heading", name="1B", level=1)).to_be_visible()
    phone = open_frame(window.open(PHONE), cast, second)
    assert width_of(phone.locator(".plate-image")) == PHONE.width, "from edge to edge"
    swipe(phone, 60, 320, y=260)
    expect(phone.get_by_role("heading", name="1A", level=1)).to_be_visible()


# ── Comparing ──────────────────────────────────────────────────────────────────────────────────────


def compared(page: Page, cast: Cast, edited: Generation) -> Locator:
    """The page of 2A with its slider."""
    open_frame(page, cast, edited)
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_load_state()
    return page.get_by_role("slider", name="Compare before and after")


def cut(page: Page) -> float:
    """Where the line between both stands, in percent of the picture."""
    share: float = page.evaluate(
        """() => { const plate = document.querySelector('.compare').getBoundingClientRect();
        const line = document.querySelector('.wiper').getBoundingClientRect();
        return 100 * (line.x + line.width / 2 - plate.x) / plate.width }"""
    )
    return share


@pytest.mark.parametrize("screen", [DESKTOP, PHONE_DARK], ids=str)
def test_before_and_after_by_keyboard(window: Window, cast: Cast, edited: Generation, screen: object) -> None:
    page = window.open(screen)  # type: ignore[arg-type]
    slider = compared(page, cast, edited)
    slider.focus()
    for key, value in (
        ("ArrowRight", 51),
        ("ArrowLeft", 50),
        ("PageUp", 60),
        ("PageDown", 50),
        ("Home", 0),
        ("End", 100),
    ):
        page.keyboard.press(key)
        expect(slider).to_have_value(str(value))
        assert cut(page) == pytest.approx(value, abs=0.5)
    expect(slider).to_have_attribute("aria-valuetext", "100 percent before")
    page.keyboard.press("Home")
    page.keyboard.down(" ")
    expect(page.locator(".compare .after")).to_be_hidden()
    page.keyboard.up(" ")
    expect(page.locator(".compare .after")).to_be_visible()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_before_and_after_by_mouse(window: Window, cast: Cast, edited: Generation, screen: object) -> None:
    page = window.open(screen)  # type: ignore[arg-type]
    slider = compared(page, cast, edited)
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 3, steps=5)
    page.mouse.up()
    assert cut(page) == pytest.approx(25, abs=3)
    seen = page.locator(".plate.compare").screenshot()
    assert colour_at(seen, 0.2, 0.35) == (220, 20, 60)
    assert colour_at(seen, 0.8, 0.4) == (0, 0, 128)


def colour_at(png: bytes, across: float, down: float) -> tuple[int, ...]:
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB").getpixel((int(across * image.width), int(down * image.height)))  # type: ignore[return-value]


def test_different_shapes_are_both_fitted_and_never_stretched(page: Page, cast: Cast, edited: Generation) -> None:
    slider = compared(page, cast, edited)
    slider.press("End")
    seen = page.locator(".plate.compare").screenshot()
    # 800 by 800 in 1200 by 900: three quarters of its width, with nothing on both sides.
    assert colour_at(seen, 0.06, 0.5) == colour_at(seen, 0.94, 0.5) == (231, 231, 231)
    assert colour_at(seen, 0.15, 0.5) == colour_at(seen, 0.85, 0.5) == (220, 20, 60)
    # The cross of a square that is still one: as steep as it is wide.
    assert colour_at(seen, 0.125 + 0.75 * 0.25, 0.25) == (255, 255, 255)


def test_side_by_side_both_move_and_grow_together(page: Page, cast: Cast, edited: Generation) -> None:
    compared(page, cast, edited)
    page.get_by_role("link", name="Side by side").click()
    panes = page.locator(".pane")
    expect(panes).to_have_count(2)
    page.get_by_role("group", name="Zoom").get_by_text("200%").click()
    widths = [width_of(panes.nth(place).locator("img")) for place in (0, 1)]
    assert widths == [2400, 2400]
    panes.first.evaluate("pane => pane.scrollTo(700, 300)")
    page.wait_for_function("() => document.querySelectorAll('.pane')[1].scrollLeft === 700")
    assert panes.last.evaluate("pane => pane.scrollTop") == 300


def test_any_two_frames_have_an_address_together(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    first, second = lay_out(cast, "crimson", "seagreen")
    steps.sign_in(any_page, cast.vera)
    address = f"{cast.project.get_absolute_url()}comparison/?a={first.public_id}&b={second.public_id}"
    any_page.goto(address)
    expect(any_page.get_by_role("slider")).to_be_visible()
    check(any_page, axe, "comparison", request)
    any_page.get_by_role("link", name="Side by side").click()
    check(any_page, axe, "comparison-sides", request)
    any_page.get_by_role("link", name="Swap them").click()
    expect(any_page.get_by_role("heading", level=1)).to_have_text("1B and 1A")


def test_without_script_both_stand_side_by_side(window: Window, cast: Cast, edited: Generation) -> None:
    page = window.open(DESKTOP, java_script_enabled=False)
    open_frame(page, cast, edited)
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_load_state()
    before, after = (page.locator(f".compare .{side}").bounding_box() for side in ("before", "after"))
    assert before
    assert after
    assert before["x"] + before["width"] <= after["x"]
    assert before["y"] == after["y"]
    expect(page.get_by_role("slider")).to_have_count(0)
    page.goto(edited.get_absolute_url())
    page.get_by_role("group", name="Zoom").get_by_text("200%").click()
    assert width_of(page.locator(".plate-image")) == 2400


def test_the_page_of_an_edit(
    any_page: Page, cast: Cast, edited: Generation, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    lay_out(cast, "seagreen", "teal", "olive", inputs=[edited.outputs.get()])
    open_frame(any_page, cast, edited)
    check(any_page, axe, "viewer", request)
    any_page.goto(f"{edited.get_absolute_url()}?compare")
    check(any_page, axe, "viewer-compared", request)
