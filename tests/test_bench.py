"""The bench measures what it says it does."""

import hashlib
import sys

import pytest

from bench.bars import Bar, print_bars
from bench.meter import Meter
from bench.payload.answers import SHAPES, answer, picture
from bench.payload.lab import Case, open_lab

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the peak")


@pytest.mark.parametrize(
    ("measured", "at_least", "word"),
    [
        (0.5, False, "ok"),
        (1.5, False, "ok, below the reference"),
        (2.01, False, "MISSED"),
        (1.0, True, "ok, below the reference"),
        (0.5, True, "MISSED"),
    ],
)
def test_a_bar_is_held_or_missed(measured: float, at_least: bool, word: str) -> None:
    must, reference = (1, 2) if at_least else (2, 1)
    bar = Bar("peak", measured, must, reference, "MB", at_least=at_least)
    assert bar.word == word


def test_one_bar_missed_is_a_bench_missed(capsys: pytest.CaptureFixture[str]) -> None:
    held, missed = Bar("a", 1, 2, 1, "MB"), Bar("b", 3, 2, 1, "MB")
    assert print_bars([held])
    assert not print_bars([held, missed])
    assert "1 of 2 bars hold" in capsys.readouterr().out


@linux
def test_the_meter_sees_memory_that_is_given_back() -> None:
    with Meter() as meter:
        hashlib.sha256(b"x" * 50_000_000)  # more than the allocator ever keeps for itself
    assert 49_000_000 < meter.peak_bytes < 80_000_000
    assert meter.cpu_seconds > 0


def test_an_answer_has_its_picture_where_it_says() -> None:
    made = answer("plain-4000")
    assert made.body[made.picture_at :].startswith(b"iVBORw0KGg")
    assert f"Content-Length: {len(made.body)}\r\n".encode() in made.head
    assert len(picture(4_000)) == 4_000
    assert len({answer(f"{shape}-4000").body for shape in SHAPES}) == len(SHAPES)


@linux
@pytest.mark.force
def test_every_way_brings_the_same_picture_home() -> None:
    cases = [Case(way, "plain-50000", tls=tls) for way in ("floor", "ours", "naive", "sdk") for tls in (False, True)]
    with open_lab() as lab:
        figures = lab.measure([*cases, Case("ours", "thought-50000", calls=3)], 1)
    assert all(each.is_equal and each.cpu_seconds > 0 for each in figures.values())
