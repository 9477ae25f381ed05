"""Keys that lead somewhere and act on a frame, and none of them when they are switched off.

Those of the composer, the gallery's selection and the large picture are pressed in the tests of these.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studio.models import Star
from tests.e2e import steps
from tests.e2e.light_table import lay_out
from tests.e2e.page_check import check
from tests.people import Cast


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_keys_that_lead_somewhere(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    for key, ends in (("a", "/gallery/"), ("u", "/usage/"), ("p", "/prompts/"), ("w", f"/{cast.project.public_id}/")):
        press(page, "g", key)
        page.wait_for_url(f"**{ends}", wait_until="load")
    press(page, "c")
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_be_focused()
    prompt.press_sequentially("guava?")
    expect(prompt).to_have_value("guava?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    press(page, "Alt+2")
    expect(page.get_by_role("radio", name="2 $")).to_be_checked()
    expect(prompt).to_be_focused()


def test_a_frame_is_gone_to_and_acted_upon(page: Page, cast: Cast) -> None:
    lay_out(cast, "crimson", "seagreen")
    lay_out(cast, "navy")
    steps.open_workspace(page, cast.bob, cast.project)
    press(page, "j")
    expect(page.get_by_role("link", name="Open 2A", exact=True)).to_be_focused()
    press(page, "j", "ArrowRight", "k")
    expect(page.get_by_role("link", name="Open 1A", exact=True)).to_be_focused()
    with page.expect_download() as download:
        press(page, "d")
    assert "1A" in download.value.suggested_filename
    press(page, "Enter")
    lightbox = page.get_by_role("dialog")
    press(page, "s")
    expect(lightbox).to_contain_text("Starred by you")
    press(page, "p")
    expect(lightbox.get_by_role("heading")).to_contain_text("(picked)")
    assert Star.objects.get().generation.frame_number == "1A"
    press(page, "e")
    page.wait_for_url("**edit=*", wait_until="load")
    page.go_back(wait_until="load")
    one = page.url
    press(page, "Escape", "j")  # on a frame's page to its neighbour's
    page.wait_for_url(lambda address: address != one, wait_until="load")
    press(page, "r")
    page.wait_for_url("**reuse=*")


def test_the_list_of_keys(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    steps.open_workspace(any_page, cast.bob, cast.project)
    press(any_page, "?")
    dialog = any_page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_text("Download it")).to_be_visible()
    check(any_page, axe, "shortcuts", request)
    press(any_page, "j", "Escape")
    expect(dialog).to_be_hidden()


def test_switched_off_they_do_nothing(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    page.get_by_role("button", name="account menu").click()
    page.get_by_role("group", name="Shortcuts of a single key").get_by_role("button", name="Off").click()
    page.wait_for_load_state("load")
    press(page, "?", "c")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Prompt", exact=True)).not_to_be_focused()
    page.get_by_role("button", name="account menu").click()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    expect(page.get_by_role("main")).to_contain_text("switched off")
    expect(page.get_by_role("main")).to_contain_text("Rate it, take the rating back")
