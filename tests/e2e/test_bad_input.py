"""Bad input: a clear sentence at the field, the typed text and the tray kept, nothing charged, nothing sent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from studio.models import Instance, Kind, LedgerEntry, Run
from tests import database, people
from tests.e2e import steps
from tests.e2e.conftest import Log
from tests.e2e.running import Studio
from tests.people import Cast

PROMPT = "A red boat on a quiet lake"


@pytest.fixture
def workspace(page: Page, cast: Cast, studio: Studio) -> Iterator[Page]:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, PROMPT)
    yield page
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    assert not Run.objects.exists()
    assert not LedgerEntry.objects.filter(kind__in=[Kind.HOLD, Kind.CHARGE]).exists()
    assert studio.sandbox.requests() == []


def pictures(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.png" for number in range(count)]
    for number, path in enumerate(paths):
        Image.new("RGB", (64, 64), (number * 9, 80, 120)).save(path)
    return paths


def test_fifteen_images_are_one_too_many(workspace: Page, tmp_path: Path) -> None:
    steps.add_files(workspace, pictures(tmp_path, 15))
    expect(steps.tray(workspace)).to_contain_text("14")
    too_many = workspace.get_by_text(re.compile("at most 14", re.IGNORECASE))
    expect(too_many).to_be_visible(timeout=steps.A_CALL_MS)  # each of them is sent and read
    expect(steps.tray(workspace).locator("img").first).to_be_visible()


def test_an_image_of_eight_megabytes_is_too_big_to_be_sent_and_has_two_ways_out(
    workspace: Page, tmp_path: Path
) -> None:
    steps.add_pictures(workspace, "coffee.jpg")
    big = tmp_path / "mountain.jpg"
    Image.effect_noise((4_000, 3_000), 15).convert("RGB").save(big, quality=97)
    steps.add_files(workspace, [big])
    expect(workspace.get_by_text(re.compile("mountain.jpg is 8"))).to_be_visible()
    expect(workspace.get_by_text(re.compile("at most 7 MB"))).to_be_visible()
    expect(steps.tray(workspace).locator(".slot img")).to_have_count(2)
    expect(workspace.get_by_role("button", name="Use a smaller copy")).to_be_visible()
    workspace.get_by_role("button", name="Remove it").click()
    expect(workspace.get_by_text(re.compile("at most 7 MB"))).to_be_hidden()
    expect(steps.tray(workspace).locator(".slot img")).to_have_count(1)


def test_a_file_above_the_limit_is_refused_before_it_is_sent(workspace: Page, tmp_path: Path) -> None:
    huge = tmp_path / "video.jpg"
    with huge.open("wb") as file:
        file.truncate(31_000_000)
    steps.add_files(workspace, [huge])
    line = workspace.get_by_role("listitem").filter(has_text="video.jpg")
    expect(line).to_contain_text("larger than 30 MB")
    expect(line.get_by_role("button", name="Try again")).to_be_hidden()
    line.get_by_role("button", name="Dismiss video.jpg").click()
    expect(line).to_have_count(0)


def test_a_text_that_calls_itself_a_picture_is_refused(workspace: Page, tmp_path: Path, log: Log) -> None:
    page = tmp_path / "page.png"
    page.write_text("<html><script>alert(1)</script></html>")
    log.allowed.append("422")
    steps.add_files(workspace, [page])
    expect(workspace.get_by_text("page.png is not a PNG, JPEG, WebP or HEIC image.")).to_be_visible()
    expect(steps.tray(workspace).locator("img")).to_have_count(0)


def test_F17_without_its_database_the_studio_says_so_and_the_form_keeps_its_words(workspace: Page, log: Log) -> None:
    log.allowed.append("503")
    with database.away_for_all():
        steps.generate(workspace)
        expect(workspace.get_by_text("database is not available right now")).to_be_visible(timeout=30_000)


def test_a_run_above_the_budget_is_not_sent(page: Page, cast: Cast, studio: Studio, log: Log) -> None:
    people.allow(cast.bob, 100_000)
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, PROMPT)
    with page.expect_response(re.compile("/composition/")):
        page.get_by_role("button", name="One more").click()
    button = page.get_by_role("button", name=re.compile("over your budget"))
    expect(button).to_have_attribute("aria-disabled", "true")
    log.allowed.append("422")
    button.click(force=True)  # it looks pressed out, and still explains itself
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    assert not Run.objects.exists()
    assert studio.sandbox.requests() == []


def test_on_a_telephone_a_refusal_stays_and_a_page_that_opens_reckons_nothing(
    phone: Page, cast: Cast, studio: Studio, log: Log
) -> None:
    """There the answer is a page of its own. Taken for one that a browser had filled in, it lost its notice at once."""
    reckoned: list[str] = []
    phone.on("request", lambda request: reckoned.append(request.url) if "/composition/" in request.url else None)
    steps.open_workspace(phone, cast.bob, cast.project)
    phone.get_by_role("link", name="New generation").click()
    phone.wait_for_url("**/compose/", wait_until="networkidle")
    assert reckoned == []
    steps.write_prompt(phone, PROMPT)
    with phone.expect_response(re.compile("/composition/")):
        phone.get_by_label("Prompt", exact=True).blur()
    Instance.objects.update(paused_reason="Inventory.")
    log.allowed.append("409")
    with phone.expect_navigation(wait_until="networkidle"):
        steps.generate_button(phone).click()
    expect(phone.locator("#notice")).to_contain_text("Sending is paused")
    expect(phone.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    assert len(reckoned) == 1
    assert studio.sandbox.requests() == []


def test_without_a_prompt_the_button_says_what_is_missing(page: Page, cast: Cast, studio: Studio, log: Log) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    log.allowed.append("422")
    page.get_by_role("button", name=re.compile("Write a prompt first")).click(force=True)
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    assert not Run.objects.exists()
    assert studio.sandbox.requests() == []
