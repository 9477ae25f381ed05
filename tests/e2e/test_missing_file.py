"""A picture whose file is gone from storage, on the pages that show it."""

from django.core.files.storage import default_storage
from playwright.sync_api import Page, expect

from studio.models import Output
from tests.e2e import steps
from tests.e2e.conftest import Log
from tests.people import Cast


def test_F32_in_the_place_of_a_missing_file_stands_what_happened(page: Page, cast: Cast, log: Log) -> None:
    """A broken icon would say nothing; a drawing is an image, so it has a size of its own."""
    log.allowed.append("404")
    steps.open_workspace(page, cast.bob, cast.project)
    steps.write_prompt(page, "A harbour")
    steps.generate(page)
    steps.expect_picture(page, "1A")
    output = Output.objects.get()
    for key in (output.key, output.thumbnail_key):
        default_storage.delete(key)
    page.reload()
    picture = steps.frame(page, "1A").locator("img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.goto(output.generation.get_absolute_url())
    plate = page.locator(".plate-image")
    assert plate.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
