"""What a supervisor asks."""

from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from pytest_django import Settings

from studio import readiness


@pytest.fixture(autouse=True)
def nothing_is_known_yet() -> None:
    readiness.forget()


def test_the_process_answers_without_asking_anybody(client: Client) -> None:
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_the_studio_is_ready_with_a_database_and_a_disk(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_the_studio_is_not_ready_without_a_place_for_pictures(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    with override_settings(MEDIA_ROOT=tmp_path / "a-file" / "media"):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready: media\n")


@pytest.mark.django_db
def test_the_studio_is_not_ready_with_the_tables_of_an_older_version(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="studio").latest("pk").delete()
    assert client.get("/readyz").content == b"not ready: migrations\n"


@pytest.mark.django_db
def test_the_studio_is_not_ready_without_room_for_answers(client: Client, settings: Settings) -> None:
    settings.NB_WORKER, settings.NB_WORKER_SLOTS = "thread", 10_000_000
    assert client.get("/readyz").content == b"not ready: spool\n"


def test_the_studio_is_not_ready_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own guard stands in for a server that is away."""
    assert client.get("/readyz").content == b"not ready: database\n"


@pytest.mark.django_db
def test_an_answer_holds_for_a_moment_however_often_it_is_asked(client: Client, tmp_path: Path) -> None:
    assert client.get("/readyz").status_code == 200
    (tmp_path / "a-file").write_text("")
    with override_settings(MEDIA_ROOT=tmp_path / "a-file" / "media"):
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_health_is_never_kept_and_never_posted(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
