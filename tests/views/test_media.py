"""The media door: who gets a picture, whole or in part, under which name, and how it leaves."""

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.http import FileResponse, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from studio.models import Generation, Membership, Output, Upload, User
from studio.storage import keys, objects
from studio.storage.file_names import content_disposition
from studio.storage.thumbnails import put_thumbnails
from studio.storage.uploads import keep_picture
from studio.views.media import output_file
from tests.badinputs.pictures import ACCEPTED, PICTURES, SECRET, BadPicture
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.storage import samples
from tests.views.composing import make_link

type SignIn = Callable[[User], Client]

RENDITIONS = ("original", *keys.SMALL)
NAME = "Autumn-catalogue-1A-pro-2K-A-red-boat.png"


@pytest.fixture
def data() -> bytes:
    return samples.picture(size=(1200, 800))


@pytest.fixture
def output(cast: Cast, data: bytes) -> Output:
    """Bob's first picture."""
    return make_output(make_run(cast.bob, cast.project).generations.get(), data)


def make_output(generation: Generation, data: bytes, **facts: Any) -> Output:
    from studio.decoder import examine

    sha256 = hashlib.sha256(data).hexdigest()
    examined = examine(io.BytesIO(data))
    key = keys.picture_key(sha256, examined.facts.mime_type)
    objects.put_bytes(key, data)
    found = {"role": Output.Role.PRIMARY, "position": 0, "mime_type": examined.facts.mime_type} | facts
    return Output.objects.create(
        generation=generation,
        attempt=make_attempt(generation),
        size_bytes=len(data),
        width=examined.facts.width,
        height=examined.facts.height,
        sha256=sha256,
        key=key,
        thumbnail_key=put_thumbnails(sha256, examined.thumbnails),
        **found,
    )


def address(picture: Output | Upload, rendition: str = "original") -> str:
    return reverse(f"{type(picture).__name__.lower()}-file", args=[picture.public_id, rendition])


class Browser(Client):
    """One that reads what it is sent to its end, so that no file stays open."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.streaming:
            response.sent = b"".join(response.streaming_content)
        return response


@pytest.fixture
def signed_in() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Browser()
        client.force_login(user)
        return client

    return sign_in


def body(response: HttpResponse) -> bytes:
    return response.sent if response.streaming else response.content  # type: ignore[attr-defined,no-any-return]


# ── What every picture comes with ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_C44_B172_nothing_on_the_way_may_keep_a_picture(
    cast: Cast, signed_in: SignIn, output: Output, rendition: str
) -> None:
    response = signed_in(cast.vera).get(address(output, rendition))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == ("image/png" if rendition == "original" else "image/webp")
    assert response["Content-Disposition"].startswith("inline; ")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert len(body(response)) == int(response["Content-Length"])


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_a_head_tells_the_same_and_sends_nothing(cast: Cast, signed_in: SignIn, output: Output, rendition: str) -> None:
    bob = signed_in(cast.bob)
    whole, head = bob.get(address(output, rendition)), bob.head(address(output, rendition))
    assert body(head) == b""
    told = ("Content-Type", "Content-Disposition", "Content-Length", "ETag", "Accept-Ranges", "Cache-Control")
    assert [head[name] for name in told] == [whole[name] for name in told]


def test_every_version_of_a_picture_has_a_tag_of_its_own(cast: Cast, signed_in: SignIn, output: Output) -> None:
    bob = signed_in(cast.bob)
    tags = {bob.head(address(output, rendition))["ETag"] for rendition in RENDITIONS}
    assert len(tags) == len(RENDITIONS)
    assert all(re.fullmatch(r'"[0-9a-f]{64}(-\d+)?"', tag) for tag in tags)


def test_a_picture_that_is_not_here_says_so_and_is_not_kept_either(
    cast: Cast, signed_in: SignIn, output: Output, own_storage: Path
) -> None:
    (own_storage / output.key).unlink()
    bob = signed_in(cast.bob)
    for asks in ({}, {"Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "same-origin"}):
        response = bob.get(address(output), headers=asks)
        assert (response.status_code, response["Cache-Control"]) == (404, "private, no-store")
        assert "missing" in response.content.decode()
    assert bob.get(address(output, "thumbnail")).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_picture_is_only_read(cast: Cast, signed_in: SignIn, output: Output, method: str) -> None:
    assert getattr(signed_in(cast.alice), method)(address(output)).status_code == 405


# ── Names ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("project", "plain", "whole"),
    [
        ("Autumn catalogue", "Autumn-catalogue-1A", "Autumn-catalogue-1A"),
        ("秋季目录", "1A", "%E7%A7%8B%E5%AD%A3%E7%9B%AE%E5%BD%95-1A"),
        ('a"; filename="evil.html', "a-filename-evil-html-1A", "a-filename-evil-html-1A"),
        ("a\r\nSet-Cookie: x=1", "a-Set-Cookie-x-1-1A", "a-Set-Cookie-x-1-1A"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe", "gnp-exe-1A", "gnp-exe-1A"),
        ("../../etc/passwd", "etc-passwd-1A", "etc-passwd-1A"),
        ("x" * 80, f"{'x' * 36}-1A", f"{'x' * 36}-1A"),
    ],
)
def test_C26_a_download_has_a_name_that_says_what_it_is_and_does_nothing(
    cast: Cast, signed_in: SignIn, output: Output, project: str, plain: str, whole: str
) -> None:
    """B57, B64, B65, which come in by the name of the project here."""
    cast.project.name = project
    cast.project.save(update_fields=["name"])
    response = signed_in(cast.bob).get(f"{address(output)}?download")
    rest = "-pro-2K-A-red-boat.png"
    expected = f"attachment; filename=\"{plain}{rest}\"; filename*=UTF-8''{whole}{rest}"
    assert response["Content-Disposition"] == expected
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("holiday.JPEG", "Autumn-catalogue-holiday.png"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe", "Autumn-catalogue-gnp.png"),
        ("page.html", "Autumn-catalogue-page.png"),
        ("a\r\nb.png", "Autumn-catalogue-ab.png"),
        ('a";b.png', "Autumn-catalogue-a-b.png"),
        ("...", "Autumn-catalogue-image.png"),
        ("\N{BANANA}.png", "Autumn-catalogue.png"),
        ("con.png", "Autumn-catalogue-con.png"),
    ],
)
def test_C26_an_upload_goes_out_under_the_type_that_its_bytes_have(
    cast: Cast, signed_in: SignIn, name: str, file_name: str
) -> None:
    upload = keep_picture(io.BytesIO(samples.picture()), name=name, project=cast.project, person=cast.bob)
    response = signed_in(cast.bob).get(f"{address(upload)}?download")
    assert response["Content-Disposition"] == f"attachment; filename=\"{file_name}\"; filename*=UTF-8''{file_name}"
    assert response["Content-Type"] == "image/png"


def test_what_a_browser_cannot_show_is_handed_over_as_a_file(cast: Cast, signed_in: SignIn, data: bytes) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    output = make_output(generation, data)
    Output.objects.filter(pk=output.pk).update(mime_type="image/heic")
    assert signed_in(cast.bob).get(address(output))["Content-Disposition"].startswith("attachment; ")


# ── Parts ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-", 0, None), ("bytes=100-199", 100, 200), ("bytes=-10", -10, None), ("bytes=0-0", 0, 1)],
)
def test_a_part_is_sent_and_no_more(
    cast: Cast, signed_in: SignIn, output: Output, data: bytes, asked: str, start: int, stop: int | None
) -> None:
    response = signed_in(cast.bob).get(address(output), headers={"Range": asked})
    part = data[start:stop]
    assert response.status_code == 206
    assert body(response) == part
    assert response["Content-Length"] == str(len(part))
    first = start % len(data)
    assert response["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(data)}"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "image/png"


def test_a_part_behind_the_end_is_none(cast: Cast, signed_in: SignIn, output: Output, data: bytes) -> None:
    response = signed_in(cast.bob).get(address(output), headers={"Range": f"bytes={len(data)}-"})
    assert (response.status_code, response.content) == (416, b"")
    assert response["Content-Range"] == f"bytes */{len(data)}"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "bytes=0-" + ",0-" * 300, "pages=1-2", "bytes=9-1", "nonsense"])
def test_several_parts_or_nonsense_are_answered_with_the_whole(
    cast: Cast, signed_in: SignIn, output: Output, data: bytes, asked: str
) -> None:
    response = signed_in(cast.bob).get(address(output), headers={"Range": asked})
    assert (response.status_code, body(response)) == (200, data)


def test_a_download_goes_on_where_it_stopped_if_the_file_is_the_same(
    cast: Cast, signed_in: SignIn, output: Output, data: bytes
) -> None:
    bob = signed_in(cast.bob)
    tag = bob.head(address(output))["ETag"]
    for if_range, status in ((tag, 206), ('"another"', 200), ("Mon, 23 Nov 2026 12:00:00 GMT", 200), (f"W/{tag}", 200)):
        response = bob.get(address(output), headers={"Range": "bytes=500-", "If-Range": if_range})
        assert (response.status_code, body(response)) == (status, data[500:] if status == 206 else data)


def test_a_head_has_no_parts(cast: Cast, signed_in: SignIn, output: Output, data: bytes) -> None:
    response = signed_in(cast.bob).head(address(output), headers={"Range": "bytes=5-"})
    assert (response.status_code, response["Content-Length"]) == (200, str(len(data)))


# ── Who gets none ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_C44_B173_who_signs_out_sees_no_picture_any_more(
    cast: Cast, signed_in: SignIn, output: Output, rendition: str
) -> None:
    bob = signed_in(cast.bob)
    assert bob.get(address(output, rendition)).status_code == 200
    bob.post(reverse("account_logout"))
    assert bob.get(address(output, rendition)).status_code == 404


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_B173_who_is_removed_sees_no_picture_at_the_next_request(
    cast: Cast, signed_in: SignIn, output: Output, rendition: str
) -> None:
    bob = signed_in(cast.bob)
    assert bob.get(address(output, rendition)).status_code == 200
    Membership.objects.filter(person=cast.bob).delete()
    gone = bob.get(address(output, rendition))
    assert gone.status_code == 404
    assert bob.get(address(output, rendition), headers={"Range": "bytes=0-9"}).status_code == 404
    assert bob.head(address(output, rendition)).status_code == 404


def test_B173_a_closed_account_sees_no_picture(cast: Cast, signed_in: SignIn, output: Output) -> None:
    dana = signed_in(cast.dana)
    assert dana.get(address(output)).status_code == 200
    get_user_model().objects.filter(pk=cast.dana.pk).update(is_active=False)
    assert dana.get(address(output)).status_code == 404


@pytest.mark.parametrize("who", ["charlie", None])
@pytest.mark.parametrize("rendition", RENDITIONS)
def test_B173_another_session_is_told_what_it_is_told_of_nothing(
    cast: Cast, signed_in: SignIn, output: Output, who: str | None, rendition: str
) -> None:
    client = signed_in(getattr(cast, who)) if who else Browser()
    seen = [client.get(reverse("output-file", args=[each, rendition])) for each in (output.public_id, uuid4())]
    assert [response.status_code for response in seen] == [404, 404]
    plain = [re.sub(r"[0-9a-f-]{36}|[0-9A-Za-z]{64}", "", response.content.decode()) for response in seen]
    assert plain[0] == plain[1]


def test_an_original_that_somebody_brought_in_is_theirs_alone(cast: Cast, signed_in: SignIn) -> None:
    upload = keep_picture(io.BytesIO(samples.picture()), name="boat.png", project=cast.project, person=cast.bob)
    for who, status in ((cast.bob, 200), (cast.alice, 404), (cast.dana, 404)):
        assert signed_in(who).get(address(upload)).status_code == status
    assert signed_in(cast.alice).get(address(upload, "thumbnail")).status_code == 200


@pytest.mark.parametrize("bad", [bad for bad in PICTURES if SECRET in bad.data and bad.verdict == ACCEPTED], ids=str)
def test_C27_what_others_may_take_tells_nothing_but_the_picture(cast: Cast, signed_in: SignIn, bad: BadPicture) -> None:
    upload = keep_picture(io.BytesIO(bad.data), name="boat", project=cast.project, person=cast.bob)
    alice = signed_in(cast.alice)
    assert alice.get(address(upload)).status_code == 404
    for rendition in ("picture", *keys.SMALL):
        response = alice.get(address(upload, rendition) + "?download")
        assert response.status_code == 200
        assert SECRET not in body(response)


def test_a_link_has_no_original_here(cast: Cast, signed_in: SignIn) -> None:
    link = make_link(cast.project, cast.bob)
    assert signed_in(cast.bob).get(reverse("link-file", args=[link.public_id, "original"])).status_code == 404


# ── Other spellings, other sites ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.rstrip("/"),
        lambda path: f"{path}/",
        lambda path: f"/{path}",
        lambda path: path.replace("/outputs/", "//outputs/"),
        lambda path: path.replace("/outputs/", "/outputs/../outputs/"),
        lambda path: path.replace("/outputs/", "/uploads/../outputs/"),
        lambda path: path.replace("/outputs/", "/OUTPUTS/"),
        lambda path: path.replace("original", "Original"),
        lambda path: path.replace("original", "original%00"),
        lambda path: path.replace("original", "original.css"),
        lambda path: path.replace("original", "thumbnail-1"),
        lambda path: path.upper(),
        lambda path: f"{path}style.css",
        lambda path: f"{path};.css",
        lambda path: f"{path}%2fstyle.css",
        lambda path: f"{path}?x=.css",
        lambda path: f"{path}?download=1",
        lambda path: f"{path}?download&x=.css",
        lambda path: f"{path}?Download",
    ],
)
def test_B171_a_picture_has_one_address(
    cast: Cast, signed_in: SignIn, output: Output, change: Callable[[str], str]
) -> None:
    assert signed_in(cast.bob).get(change(address(output))).status_code == 404


@pytest.mark.parametrize("spelling", ["/", "%2F", "%2f"])
def test_B171_what_the_server_decodes_was_another_address(
    cast: Cast, signed_in: SignIn, output: Output, spelling: str
) -> None:
    """Gunicorn tells what came over the wire; what stands in the path is decoded by then."""
    path = address(output)
    raw = f"{path.rstrip('/')}{spelling}"
    response = signed_in(cast.bob).get(path, RAW_URI=raw)
    assert response.status_code == (200 if spelling == "/" else 404)
    assert signed_in(cast.bob).get(path, RAW_URI=f"http://testserver{raw}").status_code == response.status_code


@pytest.mark.parametrize(
    ("asks", "status"),
    [
        ({}, 200),  # a program, or an old browser
        ({"Site": "same-origin", "Mode": "no-cors", "Dest": "image"}, 200),
        ({"Site": "same-origin", "Mode": "cors", "Dest": "empty"}, 200),
        ({"Site": "none", "Mode": "navigate", "Dest": "document"}, 200),  # typed, or a bookmark
        ({"Site": "cross-site", "Mode": "navigate", "Dest": "document"}, 200),  # a link in a letter
        ({"Site": "cross-site", "Mode": "no-cors", "Dest": "image"}, 404),
        ({"Site": "cross-site", "Mode": "cors", "Dest": "empty"}, 404),
        ({"Site": "cross-site", "Mode": "navigate", "Dest": "iframe"}, 404),
        ({"Site": "cross-site", "Mode": "no-cors", "Dest": "object"}, 404),
        ({"Site": "same-site", "Mode": "no-cors", "Dest": "image"}, 404),  # a neighbour's subdomain
    ],
)
def test_B175_no_other_site_shows_a_picture_in_its_pages(
    cast: Cast, signed_in: SignIn, output: Output, asks: dict[str, str], status: int
) -> None:
    headers = {f"Sec-Fetch-{name}": value for name, value in asks.items()}
    assert signed_in(cast.bob).get(address(output), headers=headers).status_code == status


# ── By the web server in front ─────────────────────────────────────────────────────────────────────


def test_the_web_server_in_front_is_told_which_file_to_send(
    cast: Cast, signed_in: SignIn, output: Output, settings: Settings, own_storage: Path
) -> None:
    settings.NB_MEDIA_DELIVERY = "accel"
    response = signed_in(cast.bob).get(address(output))
    assert (response.status_code, response.content) == (200, b"")
    assert response["X-Accel-Redirect"] == f"/nb-pictures/{output.key}"
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/png", "private, no-store")
    assert response["Content-Disposition"] == content_disposition(NAME, as_attachment=False)
    for small in own_storage.rglob("*-320.webp"):
        small.unlink()
    assert signed_in(cast.bob).get(address(output, "thumbnail-320"))["X-Accel-Redirect"].endswith("-640.webp")
    (own_storage / output.key).unlink()
    assert signed_in(cast.bob).get(address(output)).status_code == 404
    assert "X-Accel-Redirect" not in signed_in(cast.charlie).get(address(output, "thumbnail"))


def test_a_file_on_disk_is_handed_to_the_server_itself(cast: Cast, output: Output) -> None:
    """Which then has the system send it, and reads none of it."""
    request = RequestFactory().get(address(output))
    request.user = cast.bob
    response = output_file(request, output.public_id, "original")  # type: ignore[arg-type]
    assert isinstance(response, FileResponse)
    assert response.file_to_stream.fileno() > 0  # type: ignore[union-attr]
    response.close()
