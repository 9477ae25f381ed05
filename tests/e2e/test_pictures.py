"""Pictures as they come to a page: the right size for the screen, their colour before them, and nothing that moves."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from studio.models import Output
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE, Log, Screen, Window
from tests.people import Cast

WATCH_FOR_SHIFTS = """
    window.shifts = 0
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) window.shifts += shift.value
    }).observe({type: 'layout-shift', buffered: true})
"""
SMALL = re.compile(r"/media/outputs/.*/thumbnail")


def test_a_frame_shows_its_colour_where_its_picture_will_be_and_nothing_moves(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A harbour")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    held: list[Route] = []
    page.route(SMALL, lambda route: held.append(route))
    page.add_init_script(WATCH_FOR_SHIFTS)
    with page.expect_request(SMALL):
        page.reload(wait_until="domcontentloaded")
    frame = steps.frame(page, "1A")
    colour = frame.locator(".tone rect")
    expect(colour).to_have_attribute("fill", Output.objects.get().colour or "")
    assert frame.locator("img").evaluate("image => image.naturalWidth") == 0
    before = frame.bounding_box()
    assert frame.locator(".tone").bounding_box() == frame.locator(".pic").bounding_box()
    while held:
        held.pop().fallback()
    page.wait_for_function("() => document.querySelector('.pic img').naturalWidth > 0")
    assert frame.bounding_box() == before
    assert page.evaluate("window.shifts") == 0


@pytest.mark.parametrize(
    ("screen", "pixels", "size"),
    # A frame is 243 points wide on the desktop, 170 on the telephone.
    [
        (DESKTOP, 1, "thumbnail-320"),
        (DESKTOP, 2, "thumbnail-640"),
        (PHONE, 1, "thumbnail-320"),
        (PHONE, 3, "thumbnail-640"),
    ],
)
def test_a_screen_gets_the_size_it_can_show(
    window: Window, cast: Cast, log: Log, screen: Screen, pixels: int, size: str
) -> None:
    page = window.open(screen, device_scale_factor=pixels)
    steps.open_workspace(page, cast.bob, cast.project)
    if screen is PHONE:
        page.goto(f"{cast.project.get_absolute_url()}compose/")
    steps.write_prompt(page, "A harbour")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    image = steps.frame(page, "1A").locator("img")
    page.wait_for_function("() => document.querySelector('.pic img').naturalWidth > 0")
    taken = urlsplit(image.evaluate("image => image.currentSrc")).path.split("/")[-2]
    assert taken == size
