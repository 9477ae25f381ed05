"""Every door that a picture comes in by, and every bad picture of the corpus: one gate, one verdict.

By the form, by an address, and in the answer of the provider. What was paid for is never thrown away: a picture that
cannot be read leaves the answer in the spool.
"""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.fetch import download_public
from studio.jobs.store import NothingUsable, store_pictures
from studio.links.refusal import AddressRefused
from studio.links.take import Wanted, take
from studio.models import Upload, User
from studio.provider.answer import AnswerImage, Reading
from studio.provider.catalogue import BY_KEY
from studio.provider.classify import Verdict
from studio.provider.outcome import Outcome
from tests.api.calling import caller
from tests.badinputs.pictures import ACCEPTED, PICTURES, SECRET, BadPicture
from tests.fetch.internet import Internet
from tests.people import Cast
from tests.provider.peer import answers
from tests.runs import make_attempt, make_run
from tests.views.composing import HTMX

type SignIn = Callable[[User], Client]

WORDS = {
    "empty": "is empty",
    "wrong_type": "is not a PNG, JPEG, WebP or HEIC image",
    "unreadable": "cannot be read",
    "too_many_pixels": "has too many pixels",
}
every_bad_picture = pytest.mark.parametrize("bad", PICTURES, ids=str)


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@every_bad_picture
def test_by_the_form(cast: Cast, signed_in: SignIn, own_storage: Path, bad: BadPicture) -> None:
    file = SimpleUploadedFile("holiday.png", bad.data, content_type="image/png")
    address = reverse("uploads", args=[cast.project.public_id])
    response = signed_in(cast.bob).post(address, {"files": [file]}, headers=HTMX)
    text = response.content.decode()
    if bad.verdict == ACCEPTED:
        assert response.status_code == 200
        upload = Upload.objects.get()
        assert upload.size_bytes == len(bad.data), "the original is kept as it came"
        assert SECRET not in (own_storage / upload.sent.key).read_bytes(), "and what is sent tells nothing"
    else:
        assert response.status_code == 422
        assert f"holiday.png {WORDS[bad.verdict]}" in text
        assert not Upload.objects.exists()
        assert not stored(own_storage)


@every_bad_picture
def test_by_the_api(cast: Cast, own_storage: Path, bad: BadPicture) -> None:
    file = SimpleUploadedFile("holiday.png", bad.data, content_type="image/png")
    response = caller(cast.bob).post(f"/api/v1/projects/{cast.project.public_id}/uploads", {"file": file})
    if bad.verdict == ACCEPTED:
        assert response.status_code == 201
        assert SECRET not in (own_storage / Upload.objects.get().sent.key).read_bytes()
    else:
        assert response.status_code == 422
        assert WORDS[bad.verdict] in response.json()["errors"]["file"][0]
        assert not stored(own_storage)


@every_bad_picture
def test_by_an_address(cast: Cast, own_storage: Path, tmp_path: Path, bad: BadPicture) -> None:
    with Internet(tmp_path, pictures_example=answers(bad.data, headers="Content-Type: image/png\r\n")) as internet:
        fetch = functools.partial(download_public, resolve=internet.resolve, dial=internet.dial)
        wanted = Wanted("https://pictures.example/holiday.png", is_sent=False, model=BY_KEY["pro"])
        look = functools.partial(take, wanted, project=cast.project, person=cast.bob, now=timezone.now(), fetch=fetch)
        if bad.verdict == ACCEPTED:
            assert look() == Upload.objects.get()
        else:
            with pytest.raises(AddressRefused) as refusal:
                look()
            assert refusal.value.code in {bad.verdict, "wrong_type"}
            assert not stored(own_storage)


@every_bad_picture
def test_in_an_answer_of_the_provider(cast: Cast, own_storage: Path, tmp_path: Path, bad: BadPicture) -> None:
    path = tmp_path / "part-0"
    path.write_bytes(bad.data)
    attempt = make_attempt(make_run(cast.bob, cast.project).generations.get())
    image = AnswerImage("primary", path, None, "image/png", "image/png", "", len(bad.data), 0)
    verdict = Verdict.of(Outcome.DELIVERED, "")
    reading = Reading(images=(image,), readable=True)
    if bad.verdict == ACCEPTED:
        (output,), _ = store_pictures(attempt, reading, verdict, now=timezone.now())
        assert output.size_bytes == len(bad.data)
    else:
        with pytest.raises(NothingUsable) as nothing:
            store_pictures(attempt, reading, verdict, now=timezone.now())
        assert nothing.value.verdict.outcome == Outcome.CORRUPT_RESULT
        assert not stored(own_storage)
        assert path.read_bytes() == bad.data
