"""The five things people come for, each done without a mouse: by Tab, Enter, letters and arrows alone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import FileChooser, Locator, Page, expect

from studio.ledger import decisions
from studio.models import Account, BudgetRequest, ChargeQuestion, Generation, Run, User
from studio.provider.outcome import Outcome
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, Window
from tests.e2e.light_table import lay_out
from tests.people import PASSWORD, Cast
from tests.runs import make_run
from tests.views.booked import end

STEPS_MAX = 150
"""How often somebody presses Tab before they give up."""
COUNT_POINTERS = """
    window.pointers = 0;
    for (const kind of ["pointerdown", "mousedown", "touchstart"])
        addEventListener(kind, () => { window.pointers += 1; }, true);
"""


@pytest.fixture
def page(window: Window) -> Iterator[Page]:
    """A page that nobody points at."""
    page = window.open(DESKTOP)
    page.add_init_script(COUNT_POINTERS)
    # Somebody listens from the beginning: what `expect_file_chooser` would switch on comes too late for a quick one.
    page.on("filechooser", lambda _chooser: None)
    yield page
    assert page.evaluate("window.pointers") == 0


def go_to(page: Page, target: Locator, key: str = "Tab", *, shown_by: Locator | None = None) -> Locator:
    """Press Tab until it has the focus, and is seen to have it. `shown_by`: what is seen in its place."""
    expect(target).to_be_attached()
    for _ in range(STEPS_MAX):
        if target.evaluate("it => it === document.activeElement"):
            expect(shown_by or target).to_be_in_viewport()
            assert target.evaluate("it => it.matches(':focus-visible')")
            return target
        page.keyboard.press(key)
    raise AssertionError(f"{STEPS_MAX} times {key}, and {target} was not reached")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def follow(page: Page, target: Locator) -> None:
    """To another page, with Enter."""
    go_to(page, target)
    with page.expect_navigation(wait_until="load"):
        press(page, "Enter")


def choose_files(page: Page, *names: str) -> None:
    with page.expect_file_chooser() as chosen:
        press(page, "Enter")
    chooser: FileChooser = chosen.value
    chooser.set_files([steps.PHOTOS / name for name in names])


def test_the_first_picture(page: Page, cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    page.goto("/", wait_until="load")
    expect(page.get_by_label("Email or username")).to_be_focused()  # by itself, a moment after the page is there
    page.keyboard.type("bob@example.com")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation(url="**/projects/**", wait_until="load"):
        press(page, "Enter")
    press(page, "Tab", "Enter")  # past the bar
    prompt = go_to(page, page.get_by_label("Prompt", exact=True))
    page.keyboard.type("A red boat on a quiet lake")
    go_to(page, steps.generate_button(page))
    press(page, "Enter")
    steps.expect_picture(page, "1A")
    expect(steps.frame(page, "1A")).to_contain_text("$0.09 charged")
    expect(page.locator("#announcements")).to_contain_text("1A finished, $0.09 charged.")
    expect(steps.generate_button(page)).to_be_focused()
    press(page, "j", "Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("link", name="Open 1A", exact=True)).to_be_focused()
    expect(prompt).to_have_value("A red boat on a quiet lake")


def test_a_photo_is_edited_with_two_references_and_its_own_ratio(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    page.wait_for_load_state("load")
    press(page, "c")
    page.keyboard.type("Put the cup of image 1 before the rocket of image 2")
    go_to(page, page.get_by_label("Add images"), shown_by=page.locator(".slot-add"))
    choose_files(page, "astronaut.jpg", "coffee.jpg", "rocket.jpg")
    expect(steps.tray(page).locator("img")).to_have_count(3)
    photo = steps.tray(page).get_by_role("button", name=re.compile(r"^Image \d: astronaut"))
    go_to(page, photo, "Shift+Tab")
    press(page, "Enter")
    go_to(page, page.get_by_role("button", name="Make last").first, "ArrowDown")
    press(page, "Enter")
    expect(page.get_by_text("The last image sets the ratio: image 3")).to_be_visible()
    expect(photo).to_have_attribute("aria-label", re.compile("^Image 3"))
    followed = page.get_by_role("radio", name="Follow source")
    expect(followed).to_be_checked()
    go_to(page, followed)
    press(page, "Control+Enter")
    steps.expect_picture(page, "1A")
    run = Run.objects.get()
    assert ([row.picture.name for row in run.inputs.all()][-1], run.ratio) == ("astronaut.jpg", "")


def test_a_colleagues_picture_of_last_week_is_found_and_its_prompt_used_again(page: Page, cast: Cast) -> None:
    lay_out(cast, "navy", prompt="A brass lamp on a desk")
    lay_out(cast, "crimson", prompt="A clay cup on linen")
    long_ago = timezone.now() - timedelta(days=6)
    Run.objects.filter(number=1).update(person=cast.alice, created_at=long_ago)
    Generation.objects.filter(run__number=1).update(person=cast.alice, created_at=long_ago)
    steps.open_workspace(page, cast.bob, cast.project)
    page.wait_for_load_state("load")
    press(page, "g")
    with page.expect_navigation(url="**/gallery/", wait_until="load"):
        press(page, "a")
    go_to(page, page.get_by_role("combobox", name="Author"))
    with page.expect_response("**/gallery/**"):
        page.keyboard.type("Alice")
    go_to(page, page.get_by_role("combobox", name="Date"))
    with page.expect_response("**/gallery/**"):
        page.keyboard.type("Last 7")
    expect(page.locator(".wall .frame")).to_have_count(1)
    go_to(page, page.get_by_role("button", name="More actions for 1A"))
    press(page, "Enter")
    go_to(page, page.get_by_role("link", name="Reuse the prompt only"), "ArrowDown")
    with page.expect_navigation(wait_until="load"):
        press(page, "Enter")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A brass lamp on a desk")
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    press(page, "Control+Enter")
    steps.expect_picture(page, "3A")


def test_a_charge_without_a_picture_is_understood_and_questioned(page: Page, cast: Cast) -> None:
    with transaction.atomic():  # or the studio's own worker would take it up
        end(make_run(cast.bob, cast.project, prompt="A famous mouse").generations.get(), Outcome.REFUSED_OUTPUT)
    Generation.objects.update(reason="IMAGE_SAFETY")
    steps.sign_in(page, cast.bob)
    page.goto(cast.project.get_absolute_url(), wait_until="load")
    follow(page, page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="My usage"))
    line = page.locator("#statement-panel tbody tr").filter(has_text="1A")
    expect(line).to_contain_text("presumed charged")
    follow(page, line.get_by_role("link", name="1A"))
    expect(page.get_by_role("main")).to_contain_text(
        "The provider probably charged; we count it until its bill says otherwise."
    )
    page.go_back(wait_until="load")
    go_to(page, line.locator("summary"))
    press(page, "Enter")
    go_to(page, line.get_by_label("What is wrong with it?"))
    page.keyboard.type("No picture came")
    follow(page, line.get_by_role("button", name="Ask an admin"))
    expect(page.get_by_text("You asked: “No picture came”")).to_be_in_viewport()
    assert ChargeQuestion.objects.get().note == "No picture came"


def test_a_budget_is_set_and_a_request_is_answered(page: Page, cast: Cast) -> None:
    decisions.ask_for_more(cast.alice, None, note="For the fair", now=timezone.now())
    steps.sign_in(page, cast.dana)
    page.goto("/usage/", wait_until="load")
    follow(page, page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Admin"))
    subnav = page.get_by_role("navigation", name="Admin", exact=True)
    follow(page, subnav.get_by_role("link", name="Budgets"))
    go_to(page, page.get_by_role("textbox", name="Monthly budget of Bob"))
    press(page, "Control+A")
    page.keyboard.type("25")
    with page.expect_navigation(wait_until="load"):
        press(page, "Enter")
    expect(page.get_by_text("Bob: $25.00 a month from now on")).to_be_visible()
    follow(page, subnav.get_by_role("link", name=re.compile("^Inbox")))
    request = page.get_by_role("article").filter(has_text="For the fair")
    go_to(page, request.get_by_label("New monthly budget"))
    press(page, "Control+A")
    page.keyboard.type("40")
    follow(page, request.get_by_role("button", name="Raise the budget"))
    expect(page.get_by_text("Nobody asks for more.")).to_be_visible()
    budgets = dict(Account.objects.values_list("person__username", "monthly_allowance_micros"))
    assert (budgets["bob"], budgets["alice"]) == (25_000_000, 40_000_000)
    assert BudgetRequest.objects.get().decided_by == cast.dana
