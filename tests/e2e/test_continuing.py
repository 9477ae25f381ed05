"""A conversation in the browser: made, continued, turned into its picture and back, and read on the frame's page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.models import Run
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, Window
from tests.e2e.page_check import check
from tests.people import Cast


def line(page: Page) -> Locator:
    return page.get_by_role("group", name="Conversation")


def make_first(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    page.goto(f"{cast.project.get_absolute_url()}compose/")
    steps.write_prompt(page, "A red boat on a quiet lake")
    steps.generate(page)
    page.wait_for_url(f"**{cast.project.get_absolute_url()}")
    steps.expect_picture(page, "1A")


def test_a_conversation_is_continued_by_keyboard(page: Page, cast: Cast) -> None:
    make_first(page, cast)
    steps.frame(page, "1A").get_by_role("button", name="More actions for 1A").press("Enter")
    page.get_by_role("link", name="Continue the conversation").press("Enter")
    # Until its scripts have run, the page is the one of those who have none: a button opens another page.
    page.wait_for_url("**continue=**", wait_until="load")
    expect(line(page)).to_contain_text("2 earlier turns go along")
    expect(page.locator("[name=ratio]:checked")).to_have_value("source")

    page.get_by_label("Prompt", exact=True).press_sequentially("Now at night")
    switch = page.locator("#conversation-switch")
    switch.press("Enter")
    expect(steps.tray(page).get_by_role("button", name=re.compile("^Image 1: 1A"))).to_be_visible()
    expect(switch).to_have_text(re.compile("Continue the conversation"))
    expect(switch).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page)).to_contain_text("Continues 1A")
    expect(steps.tray(page).locator("img")).to_have_count(0)
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Now at night")

    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    steps.expect_picture(page, "2A")
    assert Run.objects.get(number=2).continues == Run.objects.get(number=1).generations.get()

    page.locator("#conversation-drop").press("Enter")
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    expect(line(page)).to_have_count(0)
    expect(page.get_by_text("there is no image to follow")).to_be_visible()


def test_a_button_pressed_while_the_choices_are_reckoned_is_pressed_once_they_are(page: Page, cast: Cast) -> None:
    make_first(page, cast)
    page.goto(f"{cast.project.get_absolute_url()}?continue={Run.objects.get().generations.get().public_id}")
    prompt, held = page.get_by_label("Prompt", exact=True), []
    prompt.press_sequentially("Now at night")
    page.route("**/composition/", lambda route: held.append(route), times=1)
    with page.expect_request("**/composition/"):
        prompt.press("Tab")
    switch = page.locator("#conversation-switch")
    switch.press("Enter")
    expect(line(page)).to_contain_text("Continues 1A")

    held[0].continue_()
    expect(switch).to_have_text(re.compile("Continue the conversation"))
    expect(switch).to_be_focused()
    expect(prompt).to_have_value("Now at night")
    assert Run.objects.count() == 1


def test_another_model_takes_the_picture_alone(page: Page, cast: Cast) -> None:
    make_first(page, cast)
    page.goto(f"{cast.project.get_absolute_url()}?continue={Run.objects.get().generations.get().public_id}")
    steps.choose(page, "Model", "2 Lite")
    expect(page.get_by_text("1A is a conversation with Pro: only its picture goes along now.")).to_be_visible()
    expect(line(page)).to_have_count(0)
    steps.choose(page, "Model", "Pro")
    expect(line(page)).to_contain_text("Only the picture of 1A goes along")


def test_a_conversation_on_every_screen(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    make_first(any_page, cast)
    first = Run.objects.get().generations.get()
    address = cast.project.get_absolute_url()
    any_page.goto(f"{address}?edit={first.public_id}")
    check(any_page, axe, "continue-offered", request)
    any_page.goto(f"{address}?continue={first.public_id}")
    check(any_page, axe, "continue", request)
    # The sandbox refuses whatever is signed: the studio asks again without.
    steps.write_prompt(any_page, "Now at night [sandbox:signature]")
    steps.generate(any_page)
    steps.expect_picture(any_page, "2A")
    any_page.goto(address)
    check(any_page, axe, "continued", request)
    any_page.goto(Run.objects.get(number=2).generations.get().get_absolute_url())
    expect(any_page.get_by_text("asked again without them")).to_be_visible()
    expect(any_page.get_by_role("link", name="Open 1A")).to_be_visible()
    check(any_page, axe, "frame-continued", request)


def test_without_script_the_same_buttons_send_the_form(window: Window, page: Page, cast: Cast) -> None:
    make_first(page, cast)
    plain = steps.sign_in(window.open(DESKTOP, java_script_enabled=False), cast.bob)
    plain.goto(f"{cast.project.get_absolute_url()}?continue={Run.objects.get().generations.get().public_id}")
    steps.write_prompt(plain, "Now at night")
    plain.get_by_role("button", name="Only its picture").click()
    expect(line(plain)).to_contain_text("Only the picture of 1A goes along")
    plain.get_by_role("button", name="Continue the conversation").click()
    expect(line(plain)).to_contain_text("Continues 1A")
    expect(plain.get_by_label("Prompt", exact=True)).to_have_value("Now at night")
    steps.generate(plain)
    expect(plain.get_by_text("Run 2 queued, $0.09 held")).to_be_visible()
    assert Run.objects.get(number=2).continues is not None
