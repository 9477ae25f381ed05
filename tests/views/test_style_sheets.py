"""The style sheets: readable in both themes, light enough, loaded in an order that holds."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from nbweb.environment import BASE_DIR
from studio.bundles import STYLES

CSS = Path(settings.STATICFILES_DIRS[0]) / "css"
LAYOUT = BASE_DIR / "templates" / "layout.html"
LIGHT = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}), #\w{6}\)", (CSS / "tokens.css").read_text()))
DARK = dict(re.findall(r"--([\w-]+): light-dark\(#\w{6}, (#\w{6})\)", (CSS / "tokens.css").read_text()))
SURFACES = ("table", "paper", "well", "solid")
GREYS, MEANINGS = ("ink", "ink-2", "ink-3"), ("ok", "warn", "bad")
READ = [(text, surface) for surface in SURFACES for text in GREYS]
# The solid surface is the charged chip and the round badges: nothing coloured stands on it.
READ += [(text, surface) for surface in SURFACES[:3] for text in MEANINGS]


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`; WCAG 2.2, definition of the term."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), READ)
def test_every_text_can_be_read_on_its_surface(theme: dict[str, str], text: str, surface: str) -> None:
    assert contrast(theme[text], theme[surface]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("surface", SURFACES)
def test_the_edge_of_a_control_can_be_seen(theme: dict[str, str], surface: str) -> None:
    assert contrast(theme["edge"], theme[surface]) >= 3


def test_no_surface_tints_the_pictures() -> None:
    for theme in (LIGHT, DARK):
        for name in (*SURFACES, "film", "line"):
            red, green, blue = (theme[name][place : place + 2] for place in (1, 3, 5))
            assert red == green == blue, name


def test_the_first_style_sheet_sets_the_order_of_the_layers() -> None:
    styles = re.findall(r"{% styles|{% block styles|<link rel=.stylesheet", LAYOUT.read_text())
    assert styles == ["{% styles", "{% block styles"], "those around every page, then its own"
    assert STYLES["shell"][0] == "reset"
    assert (CSS / "reset.css").read_text().startswith("@layer reset, tokens, base, shell, parts, screens, utilities;")


def test_every_rule_is_in_a_layer_and_none_shouts() -> None:
    for sheet in CSS.glob("*.css"):
        text = sheet.read_text()
        assert "!important" not in text, sheet.name
        assert "@layer" in text or sheet.name in {"fonts.css", "admin.css"}, sheet.name


def test_no_letters_that_come_late_push_a_page_aside() -> None:
    assert set(re.findall(r"font-display: (\w+)", (CSS / "fonts.css").read_text())) == {"optional"}


@pytest.mark.parametrize(
    "own", [("composer", "frames", "feed", "first"), ("frames", "detail"), ("tables", "usage"), ("tables", "spend")]
)
def test_the_style_of_a_page_is_small(own: tuple[str, ...]) -> None:
    whole = b"".join((CSS / f"{name}.css").read_bytes() for name in (*STYLES["shell"], *own))
    assert len(gzip.compress(whole)) < 12_000
