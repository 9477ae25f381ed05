"""The lightbox over the feed: by keyboard, by mouse and by finger."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE, Screen, Window
from tests.e2e.light_table import lay_out
from tests.e2e.page_check import check
from tests.people import Cast

SCREENS = (DESKTOP, PHONE)


@pytest.fixture(params=SCREENS, ids=str)
def feed(window: Window, cast: Cast, request: pytest.FixtureRequest) -> Page:
    """Two runs: 1A and 1B below, and above them 2A, made from 1A."""
    screen: Screen = request.param
    first, _ = lay_out(cast, "crimson", "seagreen")
    lay_out(cast, "navy", inputs=[first.outputs.get()])
    return steps.open_workspace(window.open(screen), cast.bob, cast.project)


def lightbox(page: Page) -> Locator:
    return page.get_by_role("dialog")


def opener(page: Page, number: str) -> Locator:
    return page.get_by_role("link", name=f"Open {number}", exact=True)


def expect_original(page: Page, colour: str) -> None:
    """The full picture, not the small one that stands in for it."""
    image = lightbox(page).locator(".plate-image")
    expect(image).to_have_js_property("naturalWidth", 1200)
    corner = image.evaluate(
        """image => { const canvas = new OffscreenCanvas(1200, 900).getContext('2d'); canvas.drawImage(image, 0, 0);
        return [...canvas.getImageData(600, 60, 1, 1).data].slice(0, 3).join() }"""
    )
    assert corner == {"navy": "0,0,128", "crimson": "220,20,60", "seagreen": "46,139,87"}[colour]


def test_by_keyboard(feed: Page, cast: Cast) -> None:
    address = feed.url
    opener(feed, "2A").focus()
    feed.keyboard.press("Enter")
    expect(lightbox(feed)).to_be_visible()
    expect(lightbox(feed).get_by_role("heading", name="2A")).to_be_visible()
    expect(lightbox(feed).get_by_role("status")).to_have_text("1 of 3")
    expect_original(feed, "navy")
    assert feed.url.endswith(opener(feed, "2A").get_attribute("href") or "?"), "an address to pass on"

    feed.keyboard.press("ArrowRight")
    expect(lightbox(feed).get_by_role("status")).to_have_text("2 of 3")
    expect_original(feed, "crimson")
    feed.keyboard.press("End")
    expect(lightbox(feed).get_by_role("heading", name="1B")).to_be_visible()
    expect(lightbox(feed).get_by_role("button", name="Next image")).to_be_hidden()
    feed.keyboard.press("ArrowRight")
    expect(lightbox(feed).get_by_role("status")).to_have_text("3 of 3")
    feed.keyboard.press("Home")
    expect(lightbox(feed).get_by_role("heading", name="2A")).to_be_visible()

    feed.keyboard.press("Escape")
    expect(lightbox(feed)).to_be_hidden()
    expect(opener(feed, "2A")).to_be_focused()
    expect(feed).to_have_url(address)


def test_space_shows_what_it_was_made_from_while_it_is_held(feed: Page) -> None:
    opener(feed, "2A").press("Enter")
    before = lightbox(feed).locator(".plate-before")
    expect(before).to_be_hidden()
    feed.keyboard.down(" ")
    expect(before).to_be_visible()
    expect(before).to_have_js_property("naturalWidth", 960)
    feed.keyboard.up(" ")
    expect(before).to_be_hidden()
    feed.keyboard.press("ArrowRight")
    feed.keyboard.down(" ")
    expect(before).to_be_hidden()


def test_z_shows_every_pixel_and_then_the_arrows_scroll(feed: Page) -> None:
    opener(feed, "2A").press("Enter")
    image, pane = lightbox(feed).locator(".plate-image"), lightbox(feed).get_by_role("group", name="Picture")
    feed.keyboard.press("z")
    expect(image).to_have_js_property("width", 1200)
    if feed.viewport_size == {"width": PHONE.width, "height": PHONE.height}:
        begin = pane.evaluate("pane => pane.scrollLeft")
        feed.keyboard.press("ArrowRight")
        feed.wait_for_function("([pane, begin]) => pane.scrollLeft > begin", arg=[pane.element_handle(), begin])
    expect(lightbox(feed).get_by_role("heading", name="2A")).to_be_visible()
    feed.keyboard.press("Z")
    feed.keyboard.press("ArrowRight")
    expect(lightbox(feed).get_by_role("heading", name="1A")).to_be_visible()
    feed.wait_for_function("""() => {
        const width = document.querySelector("#lightbox .plate-image")?.getBoundingClientRect().width;
        return width > 0 && width <= innerWidth;
    }""")


def test_back_closes_it_and_forward_opens_it_again(feed: Page) -> None:
    address = feed.url
    opener(feed, "1A").click()
    frame = feed.url
    feed.go_back()
    expect(lightbox(feed)).to_be_hidden()
    expect(feed).to_have_url(address)
    feed.go_forward()
    expect(lightbox(feed).get_by_role("heading", name="1A")).to_be_visible()
    assert feed.url == frame
    with feed.expect_navigation():
        feed.evaluate("location.reload()")  # by the page: the browser may not have heard of the last step yet
    expect(feed.get_by_role("heading", name="1A", level=1)).to_be_visible()


def test_it_moves_nothing_on_the_page_below_and_keeps_the_focus_inside(feed: Page) -> None:
    where = "() => [scrollY, document.querySelector('#f-1B').getBoundingClientRect().top]"
    opener(feed, "2A").focus()
    begin = feed.evaluate(where)
    feed.keyboard.press("Enter")
    expect(lightbox(feed)).to_be_visible()
    assert feed.evaluate(where) == begin
    for _ in range(12):
        feed.keyboard.press("Tab")
        assert feed.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#lightbox')"
        )
    lightbox(feed).get_by_role("button", name="Close").click()
    expect(lightbox(feed)).to_be_hidden()
    assert feed.evaluate(where) == begin


def test_the_neighbours_are_there_before_they_are_asked_for(feed: Page, cast: Cast) -> None:
    opener(feed, "1A").focus()
    with feed.expect_response(lambda answer: "/original/" in answer.url and answer.url.endswith(original(feed, "1B"))):
        feed.keyboard.press("Enter")


def original(page: Page, number: str) -> str:
    return opener(page, number).get_attribute("data-full") or "?"


def test_by_mouse_with_its_own_ways_out(feed: Page, cast: Cast) -> None:
    opener(feed, "2A").click()
    lightbox(feed).get_by_role("button", name="Next image").click()
    lightbox(feed).get_by_role("button", name="Next image").click()
    expect(lightbox(feed).get_by_role("heading", name="1B")).to_be_visible()
    expect(lightbox(feed).get_by_role("group", name="Picture")).to_be_focused()
    lightbox(feed).get_by_role("button", name="Previous image").click()
    with feed.expect_download() as download:
        lightbox(feed).get_by_role("link", name="Download 1A").click()
    assert download.value.suggested_filename == "Autumn-catalogue-1A-pro-1K-A-crimson-boat.png"
    lightbox(feed).get_by_role("link", name="Open its page").click()
    expect(feed.get_by_role("heading", name="1A", level=1)).to_be_visible()


def test_by_finger(window: Window, cast: Cast) -> None:
    lay_out(cast, "crimson", "seagreen")
    phone = steps.open_workspace(window.open(PHONE), cast.bob, cast.project)
    opener(phone, "1A").tap()
    expect(lightbox(phone).get_by_role("heading", name="1A")).to_be_visible()
    swipe(phone, 320, 60)
    expect(lightbox(phone).get_by_role("heading", name="1B")).to_be_visible()
    swipe(phone, 60, 320)
    expect(lightbox(phone).get_by_role("heading", name="1A")).to_be_visible()


def swipe(page: Page, begin: int, end: int, y: int = 400) -> None:
    """One finger across the screen."""
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": begin, "y": y}]})
    for x in range(begin, end, (end - begin) // 4):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": end, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_without_script_the_link_is_the_page(window: Window, cast: Cast) -> None:
    lay_out(cast, "crimson")
    page = window.open(DESKTOP, java_script_enabled=False)
    steps.open_workspace(page, cast.bob, cast.project)
    opener(page, "1A").click()
    expect(page.get_by_role("heading", name="1A", level=1)).to_be_visible()


def test_it_can_be_used_by_everybody(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    lay_out(cast, "crimson", "seagreen")
    steps.open_workspace(any_page, cast.bob, cast.project)
    opener(any_page, "1A").press("Enter")
    expect(lightbox(any_page).get_by_role("status")).to_have_text(re.compile("of 2"))
    check(any_page, axe, "lightbox", request)


def test_over_the_gallery_as_over_the_feed(page: Page, cast: Cast) -> None:
    first, _ = lay_out(cast, "crimson", "seagreen")
    lay_out(cast, "navy", inputs=[first.outputs.get()])
    steps.sign_in(page, cast.vera)
    page.goto(f"{cast.project.get_absolute_url()}gallery/")
    address = page.url
    opener(page, "2A").press("Enter")
    expect(lightbox(page).get_by_role("status")).to_have_text("1 of 3")
    page.keyboard.press("ArrowRight")
    expect(lightbox(page).get_by_role("status")).to_have_text("2 of 3")
    page.keyboard.press("Escape")
    expect(opener(page, "2A")).to_be_focused()
    expect(page).to_have_url(address)


def test_its_menu_is_that_of_the_frame(feed: Page, axe: Callable[[Page], None], request: pytest.FixtureRequest) -> None:
    opener(feed, "1B").click()
    more = lightbox(feed).get_by_role("button", name="More actions for 1B")
    menu = lightbox(feed).get_by_role("group", name="More actions for 1B")
    more.click()
    menu.get_by_role("button", name="Star").click()
    expect(lightbox(feed).locator("#lightbox-marks")).to_contain_text("Starred")
    expect(menu.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    menu.get_by_role("button", name="Star").press("ArrowLeft")
    expect(lightbox(feed).get_by_role("heading", name="1B")).to_be_visible()
    check(feed, axe, "lightbox-menu", request)
    menu.get_by_role("link", name="Reuse the prompt only").click()
    expect(lightbox(feed)).to_be_hidden()
    expect(feed.get_by_label("Prompt", exact=True)).not_to_have_value("")


def test_what_is_taken_as_an_input_is_seen_in_the_composer(feed: Page) -> None:
    opener(feed, "1B").click()
    lightbox(feed).get_by_role("button", name="More actions for 1B").click()
    lightbox(feed).get_by_role("button", name="Use as input").click()
    expect(lightbox(feed)).to_be_hidden()
    expect(steps.tray(feed).locator(".slot img")).to_have_count(1)
    expect(steps.tray(feed)).to_be_visible()


def test_what_goes_to_the_trash_closes_it_and_the_page_has_its_menu_again(feed: Page) -> None:
    opener(feed, "2A").click()
    lightbox(feed).get_by_role("button", name="More actions for 2A").click()
    lightbox(feed).get_by_role("button", name="Move 2A to the trash").click()
    expect(lightbox(feed)).to_be_hidden()
    expect(opener(feed, "2A")).to_be_hidden()
    frame = steps.frame(feed, "1A")
    frame.hover()
    frame.get_by_role("button", name="More actions for 1A").click()
    expect(feed.get_by_role("group", name="More actions for 1A")).to_be_visible()
