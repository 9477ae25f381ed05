"""Into the trash and out again, in a browser: at once, with the way back, and with the keyboard where it was."""

import re

from playwright.sync_api import Page, expect

from studio.models import Generation
from tests.e2e import steps
from tests.people import Cast


def two_pictures(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A harbour")
    page.get_by_label("Variations").fill("2")
    steps.generate(page)
    for number in ("1A", "1B"):
        steps.expect_picture(page, number)


def move_to_trash(page: Page, number: str) -> None:
    page.get_by_role("button", name=f"More actions for {number}").click()
    page.get_by_role("button", name=f"Move {number} to the trash").click()
    expect(steps.frame(page, number)).to_have_count(0)


def test_a_frame_goes_at_once_and_undo_brings_it_back_to_its_place(page: Page, cast: Cast) -> None:
    two_pictures(page, cast)
    steps.write_prompt(page, "Words that nobody sent yet")
    move_to_trash(page, "1A")
    expect(page.get_by_text(re.compile("1A moved to the trash, kept until"))).to_be_visible()
    expect(page.locator("#f-1B-no")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(steps.frame(page, "1A").locator("img")).to_be_visible()
    assert page.locator("#run-1 .frame").evaluate_all("all => all.map(each => each.id)") == ["f-1A", "f-1B"]
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Words that nobody sent yet")


def test_the_last_of_a_strip_takes_it_along_and_brings_it_back(page: Page, cast: Cast) -> None:
    two_pictures(page, cast)
    for number in ("1A", "1B"):
        move_to_trash(page, number)
    expect(page.locator("#run-1")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#run-1")).to_be_visible()
    expect(steps.frame(page, "1B").locator("img")).to_be_visible()
    expect(page.locator("#run-1-sum")).to_contain_text("1 in the trash")


def test_an_owner_reads_what_ends_when_and_deletes_one_now(page: Page, cast: Cast) -> None:
    two_pictures(page, cast)
    for number in ("1A", "1B"):
        move_to_trash(page, number)
    steps.sign_in(page, cast.alice)
    page.goto(cast.project.get_absolute_url())
    page.get_by_role("button", name=f"More actions for {cast.project.name}").click()
    page.get_by_role("link", name="Trash").click()
    expect(page.get_by_text(re.compile("2 pictures, .* on"))).to_be_visible()
    page.get_by_role("button", name="Delete 1A now").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    assert Generation.objects.filter(purged_at=None).count() == 2
    page.get_by_role("button", name="Delete 1A now").click()
    page.get_by_role("button", name="Delete 1A", exact=True).click()
    expect(page.get_by_text("1A is deleted. What it cost stays in the ledger.")).to_be_visible()
    page.get_by_role("button", name="Restore 1B").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    page.goto(cast.project.get_absolute_url())
    expect(steps.frame(page, "1B").locator("img")).to_be_visible()


def test_a_run_is_downloaded_from_its_menu(page: Page, cast: Cast) -> None:
    two_pictures(page, cast)
    page.get_by_role("button", name="More actions for run 1").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all of run 1").click()
    assert download.value.suggested_filename == "Autumn-catalogue-run-1.zip"
    assert download.value.path().stat().st_size > 10_000
