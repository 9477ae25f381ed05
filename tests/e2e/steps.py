"""What a person does in the studio, step by step, in their own words."""

import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from nbweb.environment import BASE_DIR
from studio.models import Project, User
from tests.people import come_in

PHOTOS = BASE_DIR / "demo" / "photos"
A_CALL_MS = 30_000
"""How long a call to the sandbox may take on a busy machine before a test gives up on it."""


def sign_in(page: Page, user: User, *, is_proven: bool = True) -> Page:
    """A session without the form: the form has a test of its own. `is_proven`: they said only just who they are."""
    client = Client()
    if is_proven:
        come_in(client, user)
    else:
        client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.goto("/livez")  # so that the page has an address to keep the cookie for
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": page.url}])
    return page


def open_workspace(page: Page, user: User, project: Project) -> Page:
    sign_in(page, user)
    page.goto(project.get_absolute_url())
    return page


def write_prompt(page: Page, text: str) -> None:
    page.get_by_label("Prompt", exact=True).fill(text)


def choose(page: Page, group: str, name: str) -> None:
    """Press one of a group of choices, as a mouse does: on its label. Waits until the composer has followed."""
    option = (
        page.get_by_role("group", name=re.compile(f"^{group}"))
        .locator("label")
        .filter(has_text=re.compile(rf"^\s*{re.escape(name)}(?![\w.:])"))
    )
    if option.first.locator("input").is_checked():
        return
    with page.expect_response(re.compile("/composition/")):
        option.first.click()


def add_pictures(page: Page, *names: str) -> None:
    files = [PHOTOS / name for name in names]
    add_files(page, files)
    expect(tray(page).locator("img")).to_have_count(len(files))


def add_files(page: Page, files: list[Path]) -> None:
    page.get_by_label("Add images").set_input_files(files)


def tray(page: Page) -> Locator:
    return page.get_by_role("group", name=re.compile("^Input images"))


def generate_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Generate"))


def generate(page: Page) -> None:
    generate_button(page).click()


def frame(page: Page, number: str) -> Locator:
    """The frame with this number, such as 1A."""
    return page.locator(f"#f-{number}")


def wait_until(page: Page, is_so: Callable[[], bool], otherwise: str) -> None:
    """For what the test itself hears of the browser: its routes are only called while it waits."""
    for _ in range(A_CALL_MS // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError(otherwise)


def expect_picture(page: Page, number: str) -> Locator:
    """The frame has its picture, and the browser could show it."""
    image = frame(page, number).locator("img").first
    expect(image).to_be_visible(timeout=A_CALL_MS)
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    return image


def open_details(page: Page, number: str) -> None:
    """To the frame's own page by its number: its picture opens large over the page."""
    frame(page, number).get_by_role("link", name=number, exact=True).click()
