"""From a prompt to a picture and its line in the ledger, in a real browser, through the real path."""

import re
import time

from django.contrib.auth.hashers import make_password
from playwright.sync_api import APIResponse, Page, Route, expect

from studio.ledger import audit
from studio.ledger.balance import month_of, month_summary
from studio.models import Generation, Run, User
from tests.e2e import steps
from tests.e2e.running import Studio
from tests.people import MONEY_MICROS, PASSWORD, Cast


def test_a_person_signs_in_and_gets_a_first_picture(page: Page, cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    page.goto("/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill("bob@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    steps.write_prompt(page, "A red boat on a quiet lake")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    expect(steps.frame(page, "1A")).to_contain_text("$0.09 charged")


def test_a_photograph_edited_by_pro_at_2k_in_four_variations_costs_four_times_nine_cents(
    page: Page, cast: Cast, studio: Studio
) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "Make it night, with a full moon")
    steps.add_pictures(page, "astronaut.jpg")
    steps.choose(page, "Model", "Pro")
    steps.choose(page, "Size", "2K")
    for _ in range(3):
        with page.expect_response(re.compile("/composition/")):
            page.get_by_role("button", name="One more").click()
    expect(page.get_by_text("4 × $0.09 = $0.36")).to_be_visible()
    expect(steps.generate_button(page)).to_contain_text("$0.36")
    steps.generate(page)
    for letter in "ABCD":
        steps.expect_picture(page, f"1{letter}")
    assert len(studio.sandbox.charges()) == 4
    assert studio.sandbox.charged_micros == 360_000
    page.goto("/usage/")
    expect(page.get_by_text("$9.64").first).to_be_visible()  # 10.00 - 4 × 0.09
    assert not list(audit.findings())


def test_the_request_that_leaves_is_the_one_the_form_showed(page: Page, cast: Cast, studio: Studio) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A lighthouse")
    steps.choose(page, "Model", "2")
    steps.choose(page, "Size", "512")
    steps.choose(page, "Aspect ratio", "4:1")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    [seen] = studio.sandbox.requests()
    assert (seen["model"], seen["size"], seen["ratio"]) == ("gemini-3.1-flash-image-preview", "512", "4:1")


def test_the_last_picture_sets_the_ratio_unless_one_is_chosen(page: Page, cast: Cast, studio: Studio) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.add_pictures(page, "astronaut.jpg", "rocket.jpg")
    steps.write_prompt(page, "Put the astronaut beside the rocket")
    expect(steps.tray(page)).to_contain_text("Sets ratio")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    [seen] = studio.sandbox.requests()
    assert seen["ratio"] in {None, ""}
    assert seen["images"] == 2
    assert Run.objects.get().ratio == ""


def test_switching_the_model_keeps_what_is_legal_and_says_what_changed(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A lighthouse")
    steps.choose(page, "Model", "2")
    steps.choose(page, "Size", "4K")
    steps.choose(page, "Aspect ratio", "16:9")
    steps.choose(page, "Model", "Gen 1")
    expect(page.get_by_role("group", name=re.compile("^Size"))).to_have_count(0)
    expect(page.get_by_text("Gen 1 makes 1K images only")).to_be_visible()
    expect(page.locator("[name=ratio]:checked")).to_have_value("16:9")
    expect(page.get_by_text(re.compile(r"Size changed|from 4K to 1K|4K.*1K"))).to_be_visible()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A lighthouse")


def test_a_double_click_makes_one_run(page: Page, cast: Cast, studio: Studio) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat")
    steps.generate_button(page).dblclick()
    steps.expect_picture(page, "1A")
    assert Run.objects.count() == 1
    assert len(studio.sandbox.requests()) == 1


def test_a_button_that_an_answer_replaces_while_it_is_held_down_is_pressed(page: Page, cast: Cast) -> None:
    hold_down(page, cast)
    recompose(page)
    page.mouse.up()
    steps.expect_picture(page, "1A")
    page.get_by_role("heading", name="Autumn catalogue").hover()
    page.mouse.down()
    steps.generate_button(page).hover()
    page.mouse.up()
    recompose(page)
    assert Run.objects.count() == 1, "a press that began elsewhere is none"


def test_a_button_that_says_another_price_when_it_is_let_go_was_not_pressed(page: Page, cast: Cast) -> None:
    hold_down(page, cast)
    page.evaluate("document.querySelector('#variations').value = 2")
    recompose(page)
    expect(steps.generate_button(page)).to_contain_text("Generate 2 images")
    page.mouse.up()
    recompose(page)
    assert not Run.objects.exists()


def hold_down(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    with page.expect_response("**/composition/"):
        steps.write_prompt(page, "A red boat")
        page.get_by_label("Prompt", exact=True).press("Tab")
    steps.generate_button(page).hover()
    page.mouse.down()
    page.wait_for_function("() => !document.querySelector('#choices.htmx-request')")


def recompose(page: Page) -> None:
    """The choices are reckoned once more, and the answer puts another button in the place of the one there is."""
    replaced = steps.generate_button(page).element_handle()
    page.evaluate("document.body.dispatchEvent(new CustomEvent('recompose', { bubbles: true }))")
    page.wait_for_function("button => !button.isConnected", arg=replaced)


def test_a_page_asks_once_for_all_its_frames_and_stops_when_nothing_runs(page: Page, cast: Cast) -> None:
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url) if "/running/" in request.url else None)
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat [sandbox:slow=4]")
    for _ in range(2):
        with page.expect_response(re.compile("/composition/")):
            page.get_by_role("button", name="One more").click()
    began = time.monotonic()
    steps.generate(page)
    expect(steps.frame(page, "1A")).to_contain_text("Generating")
    for letter in "ABC":
        steps.expect_picture(page, f"1{letter}")
    seen = len(polls)
    assert seen <= 2 + (time.monotonic() - began) / 1.4, "as many whatever the number of frames"
    page.wait_for_timeout(4_500)
    assert len(polls) <= seen + 1


def test_an_answer_that_a_submit_has_overtaken_changes_nothing(page: Page, cast: Cast) -> None:
    """It tells how 1A goes on and knows nothing of 2A: both are shown to their end all the same."""
    overtaken: list[tuple[Route, APIResponse]] = []

    def hold_the_first_news(route: Route) -> None:
        answer = route.fetch()
        if answer.status == 200 and not overtaken:
            overtaken.append((route, answer))
        else:
            route.fulfill(response=answer)

    steps.open_workspace(page, cast.bob, cast.project)
    page.route("**/running/**", hold_the_first_news)
    steps.write_prompt(page, "A red boat [sandbox:slow=2]")
    steps.generate(page)
    with page.expect_response("**/composition/"):
        steps.write_prompt(page, "A green boat")
        page.get_by_label("Prompt", exact=True).press("Tab")
    page.wait_for_function("() => !document.querySelector('#go-ready').disabled")
    steps.wait_until(page, lambda: bool(overtaken), "nothing new was told of the first run")
    steps.generate(page)
    expect(page.locator("#run-2")).to_be_visible()
    route, answer = overtaken[0]
    route.fulfill(response=answer)
    for number in ("1A", "2A"):
        steps.expect_picture(page, number)


def test_a_queued_frame_can_be_cancelled_for_nothing(page: Page, cast: Cast, studio: Studio) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat [sandbox:slow=3]")
    for _ in range(5):
        with page.expect_response(re.compile("/composition/")):
            page.get_by_role("button", name="One more").click()
    steps.generate(page)
    last = steps.frame(page, "1F")
    last.get_by_role("button", name=re.compile("^Cancel")).click()
    expect(last).to_contain_text("Nothing was charged")
    for letter in "ABCDE":
        steps.expect_picture(page, f"1{letter}")
    assert len(studio.sandbox.requests()) == 5
    summary = month_summary(cast.bob, month_of(Generation.objects.first().created_at))  # type: ignore[union-attr]
    assert summary.left_micros == MONEY_MICROS - 5 * 90_000


def test_the_detail_page_tells_the_whole_story(page: Page, cast: Cast) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat on a quiet lake")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    steps.open_details(page, "1A")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1A")
    for words in ("Nano Banana Pro", "1024 × 1024", "Hold released", "Charged", "A red boat on a quiet lake"):
        expect(page.locator("main")).to_contain_text(words)


def test_a_picture_becomes_the_input_of_the_next(page: Page, cast: Cast, studio: Studio) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    steps.open_details(page, "1A")
    page.get_by_role("link", name="Edit this image").click()
    steps.write_prompt(page, "Now at night")
    expect(steps.tray(page).locator("img")).to_have_count(1)
    steps.generate(page)
    steps.expect_picture(page, "2A")
    assert studio.sandbox.requests()[1]["images"] == 1
    child = Generation.objects.get(run__number=2)
    assert child.run.inputs.get().output == Generation.objects.get(run__number=1).outputs.get()
