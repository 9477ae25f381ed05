"""What admins do on their own pages: people, the provider, and a look that costs nothing."""

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.people import Cast


def test_a_budget_is_saved_as_it_is_typed_and_goes_back(page: Page, cast: Cast) -> None:
    steps.sign_in(page, cast.dana)
    page.goto("/admin-review/members/")
    budget = page.get_by_label("Monthly budget of Bob in US dollars")
    budget.fill("25")
    budget.press("Tab")
    expect(page.get_by_text("Bob: $25.00 a month from now on")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(budget).to_have_value("10.00")


def test_a_key_is_replaced_and_never_shown(page: Page, cast: Cast) -> None:
    steps.sign_in(page, cast.dana)
    page.goto("/admin-review/provider/")
    panel = page.get_by_role("region", name="Main key")
    panel.get_by_text("Replace key").click()
    panel.get_by_label("New key").fill("sk-practice-key-3fA9")
    panel.get_by_role("button", name="Use this key").click()
    expect(page.get_by_text("•••••••• 3fA9")).to_be_visible()
    assert "sk-practice-key" not in page.content()
