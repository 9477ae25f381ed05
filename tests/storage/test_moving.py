"""Pictures from one storage to another: each arrives whole, a stop at any moment costs nothing, nothing is removed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.management import CommandError, call_command
from pytest_django import Settings

from studio.storage.disk import DiskStorage
from studio.storage.moving import Journal, all_keys, copy, missing, remove
from studio.storage.objects import NotStored
from tests.relay import relay_to
from tests.s3 import S3
from tests.verify.sound import sound_studio

ROOT = Path(__file__).parent.parent.parent
KEYS = [
    "icons/aa/1-240.webp",
    "icons/b0/2-240.webp",
    "pictures/aa/1.png",
    "pictures/b0/2.jpg",
    "pictures/b0/3.png",
    "thumbnails/aa/1-320.webp",
    "thumbnails/aa/1-960.webp",
    "thumbnails/b0/2-960.webp",
]


@pytest.fixture
def source(tmp_path: Path) -> DiskStorage:
    storage = DiskStorage(tmp_path / "source")
    for key in KEYS:
        storage.save(key, ContentFile(key.encode() * 1_000))
    return storage


@pytest.fixture
def destination(tmp_path: Path) -> DiskStorage:
    (tmp_path / "destination").mkdir()
    return DiskStorage(tmp_path / "destination")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.sqlite3")) as journal:
        yield journal


def contents(storage: DiskStorage) -> dict[str, bytes]:
    return {key: Path(storage.path(key)).read_bytes() for key in all_keys(storage)}


def copied(source: DiskStorage, destination: DiskStorage, journal: Journal) -> list[str]:
    """The keys whose bytes were sent by this run."""
    return [step.key for step in copy(source, destination, journal) if step.copied_bytes]


def test_everything_arrives_and_stays_where_it_was(
    source: DiskStorage, destination: DiskStorage, journal: Journal
) -> None:
    before = contents(source)
    assert copied(source, destination, journal) == KEYS
    assert contents(destination) == contents(source) == before
    assert list(missing(KEYS, source, destination, journal)) == []


@pytest.mark.parametrize("steps", range(len(KEYS)))
def test_a_run_that_stopped_is_gone_on_with(
    source: DiskStorage, destination: DiskStorage, journal: Journal, steps: int
) -> None:
    assert len(list(islice(copy(source, destination, journal), steps))) == steps
    # The last one was entered or not, as the stop came.
    assert len(copied(source, destination, journal)) in {len(KEYS) - steps, len(KEYS) - steps - 1}
    assert copied(source, destination, journal) == []
    assert contents(destination) == contents(source)


def test_what_was_copied_and_not_read_back_before_the_stop_is_read_back_and_not_sent_again(
    source: DiskStorage, destination: DiskStorage, journal: Journal
) -> None:
    destination.save(KEYS[2], ContentFile(contents(source)[KEYS[2]]))
    assert KEYS[2] not in copied(source, destination, journal)
    assert list(missing(KEYS, source, destination, journal)) == []


@pytest.mark.parametrize("found", [b"", b"half", "the same length"])
def test_what_is_there_and_is_something_else_is_replaced(
    source: DiskStorage, destination: DiskStorage, journal: Journal, found: bytes | str
) -> None:
    data = contents(source)[KEYS[3]]
    destination.save(KEYS[3], ContentFile(found if isinstance(found, bytes) else bytes(len(data))))
    assert KEYS[3] in copied(source, destination, journal)
    assert contents(destination) == contents(source)


def test_what_was_lost_after_it_was_read_back_is_found_missing_and_copied_again(
    source: DiskStorage, destination: DiskStorage, journal: Journal
) -> None:
    copied(source, destination, journal)
    destination.delete(KEYS[0])
    Path(destination.path(KEYS[4])).write_bytes(b"short")
    assert list(missing(KEYS, source, destination, journal)) == [KEYS[0], KEYS[4]]
    assert copied(source, destination, journal) == [KEYS[0], KEYS[4]]


def test_what_was_stored_meanwhile_is_missing_until_the_next_run(
    source: DiskStorage, destination: DiskStorage, journal: Journal
) -> None:
    copied(source, destination, journal)
    source.save("pictures/c0/4.png", ContentFile(b"new"))
    assert list(missing(all_keys(source), source, destination, journal)) == ["pictures/c0/4.png"]
    assert copied(source, destination, journal) == ["pictures/c0/4.png"]


def test_half_a_file_of_a_dead_process_is_no_picture(
    source: DiskStorage, destination: DiskStorage, journal: Journal
) -> None:
    Path(source.path("pictures/aa/.x1.part")).write_bytes(b"half")
    copied(source, destination, journal)
    assert list(contents(destination)) == KEYS


class Forgetful(DiskStorage):
    """Takes everything, and keeps the last byte of a picture otherwise, as often as it is told."""

    times = 0

    def _save(self, name: str, content: "File[bytes]") -> str:  # type: ignore[type-arg,override]
        kept = super()._save(name, content)
        if name.startswith("pictures/") and self.times:
            self.times -= 1
            path = Path(self.path(name))
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        return kept


@pytest.mark.parametrize(("times", "is_sent"), [(1, True), (2, False)])
def test_what_is_read_back_otherwise_is_sent_once_more_and_then_it_stops(
    source: DiskStorage, journal: Journal, tmp_path: Path, times: int, *, is_sent: bool
) -> None:
    destination = Forgetful(tmp_path / "forgetful")
    destination.times = times
    if is_sent:
        assert copied(source, destination, journal) == KEYS
        assert contents(destination) == contents(source)
        return
    with pytest.raises(NotStored, match="read back otherwise"):
        copied(source, destination, journal)
    assert not journal.has(KEYS[2])
    assert not destination.exists(KEYS[2])


def test_the_source_is_removed_only_as_far_as_it_is_the_same_at_the_destination(
    source: DiskStorage, destination: DiskStorage, journal: Journal
) -> None:
    copied(source, destination, journal)
    path = Path(destination.path(KEYS[3]))
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(NotStored, match="not the same"):
        list(remove(source, destination))
    assert list(contents(source)) == KEYS[3:]
    journal.strike(KEYS[3])
    copied(source, destination, journal)
    assert list(remove(source, destination)) == KEYS[3:]
    assert contents(source) == {}
    assert list(contents(destination)) == KEYS


# ── The command, with a real bucket ────────────────────────────────────────────────────────────────


@pytest.fixture
def own_folders(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def in_bucket(s3: S3, bucket: str) -> set[str]:
    return {each["Key"] for each in s3.client().list_objects_v2(Bucket=bucket).get("Contents", [])}


@pytest.mark.django_db
def test_without_a_bucket_there_is_nowhere_to_go() -> None:
    with pytest.raises(CommandError, match="AWS_STORAGE_BUCKET_NAME"):
        call_command("move_pictures", to="bucket")


@pytest.mark.s3
@pytest.mark.django_db
def test_a_studio_moves_to_a_bucket_and_back(
    own_folders: Path, bucket: str, s3: S3, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with_bucket = settings.STORAGES
    settings.STORAGES = {**with_bucket, "default": with_bucket["disk"]}
    studio = sound_studio()
    before = files(own_folders)
    call_command("move_pictures", to="bucket")
    said = capsys.readouterr().out
    assert "5 of 5 files are there, 5 of them copied now." in said
    assert "Every picture is there, and was read back." in said
    assert in_bucket(s3, bucket) == before == files(own_folders)

    settings.STORAGES = with_bucket
    call_command("move_pictures", to="bucket", remove_source=True)
    assert "5 files removed where they were." in capsys.readouterr().out
    assert files(own_folders) == set()
    call_command("ledger_verify")

    call_command("move_pictures", to="disk", remove_source=True)
    assert (files(own_folders), in_bucket(s3, bucket)) == (before, set())
    assert studio.output.key in before


@pytest.mark.s3
@pytest.mark.django_db
def test_a_picture_that_a_row_names_and_nobody_has_is_said_and_nothing_is_removed(
    own_folders: Path, bucket: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with_bucket = settings.STORAGES
    settings.STORAGES = {**with_bucket, "default": with_bucket["disk"]}
    output = sound_studio().output
    (own_folders / output.key).unlink()
    with pytest.raises(CommandError, match="1 files are not there"):
        call_command("move_pictures", to="bucket", remove_source=True)
    assert f"missing: {output.key}" in capsys.readouterr().err
    assert len(files(own_folders)) == 4


@pytest.mark.s3
def test_the_command_is_killed_in_the_middle_and_run_again(s3: S3, tmp_path: Path, bucket: str) -> None:
    media = DiskStorage(tmp_path / "media")
    for number in range(40):
        media.save(f"pictures/{number:02x}/{number}.png", ContentFile(os.urandom(200_000)))
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("NB_", "AWS_", "DJANGO_"))},
        **s3.environment(),
        "NB_DATA_DIR": str(tmp_path),
        "AWS_STORAGE_BUCKET_NAME": bucket,
        "NB_WORKER": "off",
    }
    variables.pop("DATABASE_URL", None)
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v", "0"], cwd=ROOT, env=variables, check=True)
    command = [*manage, "move_pictures", "--to", "bucket"]
    with relay_to(s3.endpoint) as relay:
        through = {**variables, "AWS_S3_ENDPOINT_URL": relay.endpoint}
        process = subprocess.Popen(command, cwd=ROOT, env=through, stdout=subprocess.PIPE)
        relay.after(4_000_000, lambda: os.kill(process.pid, signal.SIGKILL))
        process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL
        arrived = in_bucket(s3, bucket)
        assert 5 < len(arrived) < 40
        again = subprocess.run(command, cwd=ROOT, env=through, capture_output=True, text=True, check=True)
    # What had arrived was not sent again, except perhaps the one whose arrival nobody had noted.
    assert "40 of 40 files are there" in again.stdout
    sent = int(again.stdout.partition("files are there, ")[2].partition(" ")[0])
    assert sent in {40 - len(arrived), 40 - len(arrived) + 1}
    for key in files(tmp_path / "media"):
        kept = s3.client().get_object(Bucket=bucket, Key=key)["Body"].read()
        assert kept == (tmp_path / "media" / key).read_bytes()
