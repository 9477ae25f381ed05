"""What a frame says of itself while it waits and runs, and how it is drawn."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from studio.history import ENOUGH, TypicalTimes
from studio.models import Attempt, Generation, Input, Run, Status, Upload
from studio.provider.outcome import Charge
from studio.views.feed import Strip
from studio.views.frames import Frame, sums_in_words
from studio.views.timeline import timeline_of

NOW = datetime(2026, 11, 23, 12, 44, 11, tzinfo=UTC)


def frame(*, inputs: list[Upload] | None = None, place: int | None = None, seconds: int = 0, **facts: object) -> Frame:
    run = Run(number=402, model_key="pro", size="2K", ratio=str(facts.pop("ratio", "1:1")))
    sent_at = NOW - timedelta(seconds=seconds) if seconds else None
    generation = Generation(run=run, variation=1, created_at=NOW, sent_at=sent_at, **facts)
    made = Frame(generation, TypicalTimes({("pro", "2K"): [40] * ENOUGH}), NOW, place)
    made.__dict__["inputs"] = [Input(run=run, position=n, upload=upload) for n, upload in enumerate(inputs or [], 1)]
    made.__dict__["attempts"] = [Attempt(request_bytes=2_100_000 if inputs else 2_100)]
    made.__dict__["pictures"] = []
    return made


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (1, "Next in line"),
        (2, "2nd in line"),
        (3, "3rd in line"),
        (4, "4th in line"),
        (11, "11th in line"),
        (22, "22nd in line"),
        (113, "113th in line"),
        (None, "In line"),
    ],
)
def test_what_waits_knows_its_place(place: int | None, words: str) -> None:
    assert frame(place=place).line == words


def test_other_languages_count_places_their_own_way() -> None:
    with override("zh-hans"):
        assert "2nd" not in frame(place=2).line
        assert "2" in frame(place=2).line


def test_what_is_sent_says_how_much_it_is() -> None:
    assert frame().load == "Prompt only, 2 KB"
    assert frame(inputs=[Upload(width=1, height=1)]).load == "1 image, 2.1 MB"
    assert frame(inputs=[Upload(width=1, height=1)] * 3).load == "3 images, 2.1 MB"


@pytest.mark.parametrize(
    ("seconds", "share", "is_late"), [(10, 25, False), (40, 96, False), (41, 96, True), (500, 96, True)]
)
def test_the_bar_never_looks_finished(seconds: int, share: int, is_late: bool) -> None:
    running = frame(seconds=seconds, status=Status.ANSWERING)
    assert (running.share, running.is_late) == (share, is_late)


def test_following_the_source_has_the_nearest_ratio_of_the_last_image() -> None:
    assert frame(ratio="", inputs=[Upload(width=100, height=100), Upload(width=1200, height=810)]).ratio == "3:2"


def test_what_changes_for_the_eye_changes_the_stamp() -> None:
    stamps = {frame().stamp, frame(revision=1).stamp, frame(place=2).stamp, frame(place=3).stamp}
    assert len(stamps) == 4


@pytest.mark.parametrize(
    ("ratio", "count", "is_wide"), [("21:9", 4, True), ("16:9", 2, True), ("16:9", 3, False), ("1:1", 1, False)]
)
def test_wide_frames_get_half_the_row(ratio: str, count: int, is_wide: bool) -> None:
    one = frame(ratio=ratio)
    assert Strip(one.run, [one] * count).is_wide == is_wide


def test_a_sum_is_told_by_how_sure_it_is() -> None:
    charges = [Charge.CHARGED, Charge.CHARGED, Charge.PRESUMED, Charge.HELD, Charge.NONE, Charge.REIMBURSED]
    generations = [Generation(charge=charge, price_micros=55_000) for charge in charges]
    assert sums_in_words(generations) == "$0.11 charged, $0.055 presumed, $0.055 held, $0.055 reimbursed"
    assert sums_in_words([Generation(charge=Charge.NONE, price_micros=55_000)]) == "not charged"


def test_the_timeline_tells_how_long_each_step_took() -> None:
    def at(seconds: float) -> datetime:
        return NOW + timedelta(seconds=seconds)

    attempt = Attempt(
        started_at=at(1), sent_at=at(1.1), first_byte_at=at(33.8), answered_at=at(36.3), http_status=200,
        request_bytes=2_400_000, answer_bytes=5_900_000,
    )  # fmt: skip
    timeline = timeline_of(Generation(status="succeeded", created_at=NOW, finished_at=at(36.9)), [attempt])
    assert [(moment.name, moment.facts, moment.seconds) for moment in timeline.moments] == [
        ("Queued", "", ""),
        ("Sent", "2.4 MB up", "+1.1 s"),
        ("First byte", "HTTP 200", "+32.7 s"),
        ("Finished", "5.9 MB down", "+2.5 s"),
        ("Stored", "", "+0.6 s"),
    ]
    assert timeline.total_seconds == "36.9"
    widths = [float(phase.width) for phase in timeline.phases]
    assert widths[1] == max(widths)
    assert sum(widths) <= 360


def test_a_timeline_that_has_only_begun() -> None:
    timeline = timeline_of(Generation(status="queued", created_at=NOW), [])
    assert not timeline.is_started
    assert timeline.phases == []
