"""A key that the gateway refuses, from the first picture that fails to the one that is made after all."""

from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Window
from tests.e2e.running import Studio
from tests.people import Cast


def test_a_refused_key_is_told_to_the_admin_who_resumes_it(window: Window, cast: Cast, studio: Studio) -> None:
    studio.sandbox.script(["401"])
    bobs = steps.open_workspace(window.open(), cast.bob, cast.project)
    for prompt in ("A red boat", "A blue boat"):
        steps.write_prompt(bobs, prompt)
        steps.generate(bobs)
        expect(steps.frame(bobs, "1A")).to_have_attribute("data-status", "failed", timeout=steps.A_CALL_MS)
    expect(steps.frame(bobs, "2A")).to_contain_text("The studio’s key was refused; an admin has been told.")
    bobs.reload()
    expect(bobs.get_by_text("Nothing is sent right now")).to_be_visible()

    danas = steps.sign_in(window.open(), cast.dana)
    danas.goto("/usage/")
    strip = danas.get_by_role("region", name="For admins")
    expect(strip).to_contain_text("The gateway refused the key.")
    strip.get_by_role("link", name="Look at it").click()
    danas.get_by_role("button", name="Resume sending").click()
    expect(danas.get_by_role("button", name="Resume sending")).to_have_count(0)

    steps.expect_picture(bobs, "2A")
    danas.goto("/usage/")
    expect(strip).to_have_count(0)
    assert len(studio.sandbox.requests()) == 2
