"""The bench measures what it says it does."""

import hashlib
import mmap
import os
import sys
import time

import pytest

from bench.bars import Bar, print_bars
from bench.jobs.fairness import longest_wait
from bench.jobs.poll import interval_seconds, watched
from bench.meter import Meter, cpu_seconds_of, resident_bytes
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
    with Meter() as meter, mmap.mmap(-1, 50_000_000) as pages:  # the allocator may have some left from other tests
        for _ in range(50):
            pages.write(bytes(1_000_000))
    assert 49_000_000 < meter.peak_bytes < 80_000_000
    assert meter.cpu_seconds > 0


@linux
def test_the_meter_sees_another_process_as_it_sees_itself() -> None:
    before, began = cpu_seconds_of(os.getpid()), time.process_time()
    while time.process_time() - began < 0.1:
        hashlib.sha256(b"x" * 100_000)
    assert 0.05 < cpu_seconds_of(os.getpid()) - before < 0.5
    assert abs(resident_bytes(os.getpid()) - resident_bytes()) < 10_000_000


def test_a_line_by_arrival_is_seen_to_be_unfair() -> None:
    """Four people with 50 each over eight slots: two a round in turns, or one person after the other."""
    in_turns = [number // 2 for number in range(50)]
    by_arrival = [(150 + number) // 8 for number in range(50)]
    assert longest_wait([float(at) for at in in_turns], whole=25) <= 1
    assert longest_wait([float(at) for at in by_arrival], whole=25) > 30


def test_the_page_s_poll_is_read_from_its_html() -> None:
    poller = (
        '<div id="poller" hx-get="/running/" hx-trigger="every 1.4s, look">'
        '<input type="hidden" name="watch" value="1A.2,1B.0-3"><input type="hidden" name="newest" value="1"></div>'
    )
    assert interval_seconds(poller) == 1.4
    assert watched(poller) == {"watch": "1A.2,1B.0-3", "newest": "1"}


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
