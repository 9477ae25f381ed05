"""Several files on their way at once: each with its line, its progress, its way out, in the order they were chosen."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from studio.models import Run, Upload
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE, Log, Screen, Window
from tests.e2e.test_composer import expect_order, slots
from tests.people import Cast


@pytest.fixture(params=[DESKTOP, PHONE], ids=str)
def composer(window: Window, cast: Cast, request: pytest.FixtureRequest) -> Page:
    """The composer on both widths: beside the feed, and as a page of its own."""
    screen: Screen = request.param
    page = steps.open_workspace(window.open(screen), cast.bob, cast.project)
    if screen == PHONE:
        page.get_by_role("link", name="New generation").click()
    return page


def pictures(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for number, path in enumerate(paths):
        Image.new("RGB", (64, 48), (number * 40, 80, 120)).save(path)
    return paths


def line(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Images on their way").get_by_role("listitem").filter(has_text=name)


class Gate:
    """Holds uploads back until the test lets them through, by the name of their file."""

    def __init__(self, page: Page) -> None:
        self.held: dict[str, Route] = {}
        page.route("**/uploads/", self._hold)

    def _hold(self, route: Route) -> None:
        name = re.search(rb'filename="([^"]+)"', route.request.post_data_buffer or b"")
        assert name
        self.held[name[1].decode()] = route

    def let(self, page: Page, name: str) -> None:
        self.wait_for(page, name)
        self.held.pop(name).continue_()

    def wait_for(self, page: Page, name: str) -> None:
        steps.wait_until(page, lambda: name in self.held, f"{name} was never sent")


def test_whichever_is_first_the_order_is_that_of_the_choice(composer: Page, tmp_path: Path) -> None:
    gate = Gate(composer)
    steps.add_files(composer, pictures(tmp_path, "a.png", "b.png", "c.png", "d.png"))
    for name in ("a.png", "b.png", "c.png"):
        gate.wait_for(composer, name)
    assert "d.png" not in gate.held, "three at a time"
    expect(line(composer, "d.png")).to_contain_text("Waiting")
    gate.let(composer, "c.png")
    expect_order(composer, "c.png")
    gate.let(composer, "d.png")
    expect_order(composer, "c.png", "d.png")
    gate.let(composer, "a.png")
    expect_order(composer, "a.png", "c.png", "d.png")
    gate.let(composer, "b.png")
    expect_order(composer, "a.png", "b.png", "c.png", "d.png")
    expect(line(composer, ".png")).to_have_count(0)


def test_a_file_that_was_chosen_later_waits_for_no_earlier_one(composer: Page, tmp_path: Path) -> None:
    gate = Gate(composer)
    first, second = pictures(tmp_path, "first.png", "second.png")
    steps.add_files(composer, [first])
    steps.add_files(composer, [second])
    gate.let(composer, "second.png")
    expect_order(composer, "second.png")
    gate.let(composer, "first.png")
    expect_order(composer, "first.png", "second.png")


def test_one_is_called_off_and_the_others_go_on(composer: Page, tmp_path: Path) -> None:
    gate = Gate(composer)
    steps.add_files(composer, pictures(tmp_path, "a.png", "b.png"))
    gate.wait_for(composer, "a.png")
    composer.get_by_role("button", name="Cancel a.png").click()
    expect(line(composer, "a.png")).to_have_count(0)
    expect(composer.get_by_role("button", name="Cancel b.png")).to_be_focused()
    gate.let(composer, "b.png")
    expect_order(composer, "b.png")
    assert Upload.objects.get().name == "b.png"


def test_a_broken_connection_is_tried_again_without_choosing_anew(composer: Page, tmp_path: Path, log: Log) -> None:
    log.allowed.append("ERR_CONNECTION_RESET")
    gate = Gate(composer)
    steps.add_files(composer, pictures(tmp_path, "a.png", "b.png"))
    gate.wait_for(composer, "a.png")
    gate.held.pop("a.png").abort("connectionreset")
    failed = line(composer, "a.png")
    expect(failed).to_contain_text("The connection broke before the file was here.")
    gate.let(composer, "b.png")
    expect_order(composer, "b.png")
    expect(failed).to_be_visible()  # until somebody says what becomes of it
    failed.get_by_role("button", name="Try again").click()
    gate.let(composer, "a.png")
    expect_order(composer, "a.png", "b.png")
    expect(failed).to_have_count(0)


def test_a_refused_file_says_why_beside_its_name_until_it_is_put_aside(
    composer: Page, tmp_path: Path, log: Log
) -> None:
    log.allowed.append("422")
    page = tmp_path / "page.png"
    page.write_text("<html>")
    steps.add_files(composer, [page, *pictures(tmp_path, "a.png")])
    expect_order(composer, "a.png")
    refused = line(composer, "page.png")
    expect(refused.get_by_role("alert")).to_contain_text("page.png is not a PNG, JPEG, WebP or HEIC image.")
    expect(refused.get_by_role("button", name="Try again")).to_be_hidden()
    steps.write_prompt(composer, "A boat")
    expect(steps.generate_button(composer)).to_be_visible()  # a refused file holds nothing up
    refused.get_by_role("button", name="Dismiss page.png").click()
    expect(refused).to_have_count(0)


def test_what_a_telephone_wrote_into_the_file_stays_here(composer: Page, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    lying = tmp_path / "phone.jpg"
    Image.new("RGB", (80, 40), "red").save(lying, exif=exif.tobytes())
    steps.add_files(composer, [lying])
    expect_order(composer, "phone.jpg")
    upload = Upload.objects.get()
    assert (upload.width, upload.height) == (40, 80)
    shown = composer.request.get(f"/media/uploads/{upload.public_id}/picture/")
    assert shown.ok
    assert b"Secret Camera" not in shown.body()


def test_a_heavy_image_goes_along_as_a_smaller_copy_if_somebody_says_so(composer: Page, tmp_path: Path) -> None:
    heavy = tmp_path / "harbour.jpg"
    Image.effect_noise((3_000, 2_000), 15).convert("RGB").save(heavy, quality=92)
    steps.add_files(composer, [heavy])
    too_heavy = composer.get_by_text(re.compile(r"harbour.jpg is \d.\d MB, 3000\s×\s2000"))
    expect(too_heavy).to_be_visible(timeout=steps.A_CALL_MS)  # six million pixels are read and copied
    steps.write_prompt(composer, "A boat")
    composer.get_by_role("button", name="Use a smaller copy").first.click()
    smaller = re.compile(r"harbour.jpg goes along as a smaller copy: .*2048\s×\s1365")
    expect(composer.get_by_text(smaller)).to_be_visible(timeout=steps.A_CALL_MS)
    composer.get_by_role("button", name="Use the whole image").first.click()
    expect(composer.get_by_text(re.compile("A smaller copy arrives sooner"))).to_be_visible()
    composer.get_by_role("button", name="Use a smaller copy").first.click()
    expect(composer.get_by_role("button", name="Use the whole image").first).to_be_visible()
    steps.generate(composer)
    expect(composer.get_by_text("Run 1 queued, $0.09 held")).to_be_visible()
    picture = Run.objects.get().inputs.get().picture
    assert isinstance(picture, Upload)
    assert (picture.width, picture.name) == (2_048, "harbour.jpg")
    assert slots(composer).count() in {0, 1}  # the feed on a telephone has no tray
