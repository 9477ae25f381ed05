"""Every bad name of the corpus at every door that pictures come in by: a label for people, and a path for nobody."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Upload, User
from tests.badinputs.bodies import MULTIPART, body, part
from tests.badinputs.names import NAMES, BadName
from tests.people import Cast
from tests.views.composing import HTMX, fields

type SignIn = Callable[[User], Client]

every_bad_name = pytest.mark.parametrize("bad", NAMES, ids=str)
# By the page's script, by the plain form, and along with the button that generates.
every_door = pytest.mark.parametrize("door", ["script", "form", "generate"])


@every_bad_name
@every_door
def test_C25_a_name_becomes_a_label(cast: Cast, signed_in: SignIn, own_storage: Path, door: str, bad: BadName) -> None:
    client = signed_in(cast.bob)
    typed = [part(name, str(value).encode()) for name, value in fields().items()] if door != "script" else []
    sent = body(*typed, part("files", bad.data, file=bad.name.encode()))
    address = reverse("runs" if door == "generate" else "uploads", args=[cast.project.public_id])
    response = client.generic("POST", address, sent, MULTIPART, headers=HTMX if door == "script" else {})
    text = response.content.decode()
    assert "<script>alert(1)" not in text
    if not bad.label:
        assert not Upload.objects.exists()
        return
    assert response.status_code == 200
    upload = Upload.objects.get()
    assert upload.name == bad.label
    assert bad.label in unescape(text)
    # Where it lies, and under which name it leaves, is ours to say.
    assert re.fullmatch(r"pictures/[0-9a-f]{2}/[0-9a-f]{64}\.png", upload.key)
    assert {path.suffix for path in own_storage.rglob("*") if path.is_file()} == {".png", ".webp"}
    given = client.get(reverse("upload-file", args=[upload.public_id, "original"]) + "?download")
    both = r"""attachment; filename="[\w-]+\.png"; filename\*=UTF-8''[\w%-]+\.png"""
    assert re.fullmatch(both, given["Content-Disposition"])
    given.close()
