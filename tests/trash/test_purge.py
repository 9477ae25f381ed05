"""The end of what lies in the trash: when, of what, and what is left whatever happens on the way."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.decoder import EDGES
from studio.ledger.audit import Scope
from studio.models import Generation, Input, Output, Upload, User
from studio.storage import objects
from studio.trash import purge as purging
from studio.trash.move import bring_back, to_trash
from studio.trash.purge import doom, purge
from studio.trash.retention import Ending, preview_of, trash_days
from studio.verify import pictures, strays
from tests.people import Cast
from tests.stored import delivered, files_of, further_picture, keep, some_bytes

pytestmark = pytest.mark.usefixtures("books")
NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.get_fixed_timezone(0))
LATER = NOW + timedelta(days=31)
FILES = 1 + len(EDGES)
"""Of one picture: itself, and the small ones."""


def trash(*frames: Generation, by: User, at: datetime = NOW) -> None:
    to_trash(Generation.objects.filter(pk__in=[frame.pk for frame in frames]), by=by, now=at)


def there(output: Output) -> list[bool]:
    return [objects.object_exists(key) for key in files_of(output)]


def use(output: Output, by: Generation) -> None:
    """It was sent along with the prompt of that frame."""
    Input.objects.create(run=by.run, position=1, output=output)


def test_nothing_ends_before_its_time(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)
    assert purge(now=NOW + timedelta(days=29, hours=23)) == 0
    assert there(frame.outputs.get()) == [True] * FILES


def test_after_its_time_the_files_go_and_the_facts_stay(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    further_picture(frame, Output.Role.DRAFT)
    trash(frame, by=cast.bob)
    assert purge(now=LATER) == 1
    assert [there(output) for output in frame.outputs.all()] == [[False] * FILES] * 2
    frame.refresh_from_db()
    assert (frame.purged_at, frame.erased_at, frame.charge) == (LATER, LATER, "charged")
    assert frame.outputs.count() == 2
    assert bring_back(Generation.objects.all(), by=cast.bob) == []
    assert purge(now=LATER) == 0


def test_what_lives_is_never_touched(cast: Cast) -> None:
    one, two = delivered(cast.bob, cast.project, variations=2)
    trash(one, by=cast.bob)
    purge(now=LATER)
    assert there(two.outputs.get()) == [True] * FILES


def test_what_came_back_in_time_is_never_touched(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)
    bring_back(Generation.objects.all(), by=cast.bob)
    assert purge(now=LATER) == 0


def test_zero_days_is_for_ever(cast: Cast, settings: Settings) -> None:
    settings.NB_TRASH_DAYS = 0
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)
    assert purge(now=NOW + timedelta(days=9_999)) == 0


def test_a_file_that_another_frame_names_stays(cast: Cast) -> None:
    one, two = delivered(cast.bob, cast.project, variations=2)
    same = some_bytes()
    for frame in (one, two):
        keep(frame.outputs.get(), same)
    trash(one, by=cast.bob)
    purge(now=LATER)
    assert there(two.outputs.get()) == [True] * FILES
    trash(two, by=cast.bob)
    purge(now=LATER)
    assert there(two.outputs.get()) == [False] * FILES


def test_a_file_that_was_brought_in_as_well_stays(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    output = frame.outputs.get()
    facts = {name: getattr(output, name) for name in ("mime_type", "size_bytes", "width", "height", "sha256", "key")}
    Upload.objects.create(project=cast.project, person=cast.bob, name="x", thumbnail_key=output.thumbnail_key, **facts)
    trash(frame, by=cast.bob)
    purge(now=LATER)
    assert there(output) == [True] * FILES


def test_a_working_copy_of_an_upload_stays(cast: Cast) -> None:
    """The clean copy of somebody's file may be a picture that was made here, byte for byte."""
    (frame,) = delivered(cast.bob, cast.project)
    output = frame.outputs.get()
    facts = {name: getattr(output, name) for name in ("mime_type", "size_bytes", "width", "height")}
    original = {"sha256": "0" * 64, "key": "pictures/00/original.png", "copy_key": output.key}
    Upload.objects.create(
        project=cast.project, person=cast.bob, name="x", thumbnail_key=output.thumbnail_key, **facts, **original
    )
    trash(frame, by=cast.bob)
    assert purge(now=LATER) == 1
    assert there(output) == [True] * FILES


def test_a_smaller_copy_in_its_place_is_a_use_of_the_whole_picture(cast: Cast) -> None:
    (source,) = delivered(cast.bob, cast.project)
    (made,) = delivered(cast.bob, cast.project)
    output = source.outputs.get()
    facts = {"mime_type": "image/png", "size_bytes": 1, "width": 1, "height": 1, "sha256": "a" * 64, "key": "k"}
    copy = Upload.objects.create(
        project=cast.project, person=cast.bob, name="x", thumbnail_key="t", made_from_output=output, **facts
    )
    Input.objects.create(run=made.run, position=1, upload=copy, output=output)
    trash(source, by=cast.bob)
    assert purge(now=LATER) == 0
    assert there(output) == [True] * FILES


def test_a_source_stays_as_long_as_what_was_made_from_it(cast: Cast) -> None:
    (source,) = delivered(cast.bob, cast.project)
    (made,) = delivered(cast.bob, cast.project)
    use(source.outputs.get(), made)
    trash(source, by=cast.bob)
    assert purge(now=LATER) == 0
    trash(made, by=cast.bob, at=LATER)
    assert purge(now=LATER) == 0, "it can still be brought back, with its source"
    assert purge(now=LATER + timedelta(days=31)) == 2


def test_a_conversation_keeps_its_earlier_turns(cast: Cast) -> None:
    (said,) = delivered(cast.bob, cast.project)
    (answered,) = delivered(cast.bob, cast.project, continues=said)
    trash(said, by=cast.bob)
    assert purge(now=LATER) == 0
    trash(answered, by=cast.bob)
    assert purge(now=LATER) == 2


@pytest.mark.parametrize("step", ["before the files", "between the files", "before the row"])
def test_a_crash_anywhere_is_taken_up_again(cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Killed: nothing that comes after is done, and nothing is undone."""
    (frame,) = delivered(cast.bob, cast.project)
    output = frame.outputs.get()
    trash(frame, by=cast.bob)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    def killed_at_the_second(key: str, remove: Callable[[str], None] = objects.remove) -> None:
        if key == output.thumbnail_key:
            raise Killed
        remove(key)

    with monkeypatch.context() as patch:
        if step == "before the files":
            patch.setattr(purging, "erase", killed)
        elif step == "between the files":
            patch.setattr(objects, "remove", killed_at_the_second)
        else:
            patch.setattr(purging, "_is_needed", _last_key_kills(output, Killed))
        with pytest.raises(Killed):
            purge(now=LATER)
    assert bring_back(Generation.objects.all(), by=cast.bob) == [], "there is no way back to half a picture"
    assert purge(now=LATER) == 1
    assert there(output) == [False] * FILES
    assert found_by_a_verification() == []


def _last_key_kills(output: Output, killed: type[BaseException]) -> Callable[[str, Output], bool]:
    def is_needed(key: str, _output: Output) -> bool:
        if key == files_of(output)[-1]:
            for each in files_of(output):
                objects.remove(each)
            raise killed
        return False

    return is_needed


def test_storage_that_is_away_delays_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)

    def away(key: str) -> None:
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr(objects, "remove", away)
        with pytest.raises(OSError, match="away"):
            purge(now=LATER)
    assert purge(now=LATER) == 1


def test_whoever_stops_working_leaves_the_rest_for_later(cast: Cast) -> None:
    trash(*delivered(cast.bob, cast.project, variations=3), by=cast.bob)
    assert purge(now=LATER, is_unwanted=lambda: True) == 0
    assert purge(now=LATER) == 3


def test_more_than_is_done_at_once_is_done_in_the_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    trash(*delivered(cast.bob, cast.project, variations=5), by=cast.bob)
    assert [purge(now=LATER) for _ in range(4)] == [2, 2, 1, 0]


def test_a_verification_finds_nothing_wrong_with_it(cast: Cast) -> None:
    one, two, _ = delivered(cast.bob, cast.project, variations=3)
    trash(one, two, by=cast.bob)
    doom(Generation.objects.filter(pk=two.pk), now=NOW)
    assert found_by_a_verification() == []
    purge(now=LATER)
    assert found_by_a_verification() == []


def found_by_a_verification() -> list[str]:
    scope = Scope(now=timezone.now() + timedelta(days=40))
    return [finding.kind for check in (pictures, strays) for finding in check.find(scope)]


def test_a_file_that_was_left_after_all_is_found(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)
    purge(now=LATER)
    objects.put_bytes(frame.outputs.get().key, b"back")
    assert [finding.kind for finding in strays.find(Scope(now=LATER))] == []
    path = objects.default_storage.path(frame.outputs.get().key)
    os.utime(path, (0, 0))
    assert [finding.kind for finding in strays.find(Scope(now=LATER))] == ["stray-file"]


# ── What is said before ────────────────────────────────────────────────────────────────────────────


def test_the_preview_says_how_much_ends_when(cast: Cast) -> None:
    one, two, three = delivered(cast.bob, cast.project, variations=3)
    further_picture(one)
    trash(one, two, by=cast.bob)
    trash(three, by=cast.bob, at=NOW + timedelta(days=1))
    said = preview_of(Generation.objects.trashed(), trash_days())
    assert said.endings == [
        Ending((NOW + timedelta(days=30)).date(), 3, 3_000),
        Ending((NOW + timedelta(days=31)).date(), 1, 1_000),
    ]
    assert said.kept == 0


def test_the_preview_says_what_stays_because_it_is_in_use(cast: Cast) -> None:
    (source,) = delivered(cast.bob, cast.project)
    (made,) = delivered(cast.bob, cast.project)
    use(source.outputs.get(), made)
    trash(source, by=cast.bob)
    said = preview_of(Generation.objects.trashed(), trash_days())
    assert (said.endings, said.kept) == ([], 1)


def test_the_preview_names_no_day_where_nothing_ends_by_itself(cast: Cast, settings: Settings) -> None:
    settings.NB_TRASH_DAYS = 0
    one, two = delivered(cast.bob, cast.project, variations=2)
    trash(one, by=cast.bob)
    trash(two, by=cast.bob, at=NOW + timedelta(days=1))
    assert preview_of(Generation.objects.trashed(), trash_days()).endings == [Ending(None, 2, 2_000)]


def test_what_the_preview_says_is_what_happens(cast: Cast) -> None:
    frames = delivered(cast.bob, cast.project, variations=4)
    use(frames[0].outputs.get(), delivered(cast.alice, cast.project)[0])
    trash(*frames, by=cast.alice)
    said = sum(ending.pictures for ending in preview_of(Generation.objects.trashed(), trash_days()).endings)
    before = Output.objects.filter(generation__erased_at=None).count()
    purge(now=LATER)
    assert before - Output.objects.filter(generation__erased_at=None).count() == said == 3


@pytest.mark.s3
def test_from_a_bucket_too(cast: Cast, bucket: str) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)
    assert purge(now=LATER) == 1
    assert there(frame.outputs.get()) == [False] * FILES
