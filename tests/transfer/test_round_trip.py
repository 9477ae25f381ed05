"""Out of one studio and into another: the same but for its ids, and nothing in any ledger."""

import json
import tracemalloc
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from studio.models import (
    Attempt,
    Generation,
    Input,
    LedgerEntry,
    Membership,
    Notice,
    Output,
    Project,
    Prompt,
    Role,
    Run,
    Star,
    Upload,
    User,
)
from studio.storage import objects
from studio.transfer import bring_in as bringing
from studio.transfer.bring_in import bring_in
from studio.transfer.export import exported
from studio.transfer.parcel import Refused
from tests import people
from tests.people import Cast
from tests.stored import delivered, keep, some_bytes
from tests.transfer.furnished import all_keys, document_of, export, files_of, furnish, objects_there

pytestmark = pytest.mark.usefixtures("books")


def same(said: dict[str, Any]) -> dict[str, Any]:
    """Without the moment of the export: everything else is to be the same."""
    return {name: value for name, value in said.items() if name != "exported_at"}


def test_what_goes_out_and_comes_in_goes_out_the_same(cast: Cast, tmp_path: Path) -> None:
    first = export(furnish(cast), tmp_path / "first.zip")
    project = bring_in(first, owner=cast.dana)
    second = export(project, tmp_path / "second.zip")
    assert same(document_of(second)) == same(document_of(first))
    assert files_of(second) == files_of(first)


def test_an_export_says_what_there_is_and_leaves_the_rest_behind(cast: Cast, tmp_path: Path) -> None:
    said = document_of(export(furnish(cast), tmp_path / "a.zip"))
    assert [run["prompt"] for run in said["runs"]] == ["A red boat", "The same, 蓝色", "And at night", "A famous mouse"]
    assert said["people"] == [
        {"name": "Bob", "email": "bob@example.com"},
        {"name": "Alice", "email": "alice@example.com"},
    ]
    made = said["runs"][1]
    assert made["inputs"] == [
        {"upload": 0, "link": None, "output": None, "output_position": 0},
        {"upload": None, "link": 0, "output": None, "output_position": 0},
        {"upload": None, "link": None, "output": {"run": 0, "variation": 0}, "output_position": 0},
    ]
    assert said["runs"][2]["continues"] == {"run": 0, "variation": 1}
    refused = said["runs"][3]["generations"][0]
    assert (refused["status"], refused["charge"], refused["cost_micros"]) == ("refused", "presumed", 90_000)
    assert len(files_of(tmp_path / "a.zip")) == len(said["files"]) == 6


def test_an_import_is_a_project_of_its_owner_with_new_ids(cast: Cast, tmp_path: Path) -> None:
    old = furnish(cast)
    project = bring_in(export(old, tmp_path / "a.zip"), owner=cast.dana)
    assert project.public_id != old.public_id
    assert [(each.person, each.role) for each in Membership.objects.filter(project=project)] == [
        (cast.dana, Role.OWNER)
    ]
    new, former = Run.objects.filter(project=project), Run.objects.filter(project=old)
    assert min(run.number for run in new) > max(run.number for run in former)
    assert not {run.public_id for run in new} & {run.public_id for run in former}
    made = new.get(prompt="The same, 蓝色")
    source = Input.objects.get(run=made, output__isnull=False).output
    assert source is not None
    assert source.generation.project == project
    assert new.get(prompt="And at night").continues.project == project  # type: ignore[union-attr]
    assert Input.objects.get(run=made, upload__isnull=False).upload.project == project  # type: ignore[union-attr]


def test_nothing_is_booked_and_what_it_cost_is_history(cast: Cast, tmp_path: Path) -> None:
    path = export(furnish(cast), tmp_path / "a.zip")
    before = LedgerEntry.objects.count()
    project = bring_in(path, owner=cast.dana)
    assert LedgerEntry.objects.count() == before
    frame = Generation.objects.filter(project=project).order_by("pk")[0]
    assert frame.charge == "none"
    assert frame.imported == {
        "project": "Autumn catalogue",
        "number": 1,
        "name": "Bob",
        "email": "bob@example.com",
        "charge": "charged",
        "cost_micros": 90_000,
    }
    assert not Attempt.objects.filter(generation__project=project).exclude(charge="none").exists()


def test_what_people_made_of_it_comes_along_and_nobody_is_told_again(cast: Cast, tmp_path: Path) -> None:
    """The round trip says that all of it is the same; this, that it stands where it belongs."""
    path = export(furnish(cast), tmp_path / "a.zip")
    told = Notice.objects.count()
    project = bring_in(path, owner=cast.dana)
    frame = Generation.objects.filter(project=project).order_by("pk")[0]
    assert [(each.person, each.text, each.is_deleted) for each in frame.comments.all()] == [
        (cast.alice, "Too dark", False),
        (cast.bob, "Lovely", False),
        (cast.alice, "", True),
    ]
    assert (frame.judgement.rating, frame.judgement.is_picked, frame.verdict.is_approved) == (4, True, True)
    assert {tag.name for tag in frame.tags.all()} == {"Cover", "小船"}
    assert not Star.objects.filter(generation=frame).exists()
    prompt = Prompt.objects.get(project=project)
    assert [(each.number, each.restores and each.restores.number) for each in prompt.versions.order_by("number")] == [
        (1, None),
        (2, None),
        (3, 1),
    ]
    assert frame.run.version_here == prompt.versions.get(number=1)
    pictures = [each.picture for each in prompt.versions.get(number=2).references.all()]
    assert pictures == [Upload.objects.get(project=project), frame.outputs.get()]
    assert Notice.objects.count() == told


def test_words_of_somebody_who_is_not_here_name_them(cast: Cast, tmp_path: Path) -> None:
    path = export(furnish(cast), tmp_path / "a.zip")
    User.objects.filter(pk=cast.bob.pk).update(email="robert@example.org")
    frame = Generation.objects.filter(project=bring_in(path, owner=cast.dana)).order_by("pk")[0]
    assert [(each.person, each.text) for each in frame.comments.all()][1] == (cast.dana, "Bob: Lovely")


def test_an_export_of_the_first_format_is_still_read(cast: Cast, tmp_path: Path) -> None:
    path, old = export(furnish(cast), tmp_path / "a.zip"), tmp_path / "old.zip"
    said = document_of(path) | {"version": 1}
    for made in (*said["prompts"], *said["runs"], *(each for run in said["runs"] for each in run["generations"])):
        for name in ("versions", "version", "judged", "verdict", "tags", "comments"):
            made.pop(name, None)
    with zipfile.ZipFile(old, "w") as archive:
        for name, data in files_of(path).items():
            archive.writestr(name, data)
        archive.writestr("project.json", json.dumps(said))
    project = bring_in(old, owner=cast.dana)
    assert Prompt.objects.get(project=project).current.text == "A {{colour}} boat"  # type: ignore[union-attr]
    assert Generation.objects.filter(project=project).count() == 5


def test_its_page_says_where_it_came_from(cast: Cast, tmp_path: Path) -> None:
    project = bring_in(export(furnish(cast), tmp_path / "a.zip"), owner=cast.dana)
    frame = Generation.objects.filter(project=project).order_by("pk")[0]
    client = Client()
    client.force_login(cast.dana)
    html = client.get(frame.get_absolute_url()).content.decode()
    assert "Bob made it as 1A in Autumn catalogue, for $0.09. That is history: nothing was charged here." in html


def test_who_is_not_here_is_the_owner_s_and_keeps_their_name(cast: Cast, tmp_path: Path) -> None:
    path = export(furnish(cast), tmp_path / "a.zip")
    User.objects.filter(pk=cast.bob.pk).update(email="robert@example.org")
    project = bring_in(path, owner=cast.dana)
    frames = Generation.objects.filter(project=project)
    assert {frame.person.username for frame in frames} == {"dana", "alice"}
    assert {frame.imported["name"] for frame in frames if frame.imported} == {"Bob", "Alice"}
    assert same(document_of(export(project, tmp_path / "b.zip")))["people"][0]["name"] == "Dana", "of the upload"


def test_a_picture_that_was_lost_is_called_so_on_both_sides(cast: Cast, tmp_path: Path) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    objects.remove(frame.outputs.get().key)
    path = export(cast.project, tmp_path / "a.zip")
    assert [file["is_missing"] for file in document_of(path)["files"]] == [True]
    project = bring_in(path, owner=cast.dana)
    assert Generation.objects.get(project=project).outputs.count() == 1


def forget_the_pictures() -> None:
    """As another studio, in which no row names these files."""
    Input.objects.all().delete()
    Output.objects.all().delete()
    Upload.objects.all().delete()


@pytest.mark.parametrize("fails_at", ["the second picture", "the rows", "the last row"])
def test_all_or_nothing_and_no_file_is_left(
    cast: Cast, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    path = export(furnish(cast), tmp_path / "a.zip")
    forget_the_pictures()
    settings.MEDIA_ROOT = tmp_path / "other"
    before = (Project.objects.count(), Run.objects.count(), Generation.objects.count(), Upload.objects.count())

    def fail(*_: object) -> None:
        raise IntegrityError("as if")

    class Stops(bringing.Keeper):
        kept = 0

        def keep(self, file: Any) -> None:
            self.kept += 1
            if self.kept == 2:
                raise OSError("the disk is full")
            super().keep(file)

    if fails_at == "the second picture":
        monkeypatch.setattr(bringing, "Keeper", Stops)
    else:
        monkeypatch.setattr(bringing._Rows, "_all_runs" if fails_at == "the rows" else "_go_on", fail)
    with pytest.raises((IntegrityError, OSError)):
        bring_in(path, owner=cast.dana)
    assert before == (
        Project.objects.count(),
        Run.objects.count(),
        Generation.objects.count(),
        Upload.objects.count(),
    )
    assert objects_there(tmp_path / "other") == set()


def test_a_failed_import_takes_nothing_away_that_was_there(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(furnish(cast), tmp_path / "a.zip")

    def fail(*_: object) -> None:
        raise Refused("as if")

    monkeypatch.setattr(bringing._Rows, "_go_on", fail)
    with pytest.raises(Refused):
        bring_in(path, owner=cast.dana)
    assert all_keys() <= objects_there(tmp_path / "media")


def test_memory_does_not_grow_with_the_pictures(cast: Cast) -> None:
    for frame in delivered(cast.bob, cast.project, variations=8):
        keep(frame.outputs.get(), some_bytes(6_000_000))
    tracemalloc.start()
    try:
        size = sum(map(len, exported(cast.project, now=cast.project.created_at)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 48_000_000
    assert peak < 4_000_000


# ── The commands, and the button ───────────────────────────────────────────────────────────────────


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_commands_say_what_became_of_it(cast: Cast, tmp_path: Path) -> None:
    furnish(cast)
    path = str(tmp_path / "a.zip")
    assert "Autumn catalogue is in" in told("project_export", "Autumn catalogue", path)
    with pytest.raises(CommandError, match="could not be written"):
        told("project_export", str(cast.project.public_id), path)
    assert "nothing was booked here" in told("project_import", path, "--owner", "dana@example.com")
    with pytest.raises(CommandError, match="more than one project"):
        told("project_export", "Autumn catalogue", str(tmp_path / "b.zip"))
    with pytest.raises(CommandError, match="Nobody here is called"):
        told("project_import", path, "--owner", "nobody@example.com")
    with pytest.raises(CommandError, match="Nothing was brought in"):
        told("project_import", str(tmp_path / "none.zip"), "--owner", "dana")


def test_an_owner_takes_it_along_from_the_page(cast: Cast, tmp_path: Path) -> None:
    furnish(cast)
    address = reverse("exports", args=[cast.project.public_id])
    for person, status in ((cast.charlie, 404), (cast.vera, 403), (cast.bob, 403), (cast.alice, 200), (cast.dana, 200)):
        client = Client()
        people.come_in(client, person)  # whole projects leave only with whoever proved who they are
        answer = client.post(address)
        assert answer.status_code == status
        assert client.get(address).status_code == 405
        if status == 200:
            (tmp_path / person.username).write_bytes(b"".join(answer))  # type: ignore[arg-type]
            assert len(document_of(tmp_path / person.username)["runs"]) == 4
            assert "Autumn-catalogue.nb-studio.zip" in answer.headers["Content-Disposition"]
