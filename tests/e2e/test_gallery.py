"""The gallery as it is used: found, chosen and marked by hand and by keyboard; and nothing on it ever jumps."""

import io
import os
import re
import uuid
from datetime import timedelta

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, Route, expect

from studio.models import Attempt, Generation, Judgement, Output, Run, Star
from studio.storage.objects import put_bytes
from tests.e2e import steps
from tests.e2e.conftest import Window
from tests.people import Cast

FRAMES = int(os.environ.get("FRAMES", "240"))
"""10,000 takes a quarter of an hour; what moves does so on the second page as on the two hundredth."""
SIZES = ((960, 768), (768, 960), (960, 540), (540, 960), (900, 900), (960, 411))
VARIATIONS = 4
BETWEEN_RUNS = timedelta(hours=3)
"""The ten runs of a page are more than a day, so that midnight is among them at whatever hour a test begins."""


def hang(cast: Cast, count: int) -> None:
    """So many finished frames of many formats, three hours between two runs. They share a few files."""
    for width, height in SIZES:
        file = io.BytesIO()
        Image.new("RGB", (width, height), (width % 255, height % 255, 90)).save(file, "WEBP")
        for folder in ("thumbnails", "icons"):
            put_bytes(f"{folder}/e2e/{width}x{height}.webp", file.getvalue())
    now = timezone.now()
    runs = [
        Run(
            number=number,
            project=cast.project,
            person=cast.bob,
            prompt=f"A red boat, number {number}",
            model_key="pro",
            size="1K",
            variations=VARIATIONS,
            price_micros=90_000,
            form_token=uuid.uuid4(),
            form_hash="",
            created_at=now - BETWEEN_RUNS * (count - number),
        )
        for number in range(1, count // VARIATIONS + 1)
    ]
    Run.objects.bulk_create(runs, batch_size=500)
    facts = {"project": cast.project, "person": cast.bob, "price_micros": 90_000, "charge": "charged"}
    ended = {"status": "succeeded", "outcome": "delivered", "finished_at": now}
    generations = [
        Generation(run=run, variation=place, created_at=run.created_at, **facts, **ended)
        for run in runs
        for place in range(VARIATIONS)
    ]
    Generation.objects.bulk_create(generations, batch_size=500)
    attempts = [
        Attempt(generation=each, number=1, price_micros=90_000, charge="charged", outcome="delivered", started_at=now)
        for each in generations
    ]
    Attempt.objects.bulk_create(attempts, batch_size=500)
    Output.objects.bulk_create((_output(attempt, place) for place, attempt in enumerate(attempts)), batch_size=500)


def _output(attempt: Attempt, place: int) -> Output:
    width, height = SIZES[place * 7 // 3 % len(SIZES)]
    return Output(
        generation=attempt.generation,
        attempt=attempt,
        role=Output.Role.PRIMARY,
        position=0,
        mime_type="image/webp",
        size_bytes=1,
        width=width,
        height=height,
        sha256="0" * 64,
        key=f"thumbnails/e2e/{width}x{height}.webp",
        thumbnail_key=f"thumbnails/e2e/{width}x{height}.webp",
    )


COUNT_SHIFTS = """
    window.shifts = [];
    const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join();
    const name = (node) => node ? `${node.nodeName}#${node.id ?? ""}.${node.className ?? ""}` : "gone";
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
            const moves = sources.map((one) => [name(one.node), box(one.previousRect), box(one.currentRect)].join(" "));
            window.shifts.push([value, ...moves]);
        }
    }).observe({ type: "layout-shift", buffered: true });
"""
"""Of each: how much it counts, and what went from where to where."""


# By the page itself: asked from outside, each look at ten thousand frames takes a second.
GO_TO_THE_END = """async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (let more; (more = document.querySelector("#load-more a")); ) {
        more.scrollIntoView({ block: "end" });
        await drawn();
        more.click();
        while (more.isConnected) await drawn();
    }
    document.querySelector(".wall:last-of-type .frame:last-child").scrollIntoView();
    await drawn();
}"""


def open_gallery(page: Page, cast: Cast) -> None:
    steps.sign_in(page, cast.bob)
    page.goto(f"{cast.project.get_absolute_url()}gallery/")


def test_nothing_jumps_however_far_one_goes(page: Page, cast: Cast) -> None:
    """Each shift counts, also the ones that a browser would excuse because somebody has just clicked."""
    hang(cast, FRAMES)
    page.add_init_script(COUNT_SHIFTS)
    open_gallery(page, cast)
    page.evaluate(GO_TO_THE_END)
    expect(page.locator(".wall .frame")).to_have_count(FRAMES)
    page.mouse.wheel(0, -5_000)
    page.wait_for_function("() => window.scrollY >= 0 && document.readyState === 'complete'")
    shifts = page.evaluate("window.shifts")
    print(f"{FRAMES} frames, {len(shifts)} shifts, {sum(value for value, *_ in shifts):.4f} in all")
    assert not shifts
    assert page.locator("#load-more").count() == 0


def test_a_day_is_hung_when_all_of_it_is_there(window: Window, cast: Cast) -> None:
    """The rest of the page is late: half a row would be drawn wide, and grow narrow when the other half comes."""
    hang(cast, 60)
    page = window.open(java_script_enabled=False)

    def break_off(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=text[: text.rindex("<li class=")], content_type="text/html")

    page.route("**/gallery/", break_off)
    open_gallery(page, cast)
    days = page.locator(".wall")
    expect(days.first).to_be_visible()
    expect(days.last).to_be_hidden()


def test_more_frames_take_the_focus(page: Page, cast: Cast) -> None:
    hang(cast, 60)
    open_gallery(page, cast)
    address = page.url
    page.locator("#load-more a").click()
    expect(page.locator("#f-3A-no")).to_be_focused()
    assert page.url == address


def turn_single_keys(page: Page, way: str) -> None:
    """In the account menu, which then loads the same page anew."""
    page.get_by_role("button", name=re.compile("account menu")).click()
    choice = page.get_by_role("group", name="Shortcuts of a single key").get_by_role("button", name=way)
    with page.expect_navigation():
        choice.click()
    page.wait_for_load_state()


def test_frames_are_found_chosen_and_marked(page: Page, cast: Cast) -> None:
    hang(cast, 20)
    open_gallery(page, cast)
    bar = page.get_by_role("form", name="Selection")
    expect(bar).to_be_hidden()
    turn_single_keys(page, "Off")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    turn_single_keys(page, "On")
    page.keyboard.press("/")
    page.keyboard.type("number 4")
    page.keyboard.press("Enter")
    expect(page.locator(".wall .frame")).to_have_count(4)
    assert page.url.endswith("?q=number+4")
    page.get_by_role("link", name="Remove filter: “number 4”").click()
    expect(page.locator(".wall .frame")).to_have_count(20)

    page.get_by_label("Select 5A").check()
    page.get_by_label("Select 5D").click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    page.locator("#f-5B-no").focus()
    page.keyboard.press("x")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Star").click()
    expect(page.locator("#f-5A-marks")).to_contain_text("Starred by you")
    assert Star.objects.filter(person=cast.bob).count() == 3

    page.locator("#f-5B-no").focus()
    page.keyboard.press("p")
    expect(page.locator("#f-5B-no")).to_contain_text("(picked)")
    expect(page.locator("#f-5B-no")).to_be_focused()
    page.keyboard.press("4")
    expect(page.locator("#f-5B-marks")).to_contain_text("Rated 4 of 5")
    page.keyboard.press("0")
    expect(page.locator("#f-5B-marks")).not_to_contain_text("Rated")
    assert (Judgement.objects.get().is_picked, Judgement.objects.get().rating) == (True, None)
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_menu_of_a_frame_comes_when_it_is_asked_for(window: Window, page: Page, cast: Cast) -> None:
    hang(cast, 8)
    open_gallery(page, cast)
    first, second = (page.get_by_role("button", name=f"More actions for {number}") for number in ("2A", "2B"))
    first.click()
    menu = page.get_by_role("group", name="More actions for 2A")
    expect(menu.get_by_role("button", name="Move 2A to the trash")).to_be_visible()
    menu.get_by_role("button", name="Star").click()
    expect(page.locator("#f-2A-marks")).to_contain_text("Starred by you")
    expect(menu.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    first.click()
    expect(menu).to_be_hidden()
    first.click()
    expect(menu.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")

    page.locator("#f-2B").hover()
    second.click()
    expect(page.get_by_role("group", name="More actions for 2B").get_by_role("button", name="Star")).to_be_visible()
    page.keyboard.press("Escape")
    second.press("Enter")
    expect(page.get_by_role("group", name="More actions for 2B").get_by_role("button", name="Star")).to_be_focused()
    expect(second).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("p")
    expect(page.locator("#f-2B-no")).to_contain_text("(picked)")
    page.keyboard.press("Escape")
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-expanded", "false")

    plain = window.open(java_script_enabled=False)
    open_gallery(plain, cast)
    plain.get_by_role("button", name="More actions for 2A").focus()
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("heading", name="2A", level=1)).to_be_visible()
    expect(plain.get_by_role("button", name="Star")).to_be_visible()
