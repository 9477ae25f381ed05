"""The pages lead where they say, all of them are found from the index, and the room plan knows every room."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.test_rooms import MAY_IMPORT

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])


@cache
def anchors(page: Path) -> frozenset[str]:
    """Of its headings, as they are made where the repository is read."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles)


def links(page: Path) -> list[tuple[str, str]]:
    found = re.findall(r"\]\(([^)\s#]*)(?:#([^)\s]+))?\)", page.read_text())
    return [(path, anchor) for path, anchor in found if "://" not in path]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for path, anchor in links(page):
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} names {path}"
        assert not anchor or anchor in anchors(there), f"{page.name} names {path}#{anchor}"


def test_every_page_is_found_from_the_index() -> None:
    named = {path for path, _ in links(ROOT / "docs/README.md")}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"} <= named


def test_the_room_plan_knows_every_room() -> None:
    plan = (ROOT / "CONTRIBUTING.md").read_text().partition("## The room plan")[2].partition("## A change")[0]
    assert set(MAY_IMPORT) <= set(re.findall(r"`(\w+)`", plan))
