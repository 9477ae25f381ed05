"""Two pictures of a project on one page."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Project, Upload, User
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import make_link, make_upload
from tests.views.test_generations import delivered, read

NOBODYS = "00000000-0000-4000-8000-000000000000"

type SignIn = Callable[[User], Client]


def ask(client: Client, project: Project, a: object, b: object, **more: str) -> tuple[int, str]:
    address = reverse("comparison", args=[project.public_id])
    response = client.get(address, {"a": str(a), "b": str(b)} | more)
    return response.status_code, response.content.decode()


def test_two_frames_by_their_ids(cast: Cast, signed_in: SignIn) -> None:
    first, second = delivered(cast), delivered(cast)
    status, text = ask(signed_in(cast.vera), cast.project, first.public_id, second.public_id)
    assert status == 200
    for words in ("Before, 1A", "After, 2A", 'type="range"', "1A and 2A", "Open 1A"):
        assert words in text
    _, text = ask(signed_in(cast.vera), cast.project, first.public_id, second.public_id, way="side")
    assert 'type="range"' not in text
    assert text.count("data-scroll") == 2


def test_what_was_brought_in_by_its_reference(cast: Cast, signed_in: SignIn) -> None:
    """Everybody sees the working copy. Where there is none yet, others get the thumbnail, for it may tell too much."""
    frame, upload = delivered(cast), make_upload(cast.project, cast.bob, name="sketch.png")
    reference = f"upload:{upload.public_id}"
    copy, small = (reverse("upload-file", args=[upload.public_id, which]) for which in ("picture", "thumbnail"))
    assert copy in ask(signed_in(cast.bob), cast.project, reference, frame.public_id)[1]
    text = ask(signed_in(cast.vera), cast.project, reference, frame.public_id)[1]
    assert copy not in text
    assert small in text
    assert "Before, sketch.png" in text
    Upload.objects.update(copy_key="pictures/copy.png", copy_mime_type="image/png")
    assert copy in ask(signed_in(cast.vera), cast.project, reference, frame.public_id)[1]


@pytest.mark.parametrize("other", ["", "x", "output:x", "link:unseen", NOBODYS, f"output:{NOBODYS}"])
def test_what_is_not_there_is_no_page(cast: Cast, signed_in: SignIn, other: str) -> None:
    frame = delivered(cast)
    if other == "link:unseen":
        other = f"link:{make_link(cast.project, cast.bob, width=0, height=0, thumbnail_key='').public_id}"
    assert ask(signed_in(cast.bob), cast.project, frame.public_id, other)[0] == 404


def test_who_may_look_and_who_may_not(cast: Cast, signed_in: SignIn) -> None:
    first, second = delivered(cast), delivered(cast)
    assert ask(signed_in(cast.charlie), cast.project, first.public_id, second.public_id)[0] == 404
    elsewhere = Project.objects.create(name="Another")
    assert ask(signed_in(cast.dana), elsewhere, first.public_id, second.public_id)[0] == 404
    assert ask(Client(), cast.project, first.public_id, second.public_id)[0] == 302
    address = reverse("comparison", args=[cast.project.public_id])
    assert signed_in(cast.bob).post(address).status_code == 405


def test_a_frame_is_compared_with_anything_it_was_made_from(cast: Cast, signed_in: SignIn) -> None:
    parent = delivered(cast)
    child = delivered(cast)
    upload = make_upload(cast.project, cast.bob, name="sketch.png")
    child.run.inputs.create(position=1, upload=upload)
    child.run.inputs.create(position=2, output=parent.outputs.get())
    bob = signed_in(cast.bob)
    assert "Before, 1A" not in read(bob, child)
    assert "Before, 1A" in read(bob, child, "?compare"), "the last input, if none is named"
    assert "Before, sketch.png" in read(bob, child, f"?compare=upload:{upload.public_id}")
    assert "Before, 1A" in read(bob, child, f"?compare=upload:{uuid4()}")
    assert "Side by side" in read(bob, child, "?compare")
    assert 'type="range"' not in read(bob, child, "?compare&way=side")
    assert "Compare" not in read(bob, parent)
    assert 'type="range"' not in read(bob, parent, "?compare")


def test_what_goes_on_with_a_conversation_is_compared_with_its_picture(cast: Cast, signed_in: SignIn) -> None:
    first = delivered(cast)
    second = make_run(cast.bob, cast.project, continues=first).generations.get()
    third = delivered(cast, continues=first)
    assert "Before, 1A" in read(signed_in(cast.bob), third, "?compare")
    assert "Before, 1A" not in read(signed_in(cast.bob), second, "?compare"), "it has no picture yet"
