"""Taking a picture along: its name, and its parameters where they are asked for."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from studio.models import Output, Project, User
from studio.storage import objects
from tests.people import Cast
from tests.storage.samples import picture
from tests.views.test_generations import delivered

type SignIn = Callable[[User], Client]


def made(cast: Cast, data: bytes, mime_type: str = "image/png", **facts: object) -> Output:
    """A delivered picture with bytes behind it."""
    output = delivered(cast, **facts).outputs.get()
    objects.put_bytes(output.key, data)
    output.mime_type = mime_type
    output.save(update_fields=["mime_type"])
    return output


def get(client: Client, output: Output, query: str = "?download") -> tuple[dict[str, str], bytes]:
    response = client.get(reverse("output-file", args=[output.public_id, "original"]) + query)
    assert response.status_code == 200
    return dict(response.headers), b"".join(response.streaming_content)


def test_its_name_says_what_it_is(cast: Cast, signed_in: SignIn) -> None:
    headers, data = get(signed_in(cast.bob), made(cast, picture(), prompt="A harbour, at dawn"))
    name = "Autumn-catalogue-1A-pro-2K-A-harbour-at-dawn.png"
    assert headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert data == picture()


@pytest.mark.parametrize("name", ["\u202egnp.exe", "a\r\nSet-Cookie: x=1", 'x"; filename=evil.exe'])
def test_no_name_of_a_project_gets_into_the_header_as_it_is(cast: Cast, signed_in: SignIn, name: str) -> None:
    output = made(cast, picture(), prompt=name)
    Project.objects.update(name=name)
    header = get(signed_in(cast.bob), output)[0]["Content-Disposition"]
    assert "-1A-pro-2K-" in header
    assert header.endswith(".png")
    assert header.count('"') == 2
    assert not set(header) & {"\r", "\n", "\u202e"}


@pytest.mark.parametrize(("kind", "mime_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_its_parameters_go_along_when_asked_for(cast: Cast, signed_in: SignIn, kind: str, mime_type: str) -> None:
    output = made(cast, picture(kind), mime_type, prompt="A harbour", system_prompt="Be bold", ratio="4:5")
    bob = signed_in(cast.bob)
    headers, data = get(bob, output, "?download=parameters")
    assert int(headers["Content-Length"]) == len(data)
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Cache-Control"] == "private, no-store"
    with Image.open(io.BytesIO(data)) as after, Image.open(io.BytesIO(picture(kind))) as before:
        assert after.tobytes() == before.tobytes()
        xmp = after.info["xmp"].decode()
    address = f"http://testserver{output.generation.get_absolute_url()}"
    for words in ("A harbour", "Be bold", "4:5", "2K, 800 x 1000", "Nano Banana Pro", address, ">1A<"):
        assert words in xmp
    assert "Bob" not in xmp
    assert get(bob, output)[1] == picture(kind), "never by default"


def test_a_file_that_cannot_hold_them_says_so(cast: Cast, signed_in: SignIn) -> None:
    output = made(cast, b"no picture at all")
    response = signed_in(cast.bob).get(
        reverse("output-file", args=[output.public_id, "original"]) + "?download=parameters"
    )
    assert response.status_code == 404
    assert "This file has no place for its parameters." in response.content.decode()


def test_they_are_for_those_who_may_see_the_picture(cast: Cast, signed_in: SignIn) -> None:
    output = made(cast, picture())
    address = reverse("output-file", args=[output.public_id, "original"]) + "?download=parameters"
    assert signed_in(cast.charlie).get(address).status_code == 404
    assert get(signed_in(cast.vera), output, "?download=parameters")[1]
    assert Client().get(address).status_code == 404
