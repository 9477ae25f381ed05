"""Somebody looks elsewhere while a picture is made: the title tells, and the browser where they asked for it."""

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.people import Cast

# A headless browser shows no notices and is never in the background; so both ends are replaced, and nothing between.
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


def test_the_title_tells_and_the_browser_only_whoever_asked(page: Page, cast: Cast) -> None:
    page.add_init_script(ELSEWHERE)
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat [sandbox:slow=3]")
    steps.generate(page)
    away(page, is_away=True)
    expect(page).to_have_title("✓ Autumn catalogue · NB Studio", timeout=30_000)
    assert page.evaluate("window.notices") == []
    away(page, is_away=False)
    expect(page).to_have_title("Autumn catalogue · NB Studio")

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
    assert page.evaluate("window.notices") == ["Autumn catalogue · NB Studio: 2A finished, $0.09 charged."]
