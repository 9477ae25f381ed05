"""What a version changed, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.library.changes import Change, changes

KEPT, REMOVED, ADDED, SKIPPED = "kept", "removed", "added", "skipped"


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(change.kind, change.text) for change in changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("one", "one", []),
        ("no props beyond two spheres", "no props beyond one sphere", [
            (KEPT, "no props beyond "), (REMOVED, "two"), (ADDED, "one"), (KEPT, " "),
            (REMOVED, "spheres"), (ADDED, "sphere"),
        ]),
        ("a b", "a {{side}} b", [(KEPT, "a "), (ADDED, "{{side}} "), (KEPT, "b")]),
        ("left", "", [(REMOVED, "left")]),
        ("", "right", [(ADDED, "right")]),
    ],
)  # fmt: skip
def test_changes_are_said_in_words(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert said(before, after) == expected


def test_far_from_a_change_words_are_left_out() -> None:
    shown = changes(f"{'word ' * 50}two {'word ' * 50}", f"{'word ' * 50}one {'word ' * 50}")
    assert [change.kind for change in shown] == [SKIPPED, KEPT, REMOVED, ADDED, KEPT, SKIPPED]
    assert len("".join(change.text for change in shown)) < 100


def test_a_text_too_long_to_be_compared_is_all_new() -> None:
    before, after = "a " * 3_000, "b " * 3_000
    assert changes(before, after) == [Change("removed", before), Change("added", after)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_change_is_empty_only_when_nothing_changed(before: str, after: str) -> None:
    assert bool(changes(before, after)) is (before != after)
