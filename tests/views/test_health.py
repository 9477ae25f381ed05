"""What a supervisor asks."""

from pathlib import Path

import pytest
from django.test import Client, override_settings


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


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_health_is_never_kept_and_never_posted(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
