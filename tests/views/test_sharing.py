"""A link to one picture: for whoever has it, as long as it lasts, and for nothing else."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from studio.models import Generation, Output, ShareLink, Status, User
from studio.talk.sharing import OPEN_MAX, revoke, share
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.composing import HTMX

type SignIn = Callable[[User], Client]

PNG = b"\x89PNG\r\n\x1a\n of a boat"


@pytest.fixture
def frame(cast: Cast, settings: Settings, tmp_path: Path) -> Generation:
    settings.MEDIA_ROOT = str(tmp_path)
    generation = make_run(cast.bob, cast.project, prompt="A secret boat", held=False).generations.get()
    key = default_storage.save("pictures/boat.png", ContentFile(PNG))
    Output.objects.create(
        generation=generation,
        attempt=make_attempt(generation),
        role=Output.Role.PRIMARY,
        position=0,
        mime_type="image/png",
        size_bytes=len(PNG),
        width=60,
        height=40,
        sha256="0" * 64,
        key=key,
        thumbnail_key=key,
    )
    Generation.objects.update(status=Status.SUCCEEDED, finished_at=timezone.now())
    generation.refresh_from_db()
    return generation


def make(frame: Generation, person: User) -> tuple[ShareLink, str]:
    return share(frame, days=7, person=person, now=timezone.now())


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 200), ("vera", 403), ("charlie", 404)])
def test_makers_share(cast: Cast, signed_in: SignIn, frame: Generation, who: str, status: int) -> None:
    address = reverse("generation-share-links", args=[frame.public_id])
    assert signed_in(getattr(cast, who)).post(address, {"days": "1"}).status_code == status
    assert ShareLink.objects.exists() is (status == 200)


def test_the_address_is_said_once_and_its_token_kept_nowhere(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    bob = signed_in(cast.bob)
    made = bob.post(reverse("generation-share-links", args=[frame.public_id]), {"days": "30"}, headers=HTMX)
    found = re.search(r"http://testserver(/shared/([\w-]{43})/)", made.content.decode())
    assert found
    link = ShareLink.objects.get()
    assert link.token_hash == hashlib.sha256(found[2].encode()).hexdigest()
    assert link.expires_at - link.created_at == timedelta(days=30)
    page = bob.get(frame.get_absolute_url()).content.decode()
    assert found[2] not in page
    assert "Revoke" in page
    assert Client().get(found[1]).status_code == 200


def test_whoever_has_the_link_sees_the_picture_and_nothing_else(cast: Cast, frame: Generation) -> None:
    _link, token = make(frame, cast.bob)
    outside = Client()
    page = outside.get(reverse("shared", args=[token]))
    text = page.content.decode()
    for secret in ("secret boat", "Autumn", "Bob", frame.frame_number, str(frame.public_id), "csrf", "/accounts/"):
        assert secret not in text
    picture = outside.get(reverse("shared-file", args=[token]))
    assert b"".join(picture) == PNG  # type: ignore[arg-type]
    assert "boat" not in picture.headers["Content-Disposition"]
    for answer in (page, picture):
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert not answer.cookies
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert outside.get(reverse("output-file", args=[frame.outputs.get().public_id, "original"])).status_code == 404
    assert outside.post(reverse("shared", args=[token])).status_code == 405


def test_a_link_that_ended_shows_nothing(cast: Cast, frame: Generation) -> None:
    expired, one = make(frame, cast.bob)
    ShareLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoked, two = make(frame, cast.bob)
    revoke(revoked, by=cast.alice, now=timezone.now())
    _lost, three = make(frame, cast.bob)
    for token in (one, two, "x" * 43, expired.token_hash):
        assert Client().get(reverse("shared", args=[token])).status_code == 404
        assert Client().get(reverse("shared-file", args=[token])).status_code == 404
    Output.objects.all().delete()
    assert Client().get(reverse("shared", args=[three])).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("bob", 302), ("alice", 302), ("vera", 403), ("charlie", 404)])
def test_who_made_a_link_and_owners_revoke_it(
    cast: Cast, signed_in: SignIn, frame: Generation, who: str, status: int
) -> None:
    link, token = make(frame, cast.bob)
    address = reverse("share-link-revocation", args=[link.public_id])
    assert signed_in(getattr(cast, who)).post(address).status_code == status
    is_open = Client().get(reverse("shared", args=[token])).status_code == 200
    assert is_open is (status != 302)


def test_a_frame_has_only_so_many_open_links(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    for _number in range(OPEN_MAX):
        make(frame, cast.alice)
    answer = signed_in(cast.bob).post(reverse("generation-share-links", args=[frame.public_id]), headers=HTMX)
    assert answer.status_code == 409
    assert "This frame has 20 open links. Revoke one first." in answer.content.decode()
