"""The media door, closed: who gets no picture, and which spellings of an address are none."""

import io
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from studio.models import Membership, Output
from studio.storage import keys
from studio.storage.uploads import keep_picture
from tests.badinputs.pictures import ACCEPTED, PICTURES, SECRET, BadPicture
from tests.people import Cast
from tests.storage import samples
from tests.views.composing import make_link
from tests.views.picture_door import RENDITIONS, Browser, SignIn, address, body, data, output, signed_in

__all__ = ["data", "output", "signed_in"]  # fixtures


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
