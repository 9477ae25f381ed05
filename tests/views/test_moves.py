"""Frames to another project, over the web: who may, and what others see of it afterwards."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from studio.models import Generation, Input, Membership, Project, Role, User
from tests.people import Cast
from tests.stored import delivered
from tests.views.test_spend import text_of

type SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def winter(cast: Cast) -> Project:
    """Bob makes there, and Charlie, who is a stranger to the first."""
    project = Project.objects.create(name="Winter")
    for person in (cast.bob, cast.charlie):
        Membership.objects.create(project=project, person=person, role=Role.MAKER)
    return project


def address(cast: Cast) -> str:
    return reverse("moves", args=[cast.project.public_id])


def form(to: Project, *frames: Generation) -> dict[str, object]:
    return {"frames": [str(frame.public_id) for frame in frames], "project": str(to.public_id)}


def test_a_maker_of_both_moves_their_own(cast: Cast, signed_in: SignIn, winter: Project) -> None:
    one, _ = delivered(cast.bob, cast.project, variations=2)
    bob = signed_in(cast.bob)
    answer = bob.post(address(cast), form(winter, one), follow=True)
    assert "Run 1 moved to Winter as a whole, with 2 images. What they cost stays here." in text_of(answer.content)
    assert 'id="f-1A"' in bob.get(winter.get_absolute_url()).content.decode()


def test_with_htmx_they_leave_the_page(cast: Cast, signed_in: SignIn, winter: Project) -> None:
    one, _ = delivered(cast.bob, cast.project, variations=2)
    bob = signed_in(cast.bob)
    feed = {**HTMX, "HX-Current-URL": f"http://testserver{cast.project.get_absolute_url()}"}
    html = bob.post(address(cast), form(winter, one), headers=feed).content.decode()
    assert '<article class="strip" id="run-1" hx-swap-oob="true" hidden></article>' in html
    again = bob.post(reverse("moves", args=[winter.public_id]), form(cast.project, one), headers=HTMX)
    assert again.status_code == 200
    assert 'hx-swap-oob="delete:#f-1B"' in again.content.decode()
    assert bob.post(address(cast), form(winter), headers=HTMX).status_code == 409


def test_B143_nobody_moves_out_of_or_into_what_they_may_not(cast: Cast, signed_in: SignIn, winter: Project) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    assert signed_in(cast.charlie).post(address(cast), form(winter, frame)).status_code == 404
    assert signed_in(cast.vera).post(address(cast), form(winter, frame)).status_code == 403
    assert signed_in(cast.alice).post(address(cast), form(winter, frame)).status_code == 404
    Membership.objects.filter(project=winter, person=cast.bob).update(role=Role.VIEWER)
    assert signed_in(cast.bob).post(address(cast), form(winter, frame)).status_code == 403
    assert signed_in(cast.bob).post(address(cast), {"project": str(uuid4())}).status_code == 404
    assert signed_in(cast.bob).post(address(cast), {"project": "x"}).status_code == 400
    assert signed_in(cast.bob).get(address(cast)).status_code == 405
    frame.refresh_from_db()
    assert frame.project == cast.project


def test_B143_what_it_was_made_from_stays_out_of_sight(cast: Cast, signed_in: SignIn, winter: Project) -> None:
    (source,) = delivered(cast.bob, cast.project)
    (frame,) = delivered(cast.bob, cast.project)
    Input.objects.create(run=frame.run, position=1, output=source.outputs.get())
    signed_in(cast.bob).post(address(cast), form(winter, frame))
    charlie = signed_in(cast.charlie)
    html = charlie.get(frame.get_absolute_url()).content.decode()
    assert "from another project" in html
    assert str(source.public_id) not in html
    assert str(source.outputs.get().public_id) not in html
    html = charlie.get(f"{winter.get_absolute_url()}?reuse={frame.public_id}").content.decode()
    assert str(source.outputs.get().public_id) not in html
