"""What is in a backup, what is not, and what becomes of one that is damaged."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from pytest_django import Settings

from studio.backup.make import Made, make_backup
from studio.backup.manifest import Manifest, NotABackup
from studio.backup.pictures import bring_back, lines_of, pool_of
from studio.backup.restore import NotEmpty, restore, set_of, warnings
from studio.backup.tables import all_models, path_of, read_lines
from studio.models import Instance, LedgerEntry, Output
from tests.verify.sound import Studio, sound_studio

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(transactional_db: None, tmp_path: Path, settings: Settings) -> Studio:
    settings.MEDIA_ROOT, settings.NB_SPOOL_DIR = tmp_path / "media", tmp_path / "spool"
    Instance.current()
    return sound_studio()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def made_in(place: Path, *, keep: int = 0, quick: bool = False, name: str = "") -> Made:
    """A backup; `name` is another moment's, for two in one second."""
    made = make_backup(place, keep=keep, quick=quick)
    if name:
        made.folder.rename(place / name)
    return made


def test_a_studio_that_nobody_has_opened_yet_has_a_backup_as_well(
    transactional_db: None, tmp_path: Path, place: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT, settings.NB_SPOOL_DIR = tmp_path / "media", tmp_path / "spool"
    made = made_in(place)
    assert made.manifest.instance_id == str(Instance.current().instance_id)
    assert made.manifest.pictures.files == 0


def pool_path(place: Path, key: str) -> Path:
    return Path(pool_of(place).path(key))


def test_rows_and_pictures_are_there_and_no_session_and_no_key(studio: Studio, place: Path, settings: Settings) -> None:
    manifest = made_in(place).manifest
    rows = {table.label: table.rows for table in manifest.tables}
    assert rows["studio.LedgerEntry"] == LedgerEntry.objects.count() > 0
    assert "sessions.Session" not in rows
    assert manifest.pictures.missing == manifest.pictures.damaged == []
    assert studio.output.key in [line.key for line in lines_of(set_of(place))]
    assert Instance.current().backed_up_at == manifest.made_at
    for model in all_models():
        assert settings.SECRET_KEY.encode() not in b"".join(read_lines(path_of(set_of(place), model._meta.label)))


def test_the_next_one_copies_nothing_anew_and_those_that_are_too_many_go_with_their_files(
    studio: Studio, place: Path
) -> None:
    made_in(place, name="2026-01-01T00-00-00Z")
    kept = pool_path(place, studio.output.key)
    copied = kept.stat().st_mtime_ns
    made_in(place, name="2026-01-02T00-00-00Z")
    assert kept.stat().st_mtime_ns == copied
    Output.objects.filter(pk=studio.output.pk).delete()
    made = made_in(place, keep=2)
    assert [each.name for each in made.removed] == ["2026-01-01T00-00-00Z"]
    assert (made.forgotten, made.manifest.pictures.files) == (0, 0)
    assert kept.exists()
    (place / made.folder.name).rename(place / "2026-01-03T00-00-00Z")
    assert made_in(place, keep=1).forgotten > 0
    assert not kept.exists()


def test_what_rotted_in_the_backup_is_fetched_again_and_what_rotted_in_the_studio_is_named(
    studio: Studio, place: Path
) -> None:
    made_in(place, name="2026-01-01T00-00-00Z")
    kept = pool_path(place, studio.output.key)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + b"?")
    assert made_in(place, name="2026-01-02T00-00-00Z").manifest.pictures.damaged == []
    assert kept.read_bytes() == whole
    Path(default_storage.path(studio.output.key)).write_bytes(b"?")
    kept.unlink()
    assert made_in(place, name="2026-01-03T00-00-00Z").manifest.pictures.damaged == [studio.output.key]
    kept.unlink()
    default_storage.delete(studio.output.key)
    assert made_in(place).manifest.pictures.missing == [studio.output.key]


def test_a_picture_comes_back_from_the_pool_and_from_nowhere_else(studio: Studio, place: Path) -> None:
    folder = made_in(place).folder
    default_storage.delete(studio.output.key)
    assert studio.output.key in [line.key for line in bring_back(folder, pool_of(place))]
    assert default_storage.size(studio.output.key) == studio.output.size_bytes
    default_storage.delete(studio.output.key)
    pool_path(place, studio.output.key).write_bytes(b"?")
    with pytest.raises(OSError, match="not in the backup as it was written"):
        list(bring_back(folder, pool_of(place)))


def test_a_backup_that_did_not_come_to_its_end_is_none(studio: Studio, place: Path) -> None:
    broken = made_in(place, name="2026-01-01T00-00-00Z")
    (place / "2026-01-01T00-00-00Z" / "manifest.json").unlink()
    with pytest.raises(CommandError, match="holds no complete backup"):
        call_command("restore", place)
    assert made_in(place).folder.name > broken.folder.name[:4]
    assert not (place / "2026-01-01T00-00-00Z").exists()


def test_nothing_is_restored_over_a_studio_or_from_a_newer_one(studio: Studio, place: Path) -> None:
    folder = made_in(place).folder
    with pytest.raises(NotEmpty, match="There is a studio in this database"):
        restore(folder, moved=False, say=print)
    told = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(told.replace('"format": 1', '"format": 2'))
    with pytest.raises(NotABackup, match="has the form 2"):
        Manifest.read(folder)


def test_another_studio_s_folder_is_not_written_into(studio: Studio, place: Path) -> None:
    made_in(place)
    Instance.objects.update(instance_id="0f4cfa5c-2d3f-4f7e-9a0c-3c1f6f3f2a11")
    with pytest.raises(NotABackup, match="another studio"):
        make_backup(place, keep=0, quick=False)


def test_another_secret_key_is_said(studio: Studio, place: Path, settings: Settings) -> None:
    manifest = made_in(place).manifest
    assert list(warnings(manifest)) == []
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert list(warnings(manifest)) == []
    settings.SECRET_KEY_FALLBACKS = []
    assert "SECRET_KEY is not the one" in next(warnings(manifest))


@pytest.mark.s3
def test_pictures_go_out_of_a_bucket_and_back_into_one(bucket: str, studio: Studio, place: Path) -> None:
    folder = made_in(place).folder
    assert pool_path(place, studio.output.key).stat().st_size == studio.output.size_bytes
    default_storage.delete(studio.output.key)
    assert studio.output.key in [line.key for line in bring_back(folder, pool_of(place))]
    assert default_storage.size(studio.output.key) == studio.output.size_bytes
