"""Broken rules and changed choices, in words."""

from datetime import UTC, datetime

import pytest

from studio.forms.words import CATALOGUE_WORDS, bytes_in_words, change_in_words, megabytes, refusal_in_words
from studio.provider.catalogue import BY_KEY, MODELS
from studio.provider.rules import FOLLOW_SOURCE, Change
from studio.storage.uploads import UploadRefused


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [(7_000_000, "7"), (7_000_001, "7.1"), (9_800_000, "9.8"), (100_000_000, "100"), (4_096, "0.1")],
)
def test_megabytes_over_a_limit_look_over_it(size_bytes: int, words: str) -> None:
    assert megabytes(size_bytes) == words


@pytest.mark.parametrize(
    ("size_bytes", "words"), [(0, "1 KB"), (2_100, "2 KB"), (99_999, "100 KB"), (2_100_000, "2.1 MB")]
)
def test_little_is_counted_in_kilobytes(size_bytes: int, words: str) -> None:
    assert bytes_in_words(size_bytes) == words


def test_every_word_of_the_catalogue_can_be_translated() -> None:
    shown = {model.best_for for model in MODELS} | {level for model in MODELS for level in model.thinking_levels}
    assert shown == set(CATALOGUE_WORDS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("size", "4K", "1K"), "Size changed from 4K to 1K: Gen 1 does not make 4K."),
        (Change("ratio", "8:1", "1:1"), "Aspect ratio changed from 8:1 to 1:1: Gen 1 does not make 8:1."),
        (Change("ratio", FOLLOW_SOURCE, "1:1"), "Aspect ratio changed to 1:1: there is no image to follow."),
        (Change("thinking_level", "high", ""), "Thinking level is gone: Gen 1 has none to choose."),
        (
            Change("thinking_level", "medium", "minimal"),
            "Thinking level changed from medium to minimal: Gen 1 does not take medium.",
        ),
        (Change("web_search", "on", ""), "Web search is off: Gen 1 cannot search."),
    ],
)
def test_a_change_says_what_and_why(change: Change, words: str) -> None:
    assert change_in_words(change, BY_KEY["gen1"]) == words


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (
            UploadRefused("too_big", name="mountain.heic", size=39_800_000, limit=30_000_000),
            "mountain.heic is 39.8 MB. At most 30 MB can be added.",
        ),
        (
            UploadRefused("too_many", name="a.png", limit=500, at=datetime(2026, 11, 29, 14, 5, tzinfo=UTC)),
            "a.png was not added: that would make more than 500 images in 24 hours. "
            "Take one of the gallery, or add more from 2:05 p.m. on.",
        ),
        (UploadRefused("gone", name="a.png"), "The file of a.png is missing. Ask an admin of the studio."),
        (
            UploadRefused("no_smaller", name="a.png"),
            "a.png cannot be made smaller without losing more than it gains.",
        ),
        (UploadRefused("empty", name="a.png"), "a.png is empty."),
        (UploadRefused("wrong_type", name="a.svg"), "a.svg is not a PNG, JPEG, WebP or HEIC image."),
        (UploadRefused("unreadable", name="a.jpg"), "a.jpg cannot be read. It may be damaged or only half there."),
        (
            UploadRefused("too_many_pixels", name="a.png"),
            "a.png has too many pixels. Make a smaller copy and add that.",
        ),
        (
            UploadRefused("away", name="a.png"),
            "a.png: the studio cannot look at images right now. Try again in a minute.",
        ),
    ],
)
def test_a_file_that_is_not_let_in_is_named_with_its_reason(refusal: UploadRefused, words: str) -> None:
    assert refusal_in_words(refusal) == words
