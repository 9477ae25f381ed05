"""What an archive of frames holds, and how its list tells of each."""

import csv
import io
import zipfile

import pytest
from pytest_django import DjangoAssertNumQueries

from studio.archive.pictures import archive_of
from studio.models import Generation, Output
from studio.provider.outcome import Outcome
from studio.storage import objects
from studio.storage.file_names import file_name, output_stem
from tests.people import Cast
from tests.runs import make_run
from tests.stored import delivered, further_picture
from tests.views.booked import end


def looked_up(*generations: Generation) -> list[Generation]:
    found = Generation.objects.filter(pk__in=[each.pk for each in generations])
    kept = found.select_related("run", "project", "person").prefetch_related("outputs")
    return list(kept.order_by("run__number", "variation"))


def read(*generations: Generation) -> tuple[dict[str, bytes], list[dict[str, str]]]:
    """The pictures of the archive by name, and the lines of its list."""
    data = b"".join(archive_of(looked_up(*generations)).file)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = csv.DictReader(io.StringIO(files.pop("parameters.csv").decode("utf-8-sig"), newline=""))
    return files, list(lines)


def test_originals_come_under_names_that_mean_something(cast: Cast) -> None:
    one, two = delivered(cast.bob, cast.project, variations=2, prompt="A red boat, at dawn!")
    files, _ = read(one, two)
    assert list(files) == [
        "Autumn-catalogue-1A-pro-2K-A-red-boat-at-dawn.png",
        "Autumn-catalogue-1B-pro-2K-A-red-boat-at-dawn.png",
    ]
    with objects.open_object(one.outputs.get().key) as original:
        assert files["Autumn-catalogue-1A-pro-2K-A-red-boat-at-dawn.png"] == original.read()


def test_further_pictures_come_along_and_drafts_do_not(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    further_picture(frame)
    further_picture(frame, Output.Role.DRAFT)
    files, lines = read(frame)
    assert list(files) == ["Autumn-catalogue-1A-pro-2K-A-red-boat.png", "Autumn-catalogue-1A-2-pro-2K-A-red-boat.jpg"]
    assert [line["cost_usd"] for line in lines] == ["0.090000", ""], "one call, paid once"


def test_the_list_says_what_was_asked_by_whom_and_at_what_cost(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    _, (line,) = read(frame)
    said = {name: line[name] for name in ("frame", "prompt", "model", "size", "ratio", "person", "status", "charge")}
    assert said == {
        "frame": "1A",
        "prompt": "A red boat",
        "model": "pro",
        "size": "2K",
        "ratio": "1:1",
        "person": "Bob",
        "status": "succeeded",
        "charge": "charged",
    }
    assert line["sha256"] == frame.outputs.get().sha256


@pytest.mark.parametrize("prompt", ["=HYPERLINK(1)", "+1", "-1", "@sum", "\tx", "＝1"])
def test_B136_no_prompt_runs_as_a_formula(cast: Cast, prompt: str) -> None:
    _, (line,) = read(*delivered(cast.bob, cast.project, prompt=prompt))
    assert line["prompt"] == f"'{prompt}"


def test_B137_a_prompt_of_several_lines_stays_one_cell(cast: Cast) -> None:
    _, (line,) = read(*delivered(cast.bob, cast.project, prompt='A "boat",\nred'))
    assert line["prompt"] == 'A "boat",\nred'


def test_a_picture_that_is_missing_is_named_and_the_others_come(cast: Cast) -> None:
    one, two = delivered(cast.bob, cast.project, variations=2)
    objects.default_storage.delete(one.outputs.get().key)
    files, lines = read(one, two)
    assert list(files) == [file_name(output_stem(looked_up(two)[0].outputs.get()), "image/png")]
    assert [line["problem"] for line in lines] == [
        "Its file is missing from storage. Ask an admin of the studio.",
        "",
    ]


def test_half_a_picture_is_named_and_left_out(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    Output.objects.update(size_bytes=99_999)
    files, (line,) = read(frame)
    assert (files, line["problem"]) == ({}, "Its file in storage is damaged. Ask an admin of the studio.")


def test_a_frame_that_came_to_nothing_has_its_line(cast: Cast) -> None:
    refused = make_run(cast.bob, cast.project).generations.get()
    end(refused, Outcome.REFUSED_PROMPT)
    _, (line,) = read(refused)
    assert (line["file"], line["frame"], line["problem"]) == ("", "1A", "There is no picture.")


def test_many_frames_are_no_more_questions_than_few(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = delivered(cast.bob, cast.project)
    many = delivered(cast.bob, cast.project, variations=8)
    for frames in (few, many):
        with django_assert_num_queries(2):
            archive_of(looked_up(*frames))
