"""What a person sees, and what the ledger says, when a call does not end in a picture."""

import re
from string import ascii_uppercase

import pytest
from playwright.sync_api import Page, expect

from studio.ledger import audit
from studio.models import Attempt, Generation, Kind, LedgerEntry
from tests.e2e import steps
from tests.e2e.conftest import Log
from tests.e2e.running import Studio
from tests.people import Cast


def make(page: Page, cast: Cast, prompt: str) -> None:
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, prompt)
    steps.generate(page)


def charges() -> list[tuple[int, str]]:
    return list(LedgerEntry.objects.filter(kind=Kind.CHARGE).values_list("amount_micros", "certainty"))


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("text_refusal", "No image"),
        ("block:PROHIBITED_CONTENT", "Refused"),
        ("finish:IMAGE_SAFETY", "Refused"),
        ("no_image", "No image"),
    ],
)
def test_a_refusal_shows_its_reason_and_is_charged(
    page: Page, cast: Cast, studio: Studio, marker: str, words: str
) -> None:
    make(page, cast, f"A famous mouse [sandbox:{marker}]")
    frame = steps.frame(page, "1A")
    expect(frame).to_contain_text(words, timeout=steps.A_CALL_MS)
    expect(frame).to_contain_text("The provider probably charged")
    expect(frame).to_contain_text(re.compile(r"\$0\.09\s+(presumed )?charged"))
    assert charges() == [(-90_000, "presumed")]
    assert len(studio.sandbox.requests()) == 1
    assert not list(audit.findings())


def test_the_words_that_came_instead_of_a_picture_are_in_sight(page: Page, cast: Cast) -> None:
    """At once, and not under the bar: also where the page scrolls to them."""
    make(page, cast, "A famous mouse [sandbox:text_refusal]")
    steps.frame(page, "1A").get_by_role("link", name="Show answer").click()
    said = page.locator("#answer")
    expect(said).to_contain_text("The model")
    bar = page.get_by_role("banner").bounding_box()
    box = said.bounding_box()
    assert bar
    assert box
    assert bar["y"] + bar["height"] < box["y"] < page.evaluate("innerHeight") - box["height"]


def test_busy_and_then_a_picture_is_charged_once(page: Page, cast: Cast, studio: Studio) -> None:
    make(page, cast, "A red boat [sandbox:once=429]")
    steps.expect_picture(page, "1A")
    assert [attempt.http_status for attempt in Attempt.objects.order_by("number")] == [429, 200]
    assert charges() == [(-90_000, "confirmed")]
    assert len(studio.sandbox.charges()) == 1


def test_a_timeout_is_unknown_and_presumed_charged(page: Page, cast: Cast, studio: Studio) -> None:
    make(page, cast, "A red boat [sandbox:timeout]")
    frame = steps.frame(page, "1A")
    expect(frame).to_contain_text("Timed out", timeout=steps.A_CALL_MS)
    expect(frame).to_contain_text("$0.09 presumed charged")
    assert Generation.objects.get().status == "unknown"
    assert charges() == [(-90_000, "presumed")]
    assert len(studio.sandbox.requests()) == 1


def test_an_invalid_request_is_failed_and_not_charged(page: Page, cast: Cast) -> None:
    make(page, cast, "A red boat [sandbox:status:400]")
    frame = steps.frame(page, "1A")
    expect(frame).to_contain_text("Failed", timeout=steps.A_CALL_MS)
    expect(frame).to_contain_text("not charged")
    assert charges() == []


def test_several_pictures_of_one_call_are_all_kept_for_one_price(page: Page, cast: Cast) -> None:
    make(page, cast, "A recipe in steps [sandbox:several]")
    steps.expect_picture(page, "1A")
    assert Generation.objects.get().outputs.count() > 1
    assert charges() == [(-90_000, "confirmed")]


def test_a_picture_behind_an_address_is_fetched_and_kept(page: Page, cast: Cast) -> None:
    make(page, cast, "A red boat [sandbox:oss]")
    steps.expect_picture(page, "1A")
    assert charges()[0][0] == -90_000


def test_killing_the_server_in_mid_call_loses_doubles_and_hides_nothing(
    page: Page, cast: Cast, studio: Studio, log: Log
) -> None:
    # What the open page asks meanwhile nobody answers, or the proxy does.
    log.allowed += ["htmx:sendError", "Failed to load resource", "502"]
    studio.begin_anew()
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A red boat [sandbox:slow=6]")
    frames = [f"1{letter}" for letter in ascii_uppercase[: studio.slots + 2]]
    for _ in frames[1:]:
        with page.expect_response(re.compile("/composition/")):
            page.get_by_role("button", name="One more").click()
    steps.generate(page)
    expect(steps.frame(page, "1A")).to_contain_text("Generating")
    studio.sandbox.wait_for_requests(studio.slots, ended=False)
    studio.kill()
    studio.start()
    page.reload()
    for frame in frames:
        over = re.compile(r"presumed charged|\$0\.09 charged")
        expect(steps.frame(page, frame)).to_contain_text(over, timeout=steps.A_CALL_MS)
    # On a busy machine a first call may be over before the last slot has one.
    cut_off = [frame for frame in frames if "presumed charged" in steps.frame(page, frame).inner_text()]
    assert 1 <= len(cut_off) <= studio.slots
    for frame in frames:
        if frame not in cut_off:  # queued, or over before: nothing was lost
            steps.expect_picture(page, frame)
    paid = {row["attempt"] for row in studio.sandbox.charges()}
    booked = {str(pk) for pk in LedgerEntry.objects.filter(kind=Kind.CHARGE).values_list("attempt_id", flat=True)}
    assert paid <= booked
    assert len(studio.sandbox.requests()) == len(frames)
    assert not list(audit.findings())


def test_whoever_stops_waiting_still_gets_the_picture(page: Page, cast: Cast) -> None:
    make(page, cast, "A red boat [sandbox:slow=4]")
    page.get_by_role("button", name="Stop waiting for 1A").click()
    expect(steps.frame(page, "1A")).to_contain_text("Nobody waits.")
    expect(page.get_by_role("status").last).to_contain_text("goes on without you")
    steps.expect_picture(page, "1A")
    assert charges() == [(-90_000, "confirmed")]
