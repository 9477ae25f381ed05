"""Parts of files: which bytes a header asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.views.ranges import NotInTheFile, part_of


@pytest.mark.parametrize(
    ("header", "part"),
    [
        # of a file of 1000 bytes
        ("bytes=0-", range(1000)),
        ("bytes=0-0", range(1)),
        ("bytes=0-499", range(500)),
        ("bytes=500-999", range(500, 1000)),
        ("bytes=500-", range(500, 1000)),
        ("bytes=999-", range(999, 1000)),
        ("bytes=999-5000", range(999, 1000)),
        ("bytes=-1", range(999, 1000)),
        ("bytes=-500", range(500, 1000)),
        ("bytes=-5000", range(1000)),
        ("BYTES = 0-9", range(10)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=a-b", None),
        ("bytes=0-1,5-6", None),
        ("bytes=0-" + ",0-" * 500, None),
        ("lines=0-9", None),
        ("0-9", None),
        ("bytes=" + "9" * 4_000 + "-", None),
        ("bytes=\N{ARABIC-INDIC DIGIT ONE}-", None),
        ("bytes=--1", None),
        ("bytes=0-9\r\nX: y", None),
    ],
)
def test_a_header_names_a_part_or_the_whole(header: str, part: range | None) -> None:
    assert part_of(header, 1000) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=0-", 0), ("bytes=-1", 0)]
)
def test_what_is_behind_the_end_is_nothing(header: str, size: int) -> None:
    with pytest.raises(NotInTheFile):
        part_of(header, size)


@given(st.text(), st.integers(0, 10**9))
def test_a_part_is_always_within_the_file(header: str, size: int) -> None:
    try:
        part = part_of(f"bytes={header}", size)
    except NotInTheFile:
        return
    assert part is None or (0 <= part.start < part.stop <= size)
