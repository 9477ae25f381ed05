"""Every page on every screen: nothing sideways, nothing that keeps somebody out, nothing in the console."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from studio.ledger import decisions
from studio.models import Attempt, Generation, Kind, LedgerEntry
from studio.provider.searched import Found, Searched
from studio.trash.move import to_trash
from tests.e2e import steps
from tests.e2e.conftest import ARTIFACTS, Log
from tests.people import Cast

SHOTS = Path(ARTIFACTS) / "pages"


def shoot(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    """Keep a picture of the page for the person who looks at the change."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{request.node.callspec.id}.png", full_page=True)


def fill_the_inbox(cast: Cast) -> None:
    """One of everything that an admin may find there, and a line in the audit log."""
    now = timezone.now()
    decisions.ask_for_more(cast.bob, None, note="For the fair", now=now)
    decisions.ask_for_more(cast.alice, cast.project, note="", now=now)
    decisions.ask_about(LedgerEntry.objects.filter(kind=Kind.CHARGE).latest("pk"), note="Why?", now=now)
    decisions.set_budget(cast.project, 5_000_000, by=cast.dana, now=now)


def leave_suggestions() -> None:
    """Of a web search, beside the first picture."""
    suggestion = Found("red boats", "https://www.google.com/search?q=red+boats")
    source = Found("Boats and how they are built", "https://en.wikipedia.org/wiki/Boat")
    searched = Searched((suggestion,), (source,)).to_json()
    Attempt.objects.filter(generation__run__number=1).update(searched=searched)


def check(page: Page, axe: Callable[[Page], None], name: str, request: pytest.FixtureRequest) -> None:
    shoot(page, name, request)
    width = page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
    axe(page)


def test_pages_of_a_member(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    any_page.goto("/accounts/login/")
    check(any_page, axe, "sign-in", request)
    steps.sign_in(any_page, cast.bob)
    for name, address in (
        ("projects", "/projects/"),
        ("workspace-empty", cast.project.get_absolute_url()),
        ("usage-empty", "/usage/"),
    ):
        any_page.goto(address)
        check(any_page, axe, name, request)


def test_pages_with_work_on_them(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], log: Log, request: pytest.FixtureRequest
) -> None:
    log.allowed.append("404")  # the last page is the one that says so
    steps.sign_in(any_page, cast.dana)
    compose = f"{cast.project.get_absolute_url()}compose/"
    for prompt in (
        "A red boat on a quiet lake",
        "A famous mouse [sandbox:text_refusal]",
        "A boat [sandbox:status:400]",
    ):
        any_page.goto(compose)
        steps.write_prompt(any_page, prompt)
        steps.generate(any_page)
        any_page.wait_for_url(f"**{cast.project.get_absolute_url()}*")
    any_page.goto(cast.project.get_absolute_url())
    steps.expect_picture(any_page, "1A")
    for number in ("2A", "3A"):
        any_page.locator(f"#f-{number}[data-status=refused], #f-{number}[data-status=failed]").wait_for(
            timeout=steps.A_CALL_MS
        )
    check(any_page, axe, "workspace", request)
    fill_the_inbox(cast)
    leave_suggestions()
    frames = {number: steps.frame(any_page, number).locator("a").first.get_attribute("href") for number in ("1A", "2A")}
    for name, address in (
        ("compose", compose),
        ("detail", frames["1A"]),
        ("detail-refused", frames["2A"]),
        ("notices", "/notices/"),
        ("usage", "/usage/"),
        ("spend", "/admin-review/spend/"),
        ("charges", "/admin-review/spend/charges/"),
        ("inbox", "/admin-review/inbox/"),
        ("budgets", "/admin-review/budgets/"),
        ("audit", "/admin-review/audit/"),
        ("reconciliation", "/admin-review/reconciliation/"),
        ("settings", "/admin-review/settings/"),
        ("system", "/admin-review/system/"),
        ("missing", "/generations/00000000-0000-4000-8000-000000000000/"),
    ):
        any_page.goto(str(address))
        if name == "detail":
            expect(any_page.get_by_role("link", name="red boats")).to_be_visible()
        check(any_page, axe, name, request)
    assert to_trash(Generation.objects.all(), by=cast.dana, now=timezone.now()).frames
    any_page.goto(f"{cast.project.get_absolute_url()}trash/")
    expect(any_page.get_by_role("button", name="Restore 1A")).to_be_visible()
    check(any_page, axe, "trash", request)
    any_page.goto(str(frames["1A"]))
    check(any_page, axe, "detail-trashed", request)


def test_a_new_price_is_looked_at_before_it_is_recorded(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    steps.sign_in(any_page, cast.dana)
    any_page.goto("/admin-review/prices/")
    check(any_page, axe, "prices", request)
    any_page.get_by_label("Price of a call").fill("9")
    any_page.get_by_role("button", name="Preview").click()
    any_page.get_by_label("Yes, this is the price.").wait_for()
    check(any_page, axe, "prices-preview", request)
