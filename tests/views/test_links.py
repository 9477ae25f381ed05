"""Pictures taken by their address: the dialog "By URL", the tray, and everywhere a link is shown afterwards."""

import io
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from studio.forms.tray import reference
from studio.models import GatewayKey, Input, Link, Run, Upload, User
from studio.provider.way import Mode
from tests.people import Cast
from tests.provider.peer import Peer, answers
from tests.runs import make_run
from tests.views.composing import HTMX, fields, make_link

UNSEEN = {"width": 0, "height": 0, "size_bytes": 0, "thumbnail_key": ""}

type SignIn = Callable[[User], Client]


def png() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def pictures(settings: Settings) -> Iterator[str]:
    """A server of pictures on this machine, as the sandbox is one in practice."""
    with Peer(answers(png(), headers="Content-Type: image/png\r\n")) as peer:
        settings.NB_OSS_HOSTS = (peer.base_url,)
        yield peer.base_url


def address(cast: Cast) -> str:
    return reverse("links", args=[cast.project.public_id])


def test_a_copy_comes_back_as_a_slot(cast: Cast, signed_in: SignIn, pictures: str) -> None:
    response = signed_in(cast.bob).post(address(cast), fields(address=f"{pictures}/boat.png"), headers=HTMX)
    assert (response.status_code, response["HX-Trigger-After-Swap"]) == (200, "recompose")
    upload = Upload.objects.get()
    assert (upload.name, upload.person) == ("boat.png", cast.bob)
    assert f'name="inputs" value="upload:{upload.public_id}"' in response.content.decode()


def test_an_address_comes_back_as_a_slot_without_its_query(cast: Cast, signed_in: SignIn, pictures: str) -> None:
    posted = fields(address=f"{pictures}/boat.png?token=s3cret", address_as="send")
    response = signed_in(cast.bob).post(address(cast), posted, headers=HTMX)
    assert response.status_code == 200
    link = Link.objects.get()
    assert link.url == f"{pictures}/boat.png?token=s3cret"
    text = response.content.decode()
    assert f'name="inputs" value="link:{link.public_id}"' in text
    assert "s3cret" not in text


def test_without_htmx_the_page_has_it_in_the_tray_and_the_dialog_is_closed(
    cast: Cast, signed_in: SignIn, pictures: str
) -> None:
    posted = fields(address=f"{pictures}/boat.png", address_as="send", prompt="A harbour", dialog="by-url")
    response = signed_in(cast.bob).post(address(cast), posted)
    text = response.content.decode()
    assert response.status_code == 200
    assert f'name="inputs" value="{reference(Link.objects.get())}"' in text
    assert "A harbour</textarea>" in text
    assert "The last image sets the ratio: image 1, 3:2." in text
    assert "sent as an address" in text
    assert "<dialog" in text
    assert "open>" not in text.partition("<dialog")[2].partition("\n")[0]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type or paste the address of an image."),
        ("   ", "Type or paste the address of an image."),
        ("a picture of a boat", "This is no web address."),
        ("http://pictures.example/a.png", "Only addresses that begin with https:// are fetched."),
        ("//pictures.example/a.png", "Only addresses that begin with https:// are fetched."),
        ("data:image/png;base64,QUJD", "Only addresses that begin with https:// are fetched."),
        ("javascript:alert(1)", "Only addresses that begin with https:// are fetched."),
        ("https://pictures.example:8443/a.png", "Addresses with a port number are not fetched."),
        ("https://me:secret@pictures.example/", "Addresses with a user name or a password in them are not fetched."),
        ("https://pictures.example/\\a", "This is no web address."),
        ("https://pictures.example/\x00", "This is no web address."),
        ("https://127.0.0.1/", "The studio cannot reach this address."),
        ("https://2130706433/", "The studio cannot reach this address."),
        ("https://[::ffff:169.254.169.254]/", "The studio cannot reach this address."),
        ("https://pictures.example/" + "x" * 8_000, "The address is longer than 4096 characters."),
        ("https://testserver/media/uploads/1/original/", "This address leads to the studio itself."),
        ("http://testserver:8000/media/uploads/1/original/", "This address leads to the studio itself."),
        ("gs://bucket/a.png", "Only the provider can open a gs:// address."),
    ],
)
def test_bad_input_is_a_sentence_at_the_field_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn, typed: str, sentence: str
) -> None:
    client = signed_in(cast.bob)
    quick = client.post(address(cast), fields(address=typed), headers=HTMX)
    assert quick.status_code == 422
    assert "HX-Trigger-After-Swap" not in quick
    assert sentence in quick.content.decode()
    plain = client.post(address(cast), fields(address=typed, prompt="A harbour", dialog="by-url"))
    text = plain.content.decode()
    assert (plain.status_code, sentence in text, "A harbour</textarea>" in text) == (422, True, True)
    assert " open>" in text.partition("<dialog")[2].partition("\n")[0]
    if typed.isprintable() and typed.strip() and len(typed) < 100:
        assert f'value="{typed.replace("&", "&amp;")}"' in text


def test_what_the_server_answers_is_said(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    with Peer(answers(b"", status="403 Forbidden")) as peer:
        settings.NB_OSS_HOSTS = (peer.base_url,)
        response = signed_in(cast.bob).post(address(cast), fields(address=f"{peer.base_url}/a"), headers=HTMX)
    assert "The server answered 403: the image may be private." in response.content.decode()


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_take_pictures(cast: Cast, signed_in: SignIn, pictures: str, who: str, status: int) -> None:
    response = signed_in(getattr(cast, who)).post(address(cast), fields(address=f"{pictures}/a.png"), headers=HTMX)
    assert response.status_code == status
    assert not Upload.objects.exists()
    assert signed_in(cast.bob).get(address(cast)).status_code == 405


def test_a_typed_address_is_taken_in_before_anything_is_paid(cast: Cast, signed_in: SignIn, pictures: str) -> None:
    """Without script, Generate stands below the open dialog."""
    runs = reverse("runs", args=[cast.project.public_id])
    response = signed_in(cast.bob).post(runs, fields(address=f"{pictures}/a.png"))
    assert response.status_code == 200
    assert reference(Upload.objects.get()) in response.content.decode()
    assert not Run.objects.exists()


# ── What a key takes ───────────────────────────────────────────────────────────────────────────────


def test_a_key_that_takes_no_addresses_offers_to_copy_in_alone(cast: Cast, signed_in: SignIn, pictures: str) -> None:
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)
    client = signed_in(cast.bob)
    assert "Send the address" not in client.get(cast.project.get_absolute_url()).content.decode()
    refused = client.post(address(cast), fields(address=f"{pictures}/a.png", address_as="send"), headers=HTMX)
    assert (refused.status_code, "takes no addresses" in refused.content.decode()) == (422, True)
    assert client.post(address(cast), fields(address=f"{pictures}/a.png"), headers=HTMX).status_code == 200


def test_bucket_addresses_are_for_keys_an_admin_switched_on(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.bob)
    posted = fields(address="gs://bucket/boat.webp", address_as="send")
    refused = client.post(address(cast), posted, headers=HTMX)
    assert "takes no gs:// addresses" in refused.content.decode()
    GatewayKey.objects.filter(name="main").update(bucket_addresses=True)
    assert "the gateway does not document them" in client.get(cast.project.get_absolute_url()).content.decode()
    assert client.post(address(cast), posted, headers=HTMX).status_code == 200
    assert Link.objects.get().mime_type == "image/webp"
    nameless = fields(address="gs://bucket/boat", address_as="send")
    assert "Choose its type." in client.post(address(cast), nameless, headers=HTMX).content.decode()
    assert client.post(address(cast), nameless | {"address_type": "image/heic"}, headers=HTMX).status_code == 200


# ── Where a link is shown ──────────────────────────────────────────────────────────────────────────


def recomposed(cast: Cast, client: Client, *links: Link, **changed: object) -> str:
    where = reverse("composition", args=[cast.project.public_id])
    response = client.post(where, fields(inputs=[reference(link) for link in links], **changed), headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_an_address_in_the_tray_is_marked_and_weighs_nothing(cast: Cast, signed_in: SignIn) -> None:
    text = recomposed(cast, signed_in(cast.bob), make_link(cast.project, cast.bob))
    assert "<span>pictures.example</span>" in text
    assert "Image 1: pictures.example/…/boat.jpg, sent as an address. Move or remove" in text
    assert "1 of 14, 0.1 of 100 MB as sent" in text
    assert "image 1, 3:2." in text


def test_an_address_nobody_has_seen_has_a_tile_and_no_format(cast: Cast, signed_in: SignIn) -> None:
    GatewayKey.objects.create(name="main", bucket_addresses=True)
    unseen = make_link(
        cast.project, cast.bob, url="gs://bucket/a.png", width=0, height=0, size_bytes=0, thumbnail_key=""
    )
    text = recomposed(cast, signed_in(cast.bob), unseen)
    assert "The last image sets the ratio: image 1." in text
    assert "slot-blank" in text
    assert "media/links" not in text


def test_a_host_the_provider_may_not_reach_is_a_warning(cast: Cast, signed_in: SignIn) -> None:
    far = make_link(cast.project, cast.bob, url="https://img.pictures.cn/a.png")
    text = recomposed(cast, signed_in(cast.bob), far, make_link(cast.project, cast.bob))
    assert text.count("may be out of the provider's reach") == 1
    assert "img.pictures.cn may be" in text


def test_a_change_to_a_key_that_takes_no_addresses_is_said_at_the_tray(cast: Cast, signed_in: SignIn) -> None:
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)
    text = recomposed(cast, signed_in(cast.bob), make_link(cast.project, cast.bob))
    assert "takes no addresses. Copy pictures.example/…/boat.jpg in instead." in text


def test_a_run_with_an_address_is_queued_and_can_be_reused(cast: Cast, signed_in: SignIn) -> None:
    client, link = signed_in(cast.bob), make_link(cast.project, cast.bob)
    runs = reverse("runs", args=[cast.project.public_id])
    asked = fields(inputs=[reference(link)], ratio="source")
    assert client.post(runs, asked, headers=HTMX).status_code == 200
    run = Run.objects.get()
    assert run.inputs.get().link == link
    # A second form with the same choices, a moment later: a second click.
    assert client.post(runs, asked | fields(inputs=[reference(link)], ratio="source"), headers=HTMX).status_code == 409
    generation = run.generations.get()
    again = client.get(f"{cast.project.get_absolute_url()}?reuse={generation.public_id}").content.decode()
    assert f'name="inputs" value="{reference(link)}"' in again


def test_the_frames_page_shows_where_it_came_from_and_no_more(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, ratio="")
    link = make_link(cast.project, cast.bob, url="https://pictures.example/a.png?token=s3cret")
    unseen = make_link(
        cast.project, cast.bob, url="gs://bucket/b.png", width=0, height=0, size_bytes=0, thumbnail_key=""
    )
    for position, one in enumerate((link, unseen), start=1):
        Input.objects.create(run=run, position=position, link=one)
    text = signed_in(cast.vera).get(run.generations.get().get_absolute_url()).content.decode()
    assert reverse("link-file", args=[link.public_id, "icon"]) in text
    assert "pictures.example" in text
    assert "2 images, by address" in text
    assert "Follow source, 1:1" in text
    assert "s3cret" not in text


def test_the_picker_offers_the_addresses_of_the_project(cast: Cast, signed_in: SignIn) -> None:
    link = make_link(cast.project, cast.alice, url="https://pictures.example/a.png?token=s3cret")
    text = signed_in(cast.bob).get(cast.project.get_absolute_url()).content.decode()
    assert f'data-of="{reference(link)}"' in text
    assert "s3cret" not in text


def test_the_media_door_gives_the_thumbnail_to_members_and_never_the_original(
    cast: Cast, signed_in: SignIn, pictures: str
) -> None:
    signed_in(cast.bob).post(address(cast), fields(address=f"{pictures}/a.png", address_as="send"), headers=HTMX)
    link = Link.objects.get()
    small = reverse("link-file", args=[link.public_id, "thumbnail"])
    shown = signed_in(cast.vera).get(small)
    assert (shown.status_code, shown["Content-Type"], shown["Cache-Control"]) == (
        200,
        "image/webp",
        "private, no-store",
    )
    assert b"WEBP" in b"".join(shown.streaming_content)
    assert signed_in(cast.charlie).get(small).status_code == 404
    assert signed_in(cast.bob).get(small.replace("thumbnail", "original")).status_code == 404
    assert Client().get(small).status_code == 404
    assert signed_in(cast.bob).post(small).status_code == 405


# ── B134: what stands at an address may be another picture tomorrow ────────────────────────────────


@pytest.mark.parametrize("htmx", [True, False])
def test_B134_a_link_of_the_tray_is_copied_in_and_takes_its_place(
    cast: Cast, signed_in: SignIn, pictures: str, *, htmx: bool
) -> None:
    bob = signed_in(cast.bob)
    bob.post(address(cast), fields(address=f"{pictures}/boat.png?token=s3cret", address_as="send"), headers=HTMX)
    link, other = Link.objects.get(), make_link(cast.project, cast.bob)
    asked = fields(inputs=[reference(link), reference(other)], copy=reference(link), prompt="A harbour")
    response = bob.post(reverse("link-copies", args=[cast.project.public_id]), asked, headers=HTMX if htmx else {})
    text, upload = response.content.decode(), Upload.objects.get()
    assert (response.status_code, upload.name) == (200, "boat.png")
    assert text.index(f'name="inputs" value="{reference(upload)}"') < text.index(f'value="{reference(other)}"')
    assert f'name="inputs" value="{reference(link)}"' not in text
    assert f'name="copy" value="{reference(other)}"' in text
    assert "s3cret" not in text


def test_B134_one_that_cannot_be_fetched_stays_in_its_place_with_a_sentence(cast: Cast, signed_in: SignIn) -> None:
    link = make_link(cast.project, cast.bob, url="https://127.0.0.1/gone.png")
    asked = fields(inputs=reference(link), copy=reference(link))
    response = signed_in(cast.bob).post(reverse("link-copies", args=[cast.project.public_id]), asked, headers=HTMX)
    assert response.status_code == 422
    assert "The studio cannot reach this address." in response.content.decode()
    assert f'name="inputs" value="{reference(link)}"' in response.content.decode()
    assert not Upload.objects.exists()
