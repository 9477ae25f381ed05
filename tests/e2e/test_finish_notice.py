"""Somebody looks elsewhere while a picture is made: the page is silent, but where they asked to be told."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.people import Cast

# A headless browser shows no notices and is never in the background; so both ends are replaced, and nothing between.
EVERY_MS = 1_800
"""How often a page asks that is looked at: templates/studio/workspace/_poller.html."""
ELSEWHERE = """
window.notices = [];
window.isAway = false;
Object.defineProperty(Document.prototype, "hidden", { get: () => window.isAway });
window.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, options) { super(); window.notices.push(`${title}: ${options.body}`); }
};
"""


def away(page: Page, *, is_away: bool) -> None:
    page.evaluate("away => { window.isAway = away; document.dispatchEvent(new Event('visibilitychange')); }", is_away)


def test_a_page_that_nobody_looks_at_asks_nothing(page: Page, cast: Cast) -> None:
    page.add_init_script(ELSEWHERE)
    polls: list[str] = []
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat [sandbox:slow=3]")
    with page.expect_response(re.compile("/running/")):
        steps.generate(page)
    away(page, is_away=True)
    page.on("request", lambda request: polls.append(request.url) if "/running/" in request.url else None)
    page.wait_for_timeout(4 * EVERY_MS)
    assert polls == []
    assert page.title() == "(1) Autumn catalogue · NB Studio"
    with page.expect_request(re.compile("/running/"), timeout=EVERY_MS / 2):  # at once, not at the next turn
        away(page, is_away=False)
    steps.expect_picture(page, "1A")
    expect(page).to_have_title("Autumn catalogue · NB Studio")
    assert page.evaluate("window.notices") == []


def test_whoever_asked_for_it_is_told_by_title_and_browser(page: Page, cast: Cast) -> None:
    page.add_init_script(ELSEWHERE)
    steps.open_workspace(page, cast.bob, cast.project)
    page.get_by_role("button", name="account menu").click()
    notices = page.get_by_role("group", name="Notice of the browser when a picture is ready")
    switch = notices.get_by_role("button", name="On")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    steps.write_prompt(page, "A blue boat [sandbox:slow=3]")
    steps.generate(page)
    away(page, is_away=True)
    expect(page).to_have_title("✓ Autumn catalogue · NB Studio", timeout=30_000)
    assert page.evaluate("window.notices") == ["Autumn catalogue · NB Studio: 1A finished, $0.09 charged."]
    away(page, is_away=False)
    expect(page).to_have_title("Autumn catalogue · NB Studio")
