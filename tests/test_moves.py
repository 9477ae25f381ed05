"""Runs to another project: whole, with what they were made from, and without their money."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django import Settings

from studio.gallery.marks import tag
from studio.ledger import audit
from studio.library.figures import figures_of, made_with
from studio.models import Generation, Input, LedgerEntry, Project, ProjectMonth, Run, Upload, User
from studio.moves import Moved, Why, move
from tests import people
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.runs import make_run
from tests.stored import delivered


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: object) -> Iterator[Cast]:
    settings.MEDIA_ROOT = f"{tmp_path}/media"
    yield people.cast()
    assert list(audit.findings()) == []


@pytest.fixture
def winter(cast: Cast) -> Project:
    return Project.objects.create(name="Winter")


def moved(*frames: Generation, to: Project, by: User) -> Moved:
    return move(Generation.objects.filter(pk__in=[frame.pk for frame in frames]), to=to, by=by)


def words(done: Moved) -> list[str]:
    return [*(f"{run} moved" for run in done.runs), *(f"{run} {why}" for run, why in done.refused)]


def where() -> dict[int, set[str]]:
    """By run number, the projects that the run and its frames say they are in."""
    runs = Run.objects.prefetch_related("generations__project").select_related("project")
    return {run.number: {run.project.name, *(each.project.name for each in run.generations.all())} for run in runs}


def uploaded(cast: Cast) -> Upload:
    facts = {"mime_type": "image/png", "size_bytes": 1, "width": 1, "height": 1, "sha256": "a" * 64, "key": "k"}
    return Upload.objects.create(project=cast.project, person=cast.bob, name="x", thumbnail_key="t", **facts)


def test_one_frame_takes_its_whole_run_along(cast: Cast, winter: Project) -> None:
    one, _two = delivered(cast.bob, cast.project, variations=2)
    done = moved(one, to=winter, by=cast.bob)
    assert words(done) == ["1 moved"]
    assert len(done.frames) == 2
    assert where() == {1: {"Winter"}}


def test_what_it_cost_stays_where_it_was_paid(cast: Cast, winter: Project) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    entries, months = list(LedgerEntry.objects.values()), list(ProjectMonth.objects.values())
    moved(frame, to=winter, by=cast.bob)
    assert list(LedgerEntry.objects.values()) == entries
    assert list(ProjectMonth.objects.values()) == months


def test_what_was_brought_in_is_there_as_well(cast: Cast, winter: Project) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    (other,) = delivered(cast.bob, cast.project)
    old = uploaded(cast)
    for each in (frame, other):
        Input.objects.create(run=each.run, position=1, upload=old)
    moved(frame, to=winter, by=cast.bob)
    new = Input.objects.get(run=frame.run).upload
    assert new is not None
    assert (new.project, new.person, new.sha256) == (winter, cast.bob, old.sha256)
    assert new.public_id != old.public_id
    assert Input.objects.get(run=other.run).upload == old
    moved(other, to=winter, by=cast.bob)
    assert Input.objects.get(run=other.run).upload == new, "the same bytes of the same person are one upload"


def test_a_smaller_copy_comes_along_with_what_it_is_of(cast: Cast, winter: Project) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    whole = uploaded(cast)
    smaller = Upload.objects.get(pk=whole.pk)
    smaller.pk, smaller.public_id, smaller.sha256, smaller.made_from_upload = None, uuid4(), "b" * 64, whole
    smaller.save(force_insert=True)
    (made,) = delivered(cast.bob, cast.project)
    Input.objects.create(run=frame.run, position=1, upload=smaller)
    Input.objects.create(run=frame.run, position=2, upload=smaller, output=made.outputs.get())
    moved(frame, to=winter, by=cast.bob)
    first, second = Input.objects.filter(run=frame.run)
    assert first.upload == second.upload != smaller
    assert first.upload is not None
    assert first.upload.project == winter
    assert first.upload.made_from_upload is not None
    assert first.upload.made_from_upload.project == winter
    assert second.output == made.outputs.get()


def test_tags_come_along_and_are_the_other_project_s(cast: Cast, winter: Project) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    (stays,) = delivered(cast.bob, cast.project)
    tag([frame, stays], "Sea", by=cast.bob)
    tag([frame], "night", by=cast.bob)
    moved(frame, to=winter, by=cast.bob)
    assert {(each.tag.project, each.tag.name) for each in frame.taggings.all()} == {(winter, "Sea"), (winter, "night")}
    assert [each.name for each in cast.project.tags.all()] == ["Sea"], "what is on no frame any more is gone"


def test_the_library_stays_and_is_not_told_of_there(cast: Cast, winter: Project) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    (frame,) = delivered(cast.bob, cast.project)
    Run.objects.filter(pk=frame.run_id).update(prompt_version=prompt.current)
    assert Run.objects.get().version_here == prompt.current
    assert len(made_with(prompt, 9)) == 1
    moved(frame, to=winter, by=cast.bob)
    assert Run.objects.get().version_here is None
    assert list(made_with(prompt, 9)) == []
    assert figures_of(prompt).charged_micros == 90_000, "it was paid there"


def test_a_run_under_way_and_one_of_somebody_else_stay(cast: Cast, winter: Project) -> None:
    running = make_run(cast.bob, cast.project).generations.get()
    (hers,) = delivered(cast.alice, cast.project)
    (his,) = delivered(cast.bob, cast.project)
    done = moved(running, hers, his, to=winter, by=cast.bob)
    assert words(done) == ["3 moved", f"1 {Why.RUNNING}", f"2 {Why.NOT_YOURS}"]
    assert where() == {1: {"Autumn catalogue"}, 2: {"Autumn catalogue"}, 3: {"Winter"}}
    assert words(moved(hers, to=winter, by=cast.alice)) == ["2 moved"]


def test_a_conversation_moves_as_a_whole_or_not_at_all(cast: Cast, winter: Project) -> None:
    (first,) = delivered(cast.bob, cast.project)
    (second,) = delivered(cast.bob, cast.project, continues=first)
    (third,) = delivered(cast.bob, cast.project, continues=second)
    assert words(moved(first, to=winter, by=cast.bob)) == [f"1 {Why.CONVERSATION}"]
    assert words(moved(first, second, to=winter, by=cast.bob)) == [f"1 {Why.CONVERSATION}", f"2 {Why.CONVERSATION}"]
    assert words(moved(first, second, third, to=winter, by=cast.bob)) == ["1 moved", "2 moved", "3 moved"]


def test_to_where_it_is_already_changes_nothing(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    assert words(moved(frame, to=cast.project, by=cast.bob)) == []
