"""Heavy images of the tray: the choice of a smaller copy, what it changes, and the way back."""

import io
from collections.abc import Callable
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from studio.forms.tray import reference
from studio.models import Input, Output, Run, Upload, User
from studio.provider.catalogue import IMAGE_BYTES_MAX
from studio.storage import objects
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.composing import HTMX, fields, make_link, make_upload

type SignIn = Callable[[User], Client]


@cache
def photograph(size: tuple[int, int], quality: int = 97) -> bytes:
    kept = io.BytesIO()
    Image.effect_noise(size, 15).convert("RGB").save(kept, "JPEG", quality=quality)
    return kept.getvalue()


HEAVY, TOO_BIG = photograph((3_000, 2_000), 92), photograph((4_000, 3_000))


def bring_in(cast: Cast, client: Client, data: bytes, name: str = "mountain.jpg") -> Upload:
    address = reverse("uploads", args=[cast.project.public_id])
    assert client.post(address, {"files": SimpleUploadedFile(name, data)}, headers=HTMX).status_code == 200
    return Upload.objects.get(name=name, made_from_upload=None)


def ask(cast: Cast, client: Client, name: str, *, htmx: bool = True, status: int = 200, **said: object) -> str:
    address = reverse(name, args=[cast.project.public_id])
    response = client.post(address, fields(**said), headers=HTMX if htmx else {})
    assert response.status_code == status
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def make_output(cast: Cast, data: bytes) -> Output:
    attempt = make_attempt(make_run(cast.bob, cast.project).generations.get())
    objects.put_bytes("pictures/ab/made.jpg", data)
    facts = {"mime_type": "image/jpeg", "size_bytes": len(data), "width": 4_000, "height": 3_000, "sha256": "ab" * 32}
    return Output.objects.create(
        generation=attempt.generation,
        attempt=attempt,
        role=Output.Role.PRIMARY,
        position=0,
        key="pictures/ab/made.jpg",
        thumbnail_key="thumbnails/ab/made.webp",
        **facts,
    )


def test_the_samples_are_as_heavy_as_they_should_be() -> None:
    assert 1_500_000 < len(HEAVY) < IMAGE_BYTES_MAX < len(TOO_BIG)


@pytest.mark.parametrize("htmx", [True, False])
def test_what_cannot_be_sent_has_two_ways_out(cast: Cast, signed_in: SignIn, *, htmx: bool) -> None:
    upload = bring_in(cast, signed_in(cast.bob), TOO_BIG)
    text = ask(cast, signed_in(cast.bob), "composition", htmx=htmx, inputs=reference(upload))
    assert "mountain.jpg is " in text
    assert "We can make a smaller copy at the same pixel size." in text
    assert f'name="smaller" value="{reference(upload)}"' in text
    assert f'name="tray" value="remove {reference(upload)}"' in text
    assert text.count("The model takes at most 7 MB per image.") == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_its_smaller_copy_has_the_same_pixels_and_takes_its_place(cast: Cast, signed_in: SignIn, *, htmx: bool) -> None:
    bob = signed_in(cast.bob)
    first, upload = bring_in(cast, bob, photograph((60, 40)), "a.jpg"), bring_in(cast, bob, TOO_BIG)
    inputs = [reference(first), reference(upload)]
    text = ask(cast, bob, "smaller-copies", htmx=htmx, inputs=inputs, smaller=reference(upload))
    smaller = Upload.objects.get(made_from_upload=upload)
    assert (smaller.width, smaller.height) == (4_000, 3_000)
    assert smaller.sent.size_bytes < IMAGE_BYTES_MAX
    assert text.index(f'name="inputs" value="{reference(first)}"') < text.index(f'value="{reference(smaller)}"')
    assert f'name="inputs" value="{reference(upload)}"' not in text
    assert "goes along as a smaller copy" in text
    assert f'value="swap {reference(smaller)} {reference(upload)}"' in text


def test_the_choice_is_taken_back(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    upload = bring_in(cast, bob, HEAVY)
    ask(cast, bob, "smaller-copies", inputs=reference(upload), smaller=reference(upload))
    smaller = Upload.objects.get(made_from_upload=upload)
    text = ask(
        cast, bob, "composition", inputs=reference(smaller), tray=f"swap {reference(smaller)} {reference(upload)}"
    )
    assert f'name="inputs" value="{reference(upload)}"' in text
    assert "A smaller copy arrives sooner and costs the same." in text


def test_a_heavy_image_is_suggested_2048_pixels_and_sent_as_it_is_if_nobody_chooses(
    cast: Cast, signed_in: SignIn
) -> None:
    bob = signed_in(cast.bob)
    upload = bring_in(cast, bob, HEAVY)
    text = ask(cast, bob, "composition", inputs=reference(upload))
    assert "3000 × 2000. A smaller copy arrives sooner and costs the same." in text
    assert "err" not in text.split('id="inputs-error"')[1].split(">")[0].replace("hidden", "")
    ask(cast, bob, "smaller-copies", inputs=reference(upload), smaller=reference(upload))
    assert Upload.objects.get(made_from_upload=upload).width == 2_048
    ask(cast, bob, "runs", inputs=reference(upload), ratio="source")
    assert Input.objects.get().picture == upload


def test_several_heavy_images_are_made_smaller_at_once(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    uploads = [bring_in(cast, bob, HEAVY, "a.jpg"), bring_in(cast, bob, photograph((2_900, 2_000), 92), "b.jpg")]
    inputs = [reference(each) for each in uploads]
    assert "2 images are heavy" in ask(cast, bob, "composition", inputs=inputs)
    text = ask(cast, bob, "smaller-copies", inputs=inputs, smaller=" ".join(inputs))
    assert "2 images go along as smaller copies" in text
    back = text.split('id="whole-all" name="tray" value="')[1].split('"')[0]
    smaller = [reference(each) for each in Upload.objects.exclude(made_from_upload=None)]
    again = ask(cast, bob, "composition", inputs=smaller, tray=back)
    assert all(f'name="inputs" value="{each}"' in again for each in inputs)


def test_a_copy_of_a_copy_is_made_of_the_whole(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    upload = bring_in(cast, bob, TOO_BIG)
    ask(cast, bob, "smaller-copies", inputs=reference(upload), smaller=reference(upload))
    first = Upload.objects.get(made_from_upload=upload)
    ask(cast, bob, "smaller-copies", inputs=reference(first), smaller=reference(first))
    second = Upload.objects.exclude(pk=first.pk).get(made_from_upload=upload)
    assert (second.width, second.height) == (2_048, 1_536)


def test_a_generated_picture_keeps_its_place_in_the_lineage(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    output = make_output(cast, TOO_BIG)
    ask(cast, bob, "smaller-copies", inputs=reference(output), smaller=reference(output))
    smaller = Upload.objects.get(made_from_output=output)
    assert smaller.name == output.name
    ask(cast, bob, "runs", inputs=reference(smaller), ratio="source")
    row = Run.objects.latest("pk").inputs.get()
    assert (row.picture, row.output) == (smaller, output)


def test_smaller_copies_are_nothing_that_was_brought_in(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    upload = bring_in(cast, bob, HEAVY)
    ask(cast, bob, "smaller-copies", inputs=reference(upload), smaller=reference(upload))
    page = bob.get(cast.project.get_absolute_url()).content.decode()
    assert page.count('name="tray" value="add upload:') == 1


def test_what_gains_nothing_is_said_and_the_tray_stays(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    upload = bring_in(cast, bob, photograph((800, 600), 30))
    text = ask(cast, bob, "smaller-copies", inputs=reference(upload), smaller=reference(upload), status=422)
    assert "mountain.jpg cannot be made smaller" in text
    assert f'name="inputs" value="{reference(upload)}"' in text


def test_a_picture_whose_file_is_gone_is_said(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    text = ask(
        cast, signed_in(cast.bob), "smaller-copies", inputs=reference(upload), smaller=reference(upload), status=422
    )
    assert "The file of boat.jpg is missing." in text


def test_an_address_weighs_nothing(cast: Cast, signed_in: SignIn) -> None:
    link = make_link(cast.project, cast.bob, size_bytes=5_000_000)
    text = ask(cast, signed_in(cast.bob), "smaller-copies", inputs=reference(link), smaller=reference(link))
    assert "smaller copy" not in text
    assert not Upload.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_make_them(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    upload = make_upload(cast.project, cast.bob)
    ask(cast, signed_in(getattr(cast, who)), "smaller-copies", smaller=reference(upload), status=status)
    assert signed_in(cast.bob).get(reverse("smaller-copies", args=[cast.project.public_id])).status_code == 405


def test_a_picture_of_another_project_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project.__class__.objects.create(name="Elsewhere"), cast.alice)
    ask(cast, signed_in(cast.bob), "smaller-copies", inputs=reference(upload), smaller=reference(upload))
    assert Upload.objects.count() == 1
