"""The style page against pictures of it that were looked at and kept: a change of look is seen, and agreed to.

`KEEP=1 pytest tests/e2e/test_style_page.py` takes them anew. What differs is left in test-artifacts/style/.
"""

import io
import os
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.e2e import steps
from tests.e2e.conftest import ARTIFACTS, Screen, Theme, Window
from tests.e2e.light_table import lay_out
from tests.people import Cast

KEPT: Final = Path(__file__).parent / "kept"
DIFFERING: Final = Path(ARTIFACTS) / "style"
IS_KEPT_ANEW: Final = os.environ.get("KEEP") == "1"
WIDTH, HEIGHT = 1024, 768
SECTIONS: Final = (
    *("buttons", "fields", "chips", "marks", "frames", "refusals", "empty"),
    *("budget", "chart", "tables", "talk", "cards", "composer"),
)
STEPS_MAX: Final = 24
"""Of 255: what a font drawn by another version of the browser differs by on the edge of a letter."""
SHARE_MAX: Final = 0.002
"""Of the picture's points that may differ by more than that."""

STAND_STILL: Final = """async () => {
    await document.fonts.ready;
    document.activeElement.blur();
    for (const bar of document.querySelectorAll(".bar, .tabs, .skip")) bar.remove();
    const whole = (image) => Object.assign(image, { loading: "eager", decoding: "sync" }).decode();
    await Promise.all([...document.images].map(whole));
}"""


def picture_of(page: Page, section: str) -> Image.Image:
    shot = page.locator(f"#style-{section}").screenshot(animations="disabled", caret="hide")
    return Image.open(io.BytesIO(shot)).convert("RGB")


def difference(kept: Image.Image, taken: Image.Image) -> float:
    """The share of points that differ; 1 when not even the sizes are the same."""
    if kept.size != taken.size:
        return 1
    steps_apart = ImageChops.difference(kept, taken).convert("L").point(lambda value: 255 * (value > STEPS_MAX))
    return steps_apart.histogram()[255] / (kept.width * kept.height)


def keep(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, lossless=True, method=6)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_looks_as_it_was_agreed_to(window: Window, cast: Cast, theme: Theme) -> None:
    lay_out(cast, "seagreen", size=(800, 1000))
    page = steps.sign_in(window.open(Screen(WIDTH, HEIGHT, theme)), cast.dana)
    page.goto("/styleguide/", wait_until="load")
    page.reload(wait_until="load")  # a font that came too late for the first look is there at the second
    page.evaluate(STAND_STILL)
    found = {}
    for section in SECTIONS:
        taken, path = picture_of(page, section), KEPT / f"{section}-{theme}.webp"
        if IS_KEPT_ANEW:
            keep(taken, path)
            continue
        assert path.exists(), f"{path.name} was never kept: KEEP=1"
        with Image.open(path) as kept:
            found[section] = difference(kept.convert("RGB"), taken)
        if found[section] > SHARE_MAX:
            keep(taken, DIFFERING / path.name)
    assert max(found.values(), default=0) <= SHARE_MAX, {name: share for name, share in found.items() if share}
