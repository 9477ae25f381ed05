"""The document around the pictures: read within bounds, whatever is in it."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from studio.provider.document import VALUES_MAX, WIDE_BYTES_MAX, as_count, as_text, as_word, get, load
from studio.provider.spill import DOCUMENT_BYTES_MAX

TOKEN = "part-0123456789abcdef"
FOX = "\N{FOX FACE}"


def loaded(path: Path, document: object) -> Any:
    data = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    path.write_bytes(data)
    return load(path, TOKEN)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "document.json"


@pytest.mark.parametrize(
    "document",
    [
        {"text": "a" * 100_000},
        {"text": f'{FOX}狐狸é\n"\\ ' * 5_000, "n": [1, 2.5, None, True, -1]},
        {"signature": "U0lHMTI+/=" * 90_000, "text": f"a fox {FOX}"},
        {"狐狸": {"": ""}, "many": list(range(VALUES_MAX // 2))},
        ["x" * 20_000, [], {}],
    ],
    ids=["long", "wide", "signature", "many values", "a list"],
)
def test_a_document_within_bounds_comes_back_as_it_was_written(file: Path, document: object) -> None:
    assert loaded(file, document) == document
    assert loaded(file, b"\xef\xbb\xbf" + json.dumps(document).encode()) == document  # escapes and a byte order mark


@pytest.mark.parametrize("value", ["{}", "[]", "1", '""', '{"a":1}', '"ab"', "[[1],[2]]"])
def test_more_values_than_any_answer_has_are_junk(file: Path, value: str) -> None:
    assert loaded(file, f"[{','.join([value] * VALUES_MAX)}, 1]".encode()) is None


def test_commas_in_words_are_no_values(file: Path) -> None:
    words = {"text": ',[{"\\' * 100_000}
    assert loaded(file, words) == words


def test_words_beyond_ascii_are_dropped_when_they_are_too_many_and_pictures_stay(file: Path) -> None:
    text = f"{FOX * WIDE_BYTES_MAX}{TOKEN}-0{FOX}{TOKEN}-17"
    document = loaded(file, {"text": text, "more": "plain", "few": FOX})
    assert document == {"text": f"{TOKEN}-0 {TOKEN}-17", "more": "plain", "few": FOX}


def test_a_signature_with_escaped_slashes_is_kept_to_the_letter(file: Path) -> None:
    signature = "ab/+=" * 200_000
    written = json.dumps({"s": signature, "t": FOX}).replace("/", "\\/").replace("=", "\\u003d")
    assert loaded(file, written.encode()) == {"s": signature, "t": FOX}


@pytest.mark.parametrize("junk", [f"[{FOX}]", f"{FOX * 10_000}", f'{{"a":{FOX * 10_000}}}'])
def test_letters_where_json_has_none_are_junk(file: Path, junk: str) -> None:
    assert loaded(file, junk.encode() + b" " * 20_000) is None


def filled(beginning: bytes, piece: bytes, end: bytes) -> bytes:
    """A document of nearly the largest size there may be."""
    return beginning + piece * ((DOCUMENT_BYTES_MAX - len(beginning + end)) // len(piece)) + end


@pytest.mark.parametrize(
    "document",
    [
        filled(b"[", b"{},", b"1]"),
        filled(b"[", b"1,", b"1]"),
        filled(b"", b"[", b""),
        filled(b'["', b"a", b'"]'),
        filled(b'["\xf0\x9f\xa6\x8a', b"a", b'"]'),
        filled(b'["\xf0\x9f\xa6\x8a"', b',"' + b"a" * 2_000 + b'\xf0\x9f\xa6\x8a"', b"]"),
        filled(b'["', b"\xf0\x9f\xa6\x8a", b'"]'),
        filled(b'["', b"\\ud83e\\udd8a", b'"]'),
        filled(b'["', b"\\n", b'"]'),
        filled(b'["', b'\\"', b'"]'),
        filled(b"[\xf0\x9f\xa6\x8a", b" ", b"]"),
        filled(b"", b" ", b""),
        filled(b"", b"9", b""),
    ],
    ids=lambda document: repr(document[:12]),
)
def test_no_document_takes_more_than_three_times_its_size(file: Path, document: bytes) -> None:
    file.write_bytes(document)
    tracemalloc.start()
    try:
        load(file, TOKEN)
        assert tracemalloc.get_traced_memory()[1] <= 3 * len(document)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("value", [True, -1, 1 << 40, 1.0, "7", None, []])
def test_what_is_no_count_counts_nothing(value: object) -> None:
    assert as_count(value) == 0


def test_words_are_cut_and_cleaned() -> None:
    assert as_word("R\0" * 100) == "R" * 32
    assert as_text("\ud800abc", 3) == "ab"
    assert as_text(7, 3) == ""


def test_both_spellings_of_a_key_are_read() -> None:
    assert get({"finish_reason": 1}, "finishReason") == get({"finishReason": 1}, "finishReason") == 1
