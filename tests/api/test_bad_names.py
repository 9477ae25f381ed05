"""Every bad name of the corpus at the API's door: a label in the answer and in a refusal, and a path for nobody."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from studio.models import Upload
from tests.api.calling import caller, kind_of
from tests.badinputs.bodies import MULTIPART, body, part
from tests.badinputs.names import NAMES, BadName
from tests.people import Cast


def bring(cast: Cast, name: str, data: bytes) -> Any:
    address = f"/api/v1/projects/{cast.project.public_id}/uploads"
    return caller(cast.bob).generic("POST", address, body(part("file", data, file=name.encode())), MULTIPART)


@pytest.mark.parametrize("bad", NAMES, ids=str)
def test_C25_a_name_becomes_a_label(cast: Cast, own_storage: Path, bad: BadName) -> None:
    refused = bring(cast, bad.name, b"no picture")
    said = f"{bad.label} is not a PNG, JPEG, WebP or HEIC image." if bad.label else "This field is required."
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")
    assert refused.json()["errors"] == {"file": [said]}
    response = bring(cast, bad.name, bad.data)
    if not bad.label:
        assert response.json() == refused.json(), "the parser takes it for no file at all"
        assert not Upload.objects.exists()
        return
    upload = Upload.objects.get()
    assert (response.status_code, response.json()["name"], upload.name) == (HTTPStatus.CREATED, bad.label, bad.label)
    assert response["Content-Type"].startswith("application/json"), "so no browser reads a name as a page"
    assert re.fullmatch(r"pictures/[0-9a-f]{2}/[0-9a-f]{64}\.png", upload.key)
    assert {path.suffix for path in own_storage.rglob("*") if path.is_file()} == {".png", ".webp"}
