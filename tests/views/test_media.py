"""The media door: a picture, whole or in part, under which name, and how it leaves."""

import io
import re
from pathlib import Path

import pytest
from django.http import FileResponse
from django.test import RequestFactory
from pytest_django import Settings

from studio.models import Output
from studio.storage.file_names import content_disposition
from studio.storage.uploads import keep_picture
from studio.views.media import output_file
from tests.people import Cast
from tests.runs import make_run
from tests.storage import samples
from tests.views.picture_door import NAME, RENDITIONS, SignIn, address, body, data, make_output, output, signed_in

__all__ = ["data", "output", "signed_in"]  # fixtures


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
