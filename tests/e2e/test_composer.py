"""The composer under a person's hands: mouse, keyboard, clipboard, telephone, and no script at all."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, Route, expect

from studio.models import Run
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE, Screen, Window
from tests.people import Cast

THREE = ("astronaut.jpg", "coffee.jpg", "rocket.jpg")


@pytest.fixture
def workspace(page: Page, cast: Cast) -> Page:
    return steps.open_workspace(page, cast.bob, cast.project)


def slots(page: Page) -> Locator:
    return steps.tray(page).get_by_role("button", name=re.compile(r"^Image \d"))


def expect_order(page: Page, *names: str) -> None:
    for position, name in enumerate(names, start=1):
        expect(slots(page).nth(position - 1)).to_have_attribute("aria-label", re.compile(f"^Image {position}: {name}"))
    expect(slots(page)).to_have_count(len(names))


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_images_are_moved_and_removed_by_keyboard(window: Window, cast: Cast, screen: Screen) -> None:
    page = steps.open_workspace(window.open(screen), cast.bob, cast.project)
    if screen == PHONE:
        page.goto(f"{cast.project.get_absolute_url()}compose/")
    steps.add_pictures(page, *THREE)
    expect_order(page, "astronaut", "coffee", "rocket")
    slots(page).first.press("Alt+ArrowRight")
    expect_order(page, "coffee", "astronaut", "rocket")
    expect(slots(page).nth(1)).to_be_focused()  # the image that was moved
    page.keyboard.press("Alt+ArrowRight")
    expect_order(page, "coffee", "rocket", "astronaut")
    page.keyboard.press("Delete")
    expect_order(page, "coffee", "rocket")
    expect(slots(page).nth(1)).to_be_focused()


def test_the_menu_of_an_image_is_the_way_without_dragging(workspace: Page) -> None:
    steps.add_pictures(workspace, *THREE)
    expect_order(workspace, "astronaut", "coffee", "rocket")
    slots(workspace).first.click()
    workspace.get_by_role("button", name="Make last").click()
    expect_order(workspace, "coffee", "rocket", "astronaut")
    slots(workspace).nth(1).click()
    workspace.get_by_role("button", name=re.compile("^Move earlier")).click()
    expect_order(workspace, "rocket", "coffee", "astronaut")
    expect(steps.tray(workspace)).to_contain_text("The last image sets the ratio: image 3")


def test_an_image_is_dragged_to_its_place(workspace: Page) -> None:
    steps.add_pictures(workspace, *THREE)
    expect_order(workspace, "astronaut", "coffee", "rocket")
    slots(workspace).first.drag_to(slots(workspace).nth(2))
    expect_order(workspace, "coffee", "rocket", "astronaut")


GIVE = """
    async ([how, names]) => {
      const given = new DataTransfer();
      for (const name of names) {
        const canvas = Object.assign(document.createElement("canvas"), { width: 8 + name.length, height: 8 });
        const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
        given.items.add(new File([blob], name, { type: "image/png" }));
      }
      const event = how === "paste"
        ? new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
      document.querySelector("main").dispatchEvent(event);
    }
"""


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
@pytest.mark.parametrize("how", ["paste", "drop"])
def test_images_come_in_from_anywhere_on_the_page(window: Window, cast: Cast, how: str, screen: Screen) -> None:
    workspace = steps.open_workspace(window.open(screen), cast.bob, cast.project)
    if screen == PHONE:
        workspace.get_by_role("link", name="New generation").click()
        workspace.wait_for_url(re.compile("/compose/"))
    workspace.evaluate(GIVE, [how, ["one.png", "second.png"]])
    expect_order(workspace, "one.png", "second.png")
    expect(workspace.locator("[name=ratio]:checked")).to_have_value("source")


def test_words_that_are_pasted_with_a_picture_beside_them_stay_words(workspace: Page) -> None:
    """A word processor puts a picture of the text beside the text."""
    prompt = workspace.get_by_label("Prompt", exact=True)
    is_taken = prompt.evaluate(
        """field => {
          const given = new DataTransfer();
          given.setData("text/plain", "a boat");
          given.items.add(new File(["x"], "words.png", { type: "image/png" }));
          const how = { clipboardData: given, bubbles: true, cancelable: true };
          return !field.dispatchEvent(new ClipboardEvent("paste", how));
        }"""
    )
    assert not is_taken
    expect(workspace.get_by_role("list", name="Images on their way").get_by_role("listitem")).to_have_count(0)


def test_a_picture_of_the_feed_is_dragged_into_the_tray_as_what_it_is(workspace: Page) -> None:
    steps.write_prompt(workspace, "A red boat")
    steps.generate(workspace)
    steps.expect_picture(workspace, "1A").drag_to(steps.tray(workspace))
    expect_order(workspace, "1A")


def test_what_comes_while_something_is_coming_waits_its_turn(workspace: Page) -> None:
    workspace.evaluate(GIVE, ["drop", ["one.png"]])
    workspace.evaluate(GIVE, ["drop", ["second.png"]])
    workspace.evaluate(GIVE, ["paste", ["the-third.png"]])
    expect_order(workspace, "one.png", "second.png", "the-third.png")


def test_nothing_is_sent_while_an_image_is_on_its_way(workspace: Page) -> None:
    steps.write_prompt(workspace, "A red boat")
    held: list[Callable[[], None]] = []
    workspace.route("**/uploads/", lambda route: held.append(route.continue_))
    steps.add_files(workspace, [steps.PHOTOS / "coffee.jpg"])
    waiting = workspace.get_by_role("button", name="Your images are on their way")
    expect(waiting).to_be_visible()
    expect(steps.generate_button(workspace)).to_have_count(0)
    workspace.get_by_label("Prompt", exact=True).press("Control+Enter")
    assert not Run.objects.exists()
    held[0]()
    expect(steps.generate_button(workspace)).to_be_visible()
    expect_order(workspace, "coffee")


def test_what_was_chosen_last_is_priced_before_it_is_sent(workspace: Page) -> None:
    steps.write_prompt(workspace, "A red boat")
    workspace.get_by_label("Variations").fill("3")
    workspace.get_by_label("Prompt", exact=True).press("Control+Enter")  # at once, without waiting for the price
    expect(workspace.get_by_text("Run 1 queued, $0.27 held")).to_be_visible()
    assert Run.objects.get().variations == 3


def test_a_web_search_is_priced_as_soon_as_it_is_wanted(workspace: Page) -> None:
    steps.write_prompt(workspace, "The skyline of today")
    workspace.get_by_text("Instructions for the model, more").click()
    workspace.get_by_label("Web search").check()
    expect(workspace.locator("#sum")).to_contain_text("1 × $0.132 = $0.132 at most, held now")
    steps.generate(workspace)
    steps.expect_picture(workspace, "1A")
    assert Run.objects.get().web_search


def test_an_answer_that_is_out_of_date_is_not_shown(workspace: Page) -> None:
    delayed: list[Callable[[], None]] = []

    def slowly(route: Route) -> None:
        if delayed:
            route.continue_()
        else:
            delayed.append(route.continue_)

    workspace.route("**/composition/", slowly)
    size = workspace.get_by_role("group", name="Size", exact=True)
    with workspace.expect_request("**/composition/"):
        size.get_by_text("2K").click()
    size.get_by_text("4K").click()
    delayed[0]()
    expect(workspace.get_by_text("1 × $0.09")).to_be_visible()
    expect(workspace.locator("[name=size]:checked")).to_have_value("4K")


def test_enter_in_a_field_never_spends(workspace: Page) -> None:
    steps.write_prompt(workspace, "A red boat")
    with workspace.expect_response(re.compile("/composition/")):
        workspace.get_by_label("Variations").press("Enter")
    assert not Run.objects.exists()


def test_a_picture_of_the_feed_becomes_an_input_in_one_click(workspace: Page) -> None:
    steps.write_prompt(workspace, "A red boat")
    steps.generate(workspace)
    steps.expect_picture(workspace, "1A")
    steps.frame(workspace, "1A").get_by_role("button", name="More actions for 1A").click()
    workspace.get_by_role("button", name="Use as input").click()
    expect(slots(workspace)).to_have_count(1)
    workspace.reload()
    workspace.get_by_role("button", name="From gallery").click()
    workspace.get_by_role("button", name="Add 1A").click()
    expect(slots(workspace)).to_have_count(1)


def test_what_was_typed_outlives_a_reload_an_ended_session_and_the_way_back(workspace: Page, cast: Cast) -> None:
    address, prompt = workspace.url, workspace.get_by_label("Prompt", exact=True)
    steps.write_prompt(workspace, "A red boat")
    workspace.reload()
    expect(prompt).to_have_value("A red boat")
    workspace.goto("/usage/")
    workspace.goto(address)
    expect(prompt).to_have_value("A red boat")
    expect(steps.generate_button(workspace)).to_be_visible()  # the price has followed
    workspace.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    steps.generate(workspace)
    expect(workspace.get_by_text("you were signed out")).to_be_visible()
    expect(prompt).to_have_value("A red boat")
    expect(workspace).to_have_title(re.compile("Autumn catalogue"))
    assert not Run.objects.exists()
    steps.open_workspace(workspace, cast.bob, cast.project)
    expect(prompt).to_have_value("A red boat")
    steps.open_workspace(workspace, cast.alice, cast.project)
    expect(prompt).to_have_value("")  # another person at the same screen


def test_on_a_telephone_the_composer_is_a_page_of_its_own(window: Window, cast: Cast) -> None:
    phone = steps.open_workspace(window.open(PHONE), cast.bob, cast.project)
    expect(phone.locator("#composer")).to_be_hidden()
    phone.get_by_role("link", name="New generation").click()
    steps.write_prompt(phone, "A red boat")
    steps.add_pictures(phone, "coffee.jpg")
    steps.generate(phone)
    phone.wait_for_url(re.compile(f"{cast.project.get_absolute_url()}$"))
    expect(phone.get_by_text("Run 1 queued, $0.09 held")).to_be_visible()
    steps.expect_picture(phone, "1A")
    phone.goto(f"{cast.project.get_absolute_url()}?reuse={Run.objects.get().generations.get().public_id}")
    expect(phone.locator("#composer")).to_be_visible()
    expect(slots(phone)).to_have_count(1)


def test_without_script_everything_still_works(window: Window, cast: Cast) -> None:
    plain = steps.open_workspace(window.open(DESKTOP, java_script_enabled=False), cast.bob, cast.project)
    steps.write_prompt(plain, "A red boat")
    steps.add_files(plain, [steps.PHOTOS / name for name in THREE])
    plain.get_by_role("button", name="Add these files").click()
    expect_order(plain, "astronaut", "coffee", "rocket")
    slots(plain).first.click()
    plain.get_by_role("button", name="Make last").click()
    expect_order(plain, "coffee", "rocket", "astronaut")
    plain.locator("label").filter(has_text=re.compile("^Gen 1")).click()
    plain.get_by_role("button", name="Show what this model takes").click()
    expect(plain.get_by_text("Gen 1 makes 1K images only.")).to_be_visible()
    expect(plain.get_by_label("Prompt", exact=True)).to_have_value("A red boat")
    steps.generate(plain)
    expect(plain.get_by_text("Run 1 queued, $0.02 held")).to_be_visible()
    run = Run.objects.get()
    assert [row.picture.name for row in run.inputs.all()] == ["coffee.jpg", "rocket.jpg", "astronaut.jpg"]
    assert (run.model_key, run.ratio) == ("gen1", "")
