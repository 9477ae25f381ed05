"""Pictures brought in for the tray."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from studio.decoder import keeper
from studio.models import Upload, User
from studio.storage.keys import SMALL
from tests.people import Cast
from tests.views.composing import HTMX, fields, picture_file

type SignIn = Callable[[User], Client]


def address(cast: Cast) -> str:
    return reverse("uploads", args=[cast.project.public_id])


def test_new_pictures_come_back_as_slots(cast: Cast, signed_in: SignIn) -> None:
    files = [picture_file("one.png"), picture_file("two.png", colour="blue")]
    response = signed_in(cast.bob).post(address(cast), {"files": files}, headers=HTMX)
    assert response.status_code == 200
    for upload in Upload.objects.all():
        assert f'name="inputs" value="upload:{upload.public_id}"' in response.content.decode()
    assert [upload.person for upload in Upload.objects.all()] == [cast.bob] * 2


def test_one_bad_file_keeps_no_other_out(cast: Cast, signed_in: SignIn) -> None:
    files = [
        picture_file("one.png"),
        SimpleUploadedFile("page.png", b"<html>", content_type="image/png"),
        SimpleUploadedFile("nothing.png", b"", content_type="image/png"),
        SimpleUploadedFile("mountain.jpg", b"\xff" * 30_000_001, content_type="image/jpeg"),
    ]
    response = signed_in(cast.bob).post(address(cast), {"files": files}, headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 422
    assert "page.png is not a PNG, JPEG, WebP or HEIC image." in text
    assert "nothing.png is empty." in text
    assert "mountain.jpg is 30.1 MB. At most 30 MB can be added." in text
    assert Upload.objects.get().name == "one.png"
    assert "upload:" in text


def test_more_than_a_request_holds_are_left_out(cast: Cast, signed_in: SignIn) -> None:
    files = [picture_file(f"{number}.png", colour=f"#0000{number:02x}") for number in range(21)]
    response = signed_in(cast.bob).post(address(cast), {"files": files}, headers=HTMX)
    assert "At most 20 files at once" in response.content.decode()
    assert Upload.objects.count() == 20


def test_a_file_name_is_only_a_name(cast: Cast, signed_in: SignIn) -> None:
    files = [picture_file("<img src=x onerror=alert(1)>.png")]
    response = signed_in(cast.bob).post(address(cast), {"files": files}, headers=HTMX)
    assert "<img src=x" not in response.content.decode()


def test_without_htmx_the_page_has_them_in_the_tray(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.bob).post(address(cast), fields(files=[picture_file()], prompt="A harbour"))
    text = response.content.decode()
    assert response.status_code == 200
    assert f'name="inputs" value="upload:{Upload.objects.get().public_id}"' in text
    assert "A harbour</textarea>" in text
    assert "The last image sets the ratio: image 1, 3:2." in text


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_bring_in(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    response = signed_in(getattr(cast, who)).post(address(cast), {"files": [picture_file()]}, headers=HTMX)
    assert response.status_code == status
    assert not Upload.objects.exists()
    assert signed_in(cast.bob).get(address(cast)).status_code == 405


def test_the_original_is_for_whoever_brought_it_and_others_get_the_copy(cast: Cast, signed_in: SignIn) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(kept, "JPEG", comment=b"a secret")
    bob, alice = signed_in(cast.bob), signed_in(cast.alice)
    bob.post(address(cast), {"files": [SimpleUploadedFile("boat.jpg", kept.getvalue())]}, headers=HTMX)
    upload = Upload.objects.get()
    original, copy = (reverse("upload-file", args=[upload.public_id, each]) for each in ("original", "picture"))
    assert b"a secret" in b"".join(bob.get(original).streaming_content)  # type: ignore[attr-defined]
    assert alice.get(original).status_code == 404
    for client in (bob, alice):
        shown = client.get(copy)
        data = b"".join(shown.streaming_content)  # type: ignore[attr-defined]
        assert shown["Content-Type"] == "image/jpeg"
        assert data[:2] == b"\xff\xd8"
        assert b"a secret" not in data
    Upload.objects.update(copy_key="")  # as it was brought in before there were copies
    assert alice.get(copy).status_code == 404
    shown = bob.get(copy)
    assert shown.status_code == 200
    shown.close()


def test_what_could_not_be_looked_at_may_be_sent_again(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.dismiss()
    monkeypatch.setattr(keeper, "MODULE", "studio.decoder.nowhere")
    response = signed_in(cast.bob).post(address(cast), {"files": [picture_file()]}, headers=HTMX)
    assert response.status_code == 503
    assert "Try again in a minute." in response.content.decode()


@pytest.mark.parametrize("rendition", ["thumbnail", "thumbnail-640", "thumbnail-320", "icon"])
def test_a_picture_comes_in_small_sizes(cast: Cast, signed_in: SignIn, rendition: str) -> None:
    client = signed_in(cast.bob)
    client.post(address(cast), {"files": [picture_file("one.png", width=1200, height=600)]}, headers=HTMX)
    response = client.get(reverse("upload-file", args=[Upload.objects.get().public_id, rendition]))
    shown = Image.open(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert shown.size == (edge := SMALL[rendition], edge // 2)


@pytest.mark.parametrize("rendition", ["thumbnail-640", "thumbnail-320", "icon"])
def test_what_was_stored_before_there_were_so_many_sizes_is_shown_all_the_same(
    cast: Cast, signed_in: SignIn, tmp_path: Path, rendition: str
) -> None:
    client = signed_in(cast.bob)
    client.post(address(cast), {"files": [picture_file("one.png", width=1200, height=600)]}, headers=HTMX)
    for small in tmp_path.rglob("*.webp"):
        if not small.name.endswith("-960.webp"):
            small.unlink()
    response = client.get(reverse("upload-file", args=[Upload.objects.get().public_id, rendition]))
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (960, 480)  # type: ignore[attr-defined]
