"""What is said about a frame, in a browser: by keyboard, by other people, and without script."""

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Window
from tests.people import Cast


def made(page: Page, cast: Cast) -> str:
    """The address of a frame with a picture."""
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    return str(steps.frame(page, "1A").locator("a.pic").get_attribute("href"))


def test_a_comment_by_keyboard_is_read_answered_and_taken_back(page: Page, cast: Cast, window: Window) -> None:
    address = made(page, cast)
    viewer = window.open()
    steps.sign_in(viewer, cast.vera)
    viewer.goto(address)
    field = viewer.get_by_label("Comment", exact=True)
    field.press_sequentially("Too dark on the left")
    field.press("Control+Enter")
    said = viewer.get_by_role("listitem").filter(has_text="Too dark on the left")
    expect(said).to_be_visible()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    said.get_by_role("link", name="Edit my comment").click()
    viewer.get_by_label("Edit comment").fill("Too dark on the right")
    viewer.get_by_label("Edit comment").press("Control+Enter")
    expect(viewer.get_by_role("listitem").filter(has_text="Too dark on the right")).to_contain_text("edited")
    page.goto(address)
    expect(page.get_by_text("Too dark on the right")).to_be_visible()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Rejected by Bob")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved by Bob")).to_be_visible()
    viewer.get_by_role("button", name="Delete this comment").click()
    expect(viewer.get_by_text("Deleted by its author")).to_be_visible()


def test_talking_without_script(page: Page, cast: Cast, window: Window) -> None:
    address = made(page, cast)
    plain = window.open(java_script_enabled=False)
    steps.sign_in(plain, cast.bob)
    plain.goto(address)
    plain.get_by_label("Comment", exact=True).fill("Good")
    plain.get_by_role("button", name="Comment").click()
    expect(plain.get_by_text("Good", exact=True)).to_be_visible()
    plain.get_by_role("link", name="Edit my comment").click()
    plain.get_by_label("Edit comment").fill("Very good")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Very good", exact=True)).to_be_visible()
    plain.get_by_role("button", name="Approve").click()
    expect(plain.get_by_text("Approved by Bob")).to_be_visible()


def test_a_link_is_opened_by_somebody_outside_and_revoked(page: Page, cast: Cast, window: Window) -> None:
    window.log.allowed.append("404")  # after it was revoked
    page.goto(made(page, cast))
    page.get_by_role("heading", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("#share-address").inner_text()
    outside = window.open()
    outside.goto(address)
    picture = outside.get_by_role("img", name="A shared picture")
    expect(picture).to_be_visible()
    outside.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    assert outside.context.cookies() == []
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("button", name="Revoke")).to_be_hidden()
    outside.goto(address)
    expect(outside.get_by_role("heading", name="Nothing is shown here")).to_be_visible()
