"""A team comes together in the browser alone: a project, an invitation, a picture both see, and a role that changes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import PHONE, Log, Window
from tests.e2e.page_check import check
from tests.people import Cast


def invite(page: Page, **who: str) -> str:
    """From the workspace to the link of an invitation, by what is on the pages."""
    page.get_by_role("button", name="Switch").click()
    page.get_by_role("link", name="Members and settings").click()
    for label, value in who.items():
        page.get_by_label(label, exact=True).select_option(label=value)
    page.get_by_role("button", name="Invite", exact=True).click()
    return page.locator("#fresh-link").inner_text()


def test_a_new_team_shares_its_first_picture(window: Window, cast: Cast, log: Log) -> None:
    log.allowed += ["403", "404"]  # the last steps are refused, as they should be
    owner, guest = window.open(), window.open(PHONE)
    steps.sign_in(owner, cast.charlie)
    owner.goto("/projects/")
    owner.get_by_label("New project").fill("Café launch")
    owner.get_by_role("button", name="Create project").click()
    project = owner.url
    steps.write_prompt(owner, "A red boat on a quiet lake")
    steps.generate(owner)
    steps.expect_picture(owner, "1A")
    link = invite(owner, Role="Maker")
    owner.get_by_role("button", name="Copy link").click()
    assert owner.evaluate("navigator.clipboard.readText()") == link

    steps.sign_in(guest, cast.vera)
    guest.goto(project)
    expect(guest.get_by_role("heading", name="No such project")).to_be_visible()
    guest.goto(link)
    expect(guest).to_have_url(re.compile("/invitation/$"))
    guest.get_by_role("button", name="Join Café launch").click()
    steps.expect_picture(guest, "1A")

    owner.goto(f"{project}members/")
    expect(owner.get_by_label("Role of Vera")).to_have_value("maker")
    owner.get_by_label("Role of Vera").select_option("viewer")
    expect(owner.get_by_text("Vera is Viewer from now on")).to_be_visible()
    guest.goto(f"{project}compose/")
    expect(guest.get_by_text("You can look and comment")).to_be_visible()
    owner.get_by_role("button", name="Undo").click()
    expect(owner.get_by_label("Role of Vera")).to_have_value("maker")
    guest.goto(f"{project}compose/")
    expect(guest.get_by_label("Prompt", exact=True)).to_be_visible()


def test_an_open_page_ends_with_the_membership(window: Window, cast: Cast, log: Log) -> None:
    """T6: what is open on somebody's screen is gone with their next step, without a reload by hand."""
    log.allowed += ["403", "404"]
    owner, maker = window.open(), window.open()
    steps.open_workspace(maker, cast.bob, cast.project)
    steps.sign_in(owner, cast.alice)
    owner.goto(f"{cast.project.get_absolute_url()}members/")
    owner.get_by_label("Role of Bob").select_option("viewer")
    expect(owner.get_by_text("Bob is Viewer from now on")).to_be_visible()
    maker.get_by_role("group", name="Size").locator("label").filter(has_text="4K").click()
    expect(maker.get_by_text("You can look and comment")).to_be_visible()
    owner.get_by_role("button", name="More about Bob").click()
    owner.get_by_role("button", name="Remove Bob").click()
    expect(owner.get_by_text("Bob is no longer in the project")).to_be_visible()
    expect(owner.get_by_label("Role of Bob")).to_have_count(0)
    maker.reload()
    expect(maker.get_by_role("heading", name="No such project")).to_be_visible()


def test_the_last_owner_is_told_and_stays(page: Page, cast: Cast, log: Log) -> None:
    log.allowed.append("409")
    steps.sign_in(page, cast.alice)
    page.goto(f"{cast.project.get_absolute_url()}members/")
    page.get_by_label("Role of Alice").select_option("viewer")
    expect(page.get_by_role("alert")).to_contain_text("Make somebody else an owner first")
    expect(page.get_by_label("Role of Alice")).to_have_value("owner")


def test_pages_of_a_team(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    steps.sign_in(any_page, cast.alice)
    address = cast.project.get_absolute_url()
    for name in ("members", "settings"):
        any_page.goto(f"{address}{name}/")
        check(any_page, axe, f"team-{name}", request)
    any_page.goto(f"{address}members/")
    any_page.get_by_label("Email, if you know it").fill("lena.brandt@fieldhouse.example")
    any_page.get_by_role("button", name="Invite", exact=True).click()
    link = any_page.locator("#fresh-link").inner_text()
    check(any_page, axe, "team-invited", request)
    any_page.context.clear_cookies()
    any_page.goto(link)
    check(any_page, axe, "team-invitation", request)
    any_page.get_by_role("link", name="Create an account").click()
    expect(any_page.get_by_label("Email")).to_have_value("lena.brandt@fieldhouse.example")
    check(any_page, axe, "team-sign-up", request)
