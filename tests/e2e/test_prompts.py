"""The prompt library in a browser: keep, fill in, make, look at what came of it; and the history keys."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from studio.library.keep import draft_of, rewrite
from studio.library.wording import Wording
from studio.models import Prompt, PromptVersion, Run
from tests.e2e import steps
from tests.e2e.conftest import PHONE, Log, Window
from tests.e2e.page_check import check
from tests.library.kept import STILL_LIFE, make_prompt
from tests.people import Cast
from tests.runs import make_run

WORDS = "A {{colour}} boat on a quiet lake"


def test_a_prompt_from_a_frame_is_filled_in_used_counted_and_written_anew(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat on a quiet lake")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    steps.open_details(page, "1A")
    page.get_by_role("link", name="Save prompt").click()
    page.wait_for_url("**/prompts/new/*", wait_until="load")  # what is typed before the scripts are there they miss
    page.get_by_label("Title").fill("Boats")
    page.get_by_label(re.compile("^Words")).fill(WORDS)
    page.get_by_label(re.compile("^Choices")).fill("red\ngreen")
    page.get_by_role("button", name="Save prompt").click()
    expect(page.get_by_role("heading", name="Boats")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("colour").select_option("green")
    expect(page.locator("#preview")).to_have_text("A green boat on a quiet lake")
    page.get_by_role("button", name="Use in composer").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A green boat on a quiet lake")
    expect(page.get_by_text("From Boats, version 1")).to_be_visible()
    steps.generate(page)
    steps.expect_picture(page, "2A")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Prompts").click()
    expect(page.get_by_text("1 image, $0.09 charged")).to_be_visible()
    expect(page.get_by_text("1 use", exact=True)).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label(re.compile("^Words")).fill(WORDS.replace("quiet", "wild"))
    page.get_by_role("button", name="Save as the next version").click()
    expect(page.get_by_text("Version 2 by Bob")).to_be_visible()
    expect(page.locator("ins")).to_have_text("wild")
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.get_by_text("Version 1 is back, as version 3")).to_be_visible()
    assert [version.number for version in PromptVersion.objects.order_by("number")] == [1, 2, 3]


def test_the_composer_takes_from_the_library_and_keeps_into_it(page: Page, cast: Cast) -> None:
    make_prompt(cast.alice, cast.project, model_key="nb2", size="2K")
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "What I wrote")
    page.get_by_role("link", name="From library").click()
    dialog = page.get_by_role("dialog", name="Prompt library")
    dialog.get_by_label("Search prompts").fill("matte")
    dialog.get_by_role("link", name=re.compile("Still life")).click()
    dialog.get_by_label("material").fill("clay")
    expect(dialog.locator("#preview")).to_contain_text("Matte clay {{object}} on seamless")
    dialog.get_by_label("object").fill("cup")
    dialog.get_by_role("button", name="Use in composer").click()
    expect(dialog).to_be_hidden()
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_be_focused()
    expect(prompt).to_have_value("Matte clay cup on seamless paper, light from the left")
    expect(page.get_by_text("From Still life, version 1")).to_be_visible()
    expect(page.get_by_label("2K", exact=True)).to_be_checked()
    page.get_by_text("What stood here before").click()
    expect(page.get_by_text("What I wrote")).to_be_visible()
    prompt.fill("Something else")
    prompt.blur()
    expect(page.get_by_text("From Still life, version 1")).to_be_hidden()
    page.get_by_role("button", name="Save prompt").click()
    dialog.get_by_label("Title").fill("Else")
    dialog.get_by_role("button", name="Save prompt").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Else is in the library")).to_be_visible()
    expect(page.get_by_text("From Else, version 1")).to_be_visible()
    assert Prompt.objects.get(title="Else").current.text == "Something else"  # type: ignore[union-attr]


def test_a_blank_left_empty_is_asked_for_in_the_dialog(page: Page, cast: Cast, window: Window) -> None:
    window.log.allowed += ["422"]
    make_prompt(cast.alice, cast.project)
    steps.open_workspace(page, cast.bob, cast.project)
    page.get_by_role("link", name="From library").click()
    dialog = page.get_by_role("dialog", name="Prompt library")
    dialog.get_by_role("link", name=re.compile("Still life")).click()
    dialog.get_by_label("material").fill("clay")
    dialog.get_by_role("button", name="Use in composer").click()
    expect(dialog.get_by_text("Fill in object.")).to_be_visible()
    expect(dialog.get_by_label("material")).to_have_value("clay")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_arrow_keys_walk_through_ones_own_prompts_and_lose_nothing(page: Page, cast: Cast) -> None:
    for words in ("The first boat", "The second boat"):
        make_run(cast.bob, cast.project, prompt=words)
    make_run(cast.alice, cast.project, prompt="Alice's boat")
    steps.open_workspace(page, cast.bob, cast.project)
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("Half a thought")
    prompt.press("Home")
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("The second boat")
    expect(page.get_by_text("Prompt 1 of 2, newest first")).to_be_attached()
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("The first boat")
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("The first boat")
    prompt.press("End")
    prompt.press_sequentially("!")
    prompt.press("ArrowDown")
    expect(prompt).to_have_value("The second boat")
    prompt.press("ArrowDown")
    expect(prompt).to_have_value("Half a thought")
    expect(page.get_by_text("What you were writing")).to_be_attached()
    prompt.press("Home")
    prompt.press("ArrowUp")
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("The first boat!")


def test_on_a_telephone_list_and_prompt_are_two_pages(window: Window, cast: Cast) -> None:
    make_prompt(cast.alice, cast.project)
    page = window.open(PHONE)
    steps.sign_in(page, cast.bob)
    page.goto(f"{cast.project.get_absolute_url()}prompts/")
    expect(page.get_by_role("heading", name="Fill in")).to_be_hidden()
    page.get_by_role("link", name=re.compile("Still life")).click()
    page.get_by_label("material").fill("clay")
    page.get_by_label("object").fill("cup")
    page.get_by_role("button", name="Use in composer").click()
    expect(page.get_by_label("Prompt", exact=True)).to_be_visible()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(
        "Matte clay cup on seamless paper, light from the left"
    )


def test_all_of_it_without_script(window: Window, cast: Cast) -> None:
    make_run(cast.bob, cast.project, prompt="An earlier boat")
    plain = window.open(java_script_enabled=False)
    steps.open_workspace(plain, cast.bob, cast.project)
    steps.write_prompt(plain, WORDS)
    plain.get_by_role("button", name="Save prompt").click()
    plain.get_by_label("Title").fill("Boats")
    plain.get_by_role("button", name="Show the blanks").click()
    plain.get_by_label("Default").fill("red")
    plain.get_by_role("button", name="Save prompt").click()
    plain.get_by_label("colour").fill("green")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("#preview")).to_have_text("A green boat on a quiet lake")
    plain.get_by_role("button", name="Use in composer").click()
    expect(plain.get_by_text("From Boats, version 1")).to_be_visible()
    steps.generate(plain)
    expect(plain.get_by_text("Run 2 queued")).to_be_visible()
    plain.get_by_role("link", name="Earlier").click()
    plain.get_by_role("button", name=re.compile("An earlier boat")).click()
    expect(plain.get_by_label("Prompt", exact=True)).to_have_value("An earlier boat")
    assert Run.objects.get(number=2).prompt_version == PromptVersion.objects.get()


def test_three_rows_go_out_in_one_go(page: Page, cast: Cast) -> None:
    make_prompt(cast.alice, cast.project, title="Boats", wording=Wording(WORDS))
    steps.sign_in(page, cast.bob)
    page.goto(f"{cast.project.get_absolute_url()}prompts/")
    page.get_by_role("link", name="Fill in a table").click()
    page.get_by_label(re.compile("^Table")).fill("colour\nred\ngreen\nblue, almost black")
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_role("heading", name="3 rows")).to_be_visible()
    expect(page.locator("mark").nth(2)).to_have_text("blue, almost black")
    page.get_by_role("button", name=re.compile("^Generate 3 images.*\\$0.27")).click()
    expect(page.get_by_text("3 runs queued, $0.27 held")).to_be_visible()
    for number in ("1A", "2A", "3A"):
        steps.expect_picture(page, number)
    page.goto(Prompt.objects.get().get_absolute_url())
    expect(page.get_by_text("3 images, $0.27 charged")).to_be_visible()


def test_the_library_on_every_screen(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], log: Log, request: pytest.FixtureRequest
) -> None:
    log.allowed.append("422")
    steps.sign_in(any_page, cast.bob)
    project = cast.project.get_absolute_url()
    any_page.goto(f"{project}prompts/")
    check(any_page, axe, "prompts-empty", request)
    for title in ("Relight, keep everything", "Two-colour riso poster", "Catalogue still life"):
        prompt = make_prompt(cast.bob, cast.project, title=title, model_key="pro", size="2K", ratio="4:5")
    draft = replace(draft_of(prompt.versions.get(), title=title), wording=Wording(f"{STILL_LIFE.text}, no props"))
    version = rewrite(prompt, draft, base=1, person=cast.alice, now=timezone.now())
    make_run(cast.bob, cast.project, prompt_version=version)
    for name, address in (
        ("prompts", f"{project}prompts/"),
        ("prompt", prompt.get_absolute_url()),
        ("prompt-editing", f"{prompt.get_absolute_url()}editing/"),
        ("prompts-earlier", f"{project}prompts/earlier/"),
    ):
        any_page.goto(address)
        check(any_page, axe, name, request)
    any_page.goto(f"{project}batch/?version={version.public_id}")
    any_page.get_by_label(re.compile("^Table")).fill("material,object\nclay,cup\nbrass,bowl\ntoo,many,cells")
    any_page.get_by_role("button", name="Look at the rows").click()
    check(any_page, axe, "batch", request)
    any_page.goto(f"{project}compose/")
    steps.write_prompt(any_page, "A red boat")
    any_page.get_by_role("link", name="From library").click()
    expect(any_page.get_by_role("dialog", name="Prompt library")).to_be_visible()
    check(any_page, axe, "library-dialog", request)
    any_page.get_by_role("dialog", name="Prompt library").get_by_role("link", name=re.compile("still life")).click()
    expect(any_page.get_by_role("button", name="Use in composer")).to_be_visible()
    check(any_page, axe, "library-dialog-fill", request)
