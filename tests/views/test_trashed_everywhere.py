"""What lies in the trash is nowhere else: not in the gallery, not in talk, not outside, not in the prompt library."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from studio.gallery.marks import star
from studio.library.figures import figures_of, made_with
from studio.models import Generation, PromptReference, Run, Star, User
from studio.talk.comments import say
from studio.talk.sharing import share
from studio.trash.move import bring_back, to_trash
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.stored import delivered
from tests.views.composing import HTMX

type SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def frame(cast: Cast) -> Generation:
    (made,) = delivered(cast.bob, cast.project, prompt="A boat")
    return made


def trash(frame: Generation, *, by: User) -> None:
    assert to_trash(Generation.objects.filter(pk=frame.pk), by=by, now=timezone.now()).frames == [frame]


def restore(frame: Generation, *, by: User) -> None:
    assert bring_back(Generation.objects.filter(pk=frame.pk), by=by) == [frame]


def answers(addresses: list[str]) -> list[int]:
    """To somebody outside, read to their end."""
    found: list[int] = []
    for address in addresses:
        answer = Client().get(address)
        assert b"".join(answer)  # type: ignore[arg-type]
        found.append(answer.status_code)
    return found


def test_a_share_link_shows_nothing_until_it_is_back(cast: Cast, frame: Generation) -> None:
    _link, token = share(frame, days=7, person=cast.bob, now=timezone.now())
    addresses = [reverse("shared", args=[token]), reverse("shared-file", args=[token])]
    assert answers(addresses) == [200, 200]
    trash(frame, by=cast.bob)
    assert answers(addresses) == [404, 404]
    restore(frame, by=cast.bob)
    assert answers(addresses) == [200, 200]


def test_nobody_talks_about_it(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    said = say(frame, "Lovely boat", person=cast.bob, now=timezone.now())
    trash(frame, by=cast.bob)
    bob = signed_in(cast.bob)
    posts = {
        reverse("generation-comments", args=[frame.public_id]): {"text": "More"},
        reverse("comment", args=[said.public_id]): {"text": "Less"},
        reverse("comment-removal", args=[said.public_id]): {},
        reverse("generation-verdict", args=[frame.public_id]): {"verdict": "approved"},
        reverse("generation-share-links", args=[frame.public_id]): {"days": "1"},
        reverse("generation-marks", args=[frame.public_id]): {"star": "on"},
    }
    assert [bob.post(address, fields).status_code for address, fields in posts.items()] == [404] * len(posts)
    assert not Star.objects.exists()
    page = bob.get(frame.get_absolute_url()).content.decode()
    assert "Lovely boat" not in page
    assert reverse("generation-comments", args=[frame.public_id]) not in page
    restore(frame, by=cast.bob)
    assert "Lovely boat" in bob.get(frame.get_absolute_url()).content.decode()


def test_the_gallery_does_not_have_it_however_it_is_asked(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    star([frame], cast.bob, is_starred=True)
    trash(frame, by=cast.bob)
    bob = signed_in(cast.bob)
    for gallery in (reverse("gallery"), reverse("project-gallery", args=[cast.project.public_id])):
        for query in ("", "?q=boat", "?starred=on", f"?q={frame.frame_number}"):
            html = bob.get(gallery + query).content.decode()
            assert frame.get_absolute_url() not in html, gallery + query
    fields = {"do": "star", "frames": [str(frame.public_id)]}
    assert "Choose an image first." in bob.post(reverse("gallery-selection"), fields, headers=HTMX).content.decode()


def test_a_prompt_shows_what_was_made_with_it_without_it_and_counts_its_money(cast: Cast, frame: Generation) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    Run.objects.filter(pk=frame.run_id).update(prompt_version=prompt.current)
    before = figures_of(prompt)
    trash(frame, by=cast.bob)
    assert list(made_with(prompt, 9)) == []
    assert figures_of(prompt) == before
    restore(frame, by=cast.bob)
    assert len(made_with(prompt, 9)) == 1


def test_a_prompt_goes_without_the_reference_until_it_is_back(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    assert prompt.current
    output = frame.outputs.get()
    PromptReference.objects.create(version=prompt.current, position=1, output=output)
    page = prompt.get_absolute_url()
    composer = f"{cast.project.get_absolute_url()}?library={prompt.current.public_id}"
    bob = signed_in(cast.bob)
    shown = str(output.public_id)
    assert shown in bob.get(page).content.decode()
    trash(frame, by=cast.bob)
    assert shown not in bob.get(page).content.decode()
    assert shown not in bob.get(composer).content.decode()
    restore(frame, by=cast.bob)
    assert shown in bob.get(page).content.decode()


def test_no_prompt_is_saved_from_it(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    address = f"{reverse('prompt-new', args=[cast.project.public_id])}?frame={frame.public_id}"
    bob = signed_in(cast.bob)
    assert bob.get(address).status_code == 200
    trash(frame, by=cast.bob)
    assert bob.get(address).status_code == 404
