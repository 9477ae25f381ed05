"""What tests of the media door share: a stored picture, its addresses, and people who read what they are sent."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from studio.decoder import examine
from studio.models import Generation, Output, Upload, User
from studio.storage import keys, objects
from studio.storage.thumbnails import put_thumbnails
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.storage import samples

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
