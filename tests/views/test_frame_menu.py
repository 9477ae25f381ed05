"""The menu of a frame: brought when it is asked for, with what this person may do, and the page itself carries none."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Generation, User
from tests.people import Cast
from tests.views.composing import HTMX
from tests.views.test_generations import delivered

type SignIn = Callable[[User], Client]

ELEMENTS_MAX = 24
BYTES_MAX = 3_000


@pytest.fixture
def frame(cast: Cast) -> Generation:
    return delivered(cast)


def menu(client: Client, frame: Generation, query: str = "") -> str:
    response = client.get(f"{reverse('generation-menu', args=[frame.public_id])}{query}", headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def keys(text: str) -> str:
    return "".join(re.findall(r'data-key="(\w)"', text))


@pytest.mark.parametrize(("who", "pressed"), [("alice", "sp12345r"), ("bob", "sp12345r"), ("vera", "s")])
def test_it_offers_what_a_person_may_do(
    cast: Cast, frame: Generation, signed_in: SignIn, who: str, pressed: str
) -> None:
    text = menu(signed_in(getattr(cast, who)), frame)
    assert keys(text) == pressed
    assert ("Edit this image" in text) is ("Move to trash" in text) is ("Use as input" in text) is (who != "vera")
    assert "Download" in text


def test_whoever_may_not_move_it_is_not_offered_the_trash(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    Generation.objects.filter(pk=frame.pk).update(person=cast.alice)
    text = menu(signed_in(cast.bob), frame)
    assert "Edit this image" in text
    assert "Move to trash" not in text


def test_in_the_gallery_there_is_no_tray_to_put_it_into(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    text = menu(signed_in(cast.bob), frame, "?hung")
    assert "Use as input" not in text
    assert 'name="hung"' in text, "so that its number keeps the name beside it"


def test_without_script_it_is_the_page_of_the_frame(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    response = signed_in(cast.vera).get(reverse("generation-menu", args=[frame.public_id]))
    assert response.headers["Location"] == frame.get_absolute_url()


@pytest.mark.parametrize("page", ["project", "project-gallery"])
def test_a_frame_is_light(cast: Cast, frame: Generation, signed_in: SignIn, page: str) -> None:
    """There are ten thousand of them on a page that somebody goes through to its end."""
    text = signed_in(cast.bob).get(reverse(page, args=[cast.project.public_id])).content.decode()
    one = re.search(r'<li class="frame.*?</li>', text, re.DOTALL)
    assert one
    assert len(re.findall(r"<[a-z]", one[0])) <= ELEMENTS_MAX
    assert len(one[0]) <= BYTES_MAX
    assert "csrfmiddlewaretoken" not in one[0]
