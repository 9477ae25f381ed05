"""Pictures by their address: the dialog by mouse, by keyboard and without script, and what is sent afterwards."""

import re
from collections.abc import Callable

import httpx2
import pytest
from playwright.sync_api import Page, expect

from studio.models import Generation, Link, Run, Upload
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, Log, Window
from tests.e2e.page_check import check
from tests.people import Cast
from tests.sandbox.process import RunningSandbox


@pytest.fixture
def picture(studio: object, sandbox: RunningSandbox) -> str:
    """The address of a picture in the sandbox's own bucket, as a key of the links group gets one."""
    body = {"contents": [{"parts": [{"text": "a boat [sandbox:oss]"}]}], "generationConfig": {}}
    answer = httpx2.post(
        f"{sandbox.url}/v1beta/models/gemini-3-pro-image-preview:generateContent",
        json=body,
        headers={"Authorization": "Bearer sk-oss-test"},
        timeout=30,
    )
    address: str = answer.json()["candidates"][0]["content"]["parts"][0]["text"]
    return address


def open_dialog(page: Page) -> None:
    page.get_by_role("button", name="By URL").click()
    expect(page.get_by_role("dialog", name="Add an image by URL")).to_be_visible()


def test_both_ways_from_the_dialog_to_the_picture(page: Page, cast: Cast, picture: str) -> None:
    steps.open_workspace(page, cast.dana, cast.project)
    steps.write_prompt(page, "A red boat")
    open_dialog(page)
    expect(page.get_by_label("Address of the image")).to_be_focused()
    page.keyboard.insert_text(picture)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Add an image by URL")
    expect(dialog).to_be_hidden()
    expect(steps.tray(page).get_by_role("button", name=re.compile("^Image 1: "))).to_be_visible()
    open_dialog(page)
    expect(page.get_by_label("Address of the image")).to_have_value("")
    page.get_by_label("Address of the image").fill(picture)
    page.get_by_label("Send the address").check()
    page.get_by_role("button", name="Add image", exact=True).click()
    expect(dialog).to_be_hidden()
    second = steps.tray(page).get_by_role("button", name=re.compile("^Image 2: .*, sent as an address"))
    expect(second.locator("img")).to_be_visible()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A red boat")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    assert [type(row.picture) for row in Run.objects.get().inputs.all()] == [Upload, Link]
    page.goto(Generation.objects.get().get_absolute_url())
    expect(page.get_by_role("navigation", name="Lineage").locator("img")).to_have_count(3)
    page.get_by_text("Evidence", exact=True).first.click()
    page.locator("summary").filter(has_text=re.compile("^Request$")).click()
    document = page.locator("pre.document").first
    expect(document).to_contain_text('"fileData"')
    expect(document).to_contain_text(picture.partition("?")[0])
    expect(document).not_to_contain_text("Signature")


def test_a_refused_address_stays_in_the_field_and_esc_puts_it_aside(page: Page, cast: Cast, log: Log) -> None:
    log.allowed.append("422")
    steps.open_workspace(page, cast.bob, cast.project)
    open_dialog(page)
    field = page.get_by_label("Address of the image")
    field.fill("http://pictures.example/boat.png")
    field.press("Control+Enter")
    expect(page.get_by_text("Only addresses that begin with https:// are fetched.")).to_be_visible()
    expect(field).to_have_value("http://pictures.example/boat.png")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="By URL")).to_be_focused()
    open_dialog(page)
    expect(field).to_have_value("")
    expect(page.get_by_text("Only addresses that begin with https:// are fetched.")).to_be_hidden()
    assert not Run.objects.exists()


def test_the_dialog_on_every_screen(
    any_page: Page,
    cast: Cast,
    axe: Callable[[Page], None],
    request: pytest.FixtureRequest,
    picture: str,
    log: Log,
) -> None:
    log.allowed.append("422")
    steps.sign_in(any_page, cast.bob)
    any_page.goto(f"{cast.project.get_absolute_url()}compose/")
    open_dialog(any_page)
    check(any_page, axe, "by-url", request)
    any_page.get_by_label("Address of the image").fill("https://me:secret@pictures.example/")
    any_page.get_by_role("button", name="Add image", exact=True).click()
    expect(any_page.get_by_text("user name or a password")).to_be_visible()
    check(any_page, axe, "by-url-error", request)
    any_page.get_by_label("Address of the image").fill(picture)
    any_page.get_by_label("Send the address").check()
    any_page.get_by_role("button", name="Add image", exact=True).click()
    expect(steps.tray(any_page).get_by_role("button", name=re.compile("sent as an address"))).to_be_visible()
    check(any_page, axe, "by-url-tray", request)


def test_without_script_the_dialog_is_a_section(window: Window, cast: Cast, picture: str, log: Log) -> None:
    log.allowed.append("422")
    plain = window.open(DESKTOP, java_script_enabled=False)
    steps.open_workspace(plain, cast.bob, cast.project)
    steps.write_prompt(plain, "A red boat")
    plain.get_by_role("button", name="By URL").click()
    field = plain.get_by_label("Address of the image")
    field.fill("http://pictures.example/boat.png")
    plain.get_by_role("button", name="Add image", exact=True).click()
    expect(plain.get_by_text("Only addresses that begin with https:// are fetched.")).to_be_visible()
    expect(field).to_have_value("http://pictures.example/boat.png")
    plain.get_by_role("button", name="Cancel").click()
    expect(field).to_be_hidden()
    plain.get_by_role("button", name="By URL").click()
    field.fill(picture)
    plain.get_by_label("Send the address").check()
    plain.get_by_role("button", name="Add image", exact=True).click()
    expect(field).to_be_hidden()
    expect(steps.tray(plain).get_by_role("button", name=re.compile("^Image 1: .*, sent as an address"))).to_be_visible()
    expect(plain.get_by_label("Prompt", exact=True)).to_have_value("A red boat")
    steps.generate(plain)
    expect(plain.get_by_text("Run 1 queued, $0.09 held")).to_be_visible()
    assert Run.objects.get().inputs.get().link == Link.objects.get()
