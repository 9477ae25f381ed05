"""A page in the midst of another test: nothing sideways, nobody kept out. `walk.py` sees all others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import ARTIFACTS

SHOTS = Path(ARTIFACTS) / "pages"


def shoot(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    """Keep a picture of the page for the person who looks at the change."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{request.node.callspec.id}.png", full_page=True)


def check(page: Page, axe: Callable[[Page], None], name: str, request: pytest.FixtureRequest) -> None:
    shoot(page, name, request)
    width = page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
    axe(page)
