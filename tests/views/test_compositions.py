"""The composer after a change: what the model takes and what it costs. Nothing is written."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.forms.tray import reference
from studio.jobs.call import request_of
from studio.models import GatewayKey, Generation, Price, Run, Status, User
from studio.provider.way import GEMINIS_OWN, Mode, Way
from tests.people import Cast
from tests.views.composing import HTMX, fields, make_upload

YESTERDAY = timezone.now() - timedelta(days=1)

type SignIn = Callable[[User], Client]


def recompose(cast: Cast, client: Client, *, htmx: bool = True, **changed: object) -> str:
    address = reverse("composition", args=[cast.project.public_id])
    response = client.post(address, fields(**changed), headers=HTMX if htmx else {})
    assert response.status_code == 200
    return response.content.decode()


def image_only_box(text: str) -> str:
    found = re.search(r'<input[^>]*name="image_only"[^>]*>', text)
    assert found, "no box for an image without words"
    return found[0]


def test_the_parts_that_follow_a_choice_come_back(cast: Cast, signed_in: SignIn) -> None:
    text = recompose(cast, signed_in(cast.bob), model="nb2", size="2K", variations="4")
    for part in ("tray", "model-field", "size-field", "ratio-field", "options", "sum", "go", "changes", "notice"):
        assert f'id="{part}"' in text
    assert "4 × $0.055 = $0.22" in text
    assert 'name="quoted_micros" value="220000"' in text
    assert not Run.objects.exists()


def test_what_somebody_types_into_is_never_sent_back(cast: Cast, signed_in: SignIn) -> None:
    text = recompose(cast, signed_in(cast.bob), system_prompt="Be brief")
    for part in ("<textarea", 'id="variations"', 'id="form-token"', 'type="file"'):
        assert part not in text


def test_a_change_that_had_to_follow_is_said(cast: Cast, signed_in: SignIn) -> None:
    text = recompose(cast, signed_in(cast.bob), model="gen1", size="4K", ratio="16:9")
    assert "Size changed from 4K to 1K: Gen 1 does not make 4K." in text
    assert 'value="16:9" autocomplete="off" checked' in text


def test_the_studio_has_its_own_price(cast: Cast, signed_in: SignIn) -> None:
    Price.objects.create(model_key="pro", amount_micros=100_000, effective_at=timezone.now())
    assert "1 × $0.10 = $0.10" in recompose(cast, signed_in(cast.bob))


def test_a_web_search_names_its_price_and_is_held_three_times(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    assert "$0.014 a search on top, up to 3 of them, so $0.042 is held." in recompose(cast, bob, model="nb2")
    text = recompose(cast, bob, model="nb2", web_search="on", variations="2")
    assert "2 × $0.097 = $0.194" in text  # 0.055 + 3 x 0.014
    assert "at most, held now" in text
    assert 'name="quoted_micros" value="194000"' in text
    address = reverse("runs", args=[cast.project.public_id])
    bob.post(address, fields(model="nb2", web_search="on", variations="2", quoted_micros="194000"), headers=HTMX)
    assert (Run.objects.get().price_micros, Run.objects.get().web_search) == (97_000, True)


def test_where_there_is_no_search_none_is_offered(cast: Cast, signed_in: SignIn) -> None:
    assert "web_search" not in recompose(cast, signed_in(cast.bob), model="lite")


def test_an_image_without_words_is_asked_for_kept_shown_and_reused(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    assert "checked" not in image_only_box(recompose(cast, bob, model="gen1"))
    assert "checked" in image_only_box(recompose(cast, bob, image_only="on"))
    bob.post(reverse("runs", args=[cast.project.public_id]), fields(image_only="on"), headers=HTMX)
    run = Run.objects.get()
    assert run.text_answer is False
    assert request_of(run, GEMINIS_OWN).text_answer is False
    assert request_of(run, Way(mode=Mode.CHAT)).text_answer is True  # which has no word for it, and asks all the same
    Generation.objects.update(status=Status.FAILED, finished_at=timezone.now())
    frame = run.generations.get()
    assert "Words beside the image</dt><dd>Off" in bob.get(frame.get_absolute_url()).content.decode()
    reused = bob.get(cast.project.get_absolute_url(), {"settings": f"{frame.public_id}"})
    assert reused.context["composer"].composition.image_only


def test_a_key_that_cannot_be_told_offers_no_image_without_words(cast: Cast, signed_in: SignIn) -> None:
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)
    text = recompose(cast, signed_in(cast.bob), image_only="on")
    assert 'name="image_only"' not in text
    assert "The model may write words again: the studio’s key for Pro cannot ask without." in text


def test_by_tokens_the_sum_is_the_most_it_can_be(cast: Cast, signed_in: SignIn) -> None:
    Price.objects.create(
        model_key="nb2",
        billing_mode="per_token",
        amount_micros=180_000,
        output_micros=21_600_000,
        effective_at=YESTERDAY,
    )
    bob = signed_in(cast.bob)
    plain = recompose(cast, bob, model="nb2")
    assert "1 × $0.046412 = $0.046412" in plain
    assert "at most, held now" in plain
    assert "1 × $0.063692 = $0.063692" in recompose(cast, bob, model="nb2", thinking_level="high")


def test_the_tray_is_drawn_in_its_new_order(cast: Cast, signed_in: SignIn) -> None:
    first, second = (make_upload(cast.project, cast.bob, name=name) for name in ("one.jpg", "two.jpg"))
    text = recompose(
        cast,
        signed_in(cast.bob),
        inputs=[reference(first), reference(second)],
        tray=f"last {reference(first)}",
        ratio="source",
        had_inputs="2",
    )
    assert text.index("Image 1: two.jpg") < text.index("Image 2: one.jpg")
    assert text.count("Sets ratio") == 1
    assert "The last image sets the ratio: image 2, 3:2." in text


def test_too_many_images_are_said_before_anything_is_sent(cast: Cast, signed_in: SignIn) -> None:
    references = [reference(make_upload(cast.project, cast.bob)) for _ in range(15)]
    text = recompose(cast, signed_in(cast.bob), inputs=references)
    assert "That makes 15 images. The model takes at most 14." in text
    assert "Remove the last" in text


def test_more_than_the_model_is_good_at_is_a_hint(cast: Cast, signed_in: SignIn) -> None:
    references = [reference(make_upload(cast.project, cast.bob)) for _ in range(4)]
    text = recompose(cast, signed_in(cast.bob), inputs=references, model="gen1")
    assert "Gen 1 works best with up to 3 images." in text


def test_what_the_model_does_by_itself_is_no_choice_to_lose(cast: Cast, signed_in: SignIn) -> None:
    assert 'id="thinking-minimal" name="thinking_level" value=""' in recompose(cast, signed_in(cast.bob), model="nb2")
    text = recompose(cast, signed_in(cast.bob), model="pro", thinking_level="")
    assert "Thinking level is gone" not in text


def test_without_htmx_the_whole_page_comes_with_what_was_typed(cast: Cast, signed_in: SignIn) -> None:
    text = recompose(cast, signed_in(cast.bob), htmx=False, prompt="A harbour", model="gen1")
    assert "<!doctype html>" in text
    assert "A harbour</textarea>" in text
    assert "Gen 1 makes 1K images only." in text
    assert 'name="page" value="compose"' in recompose(cast, signed_in(cast.bob), htmx=False, page="compose")


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_compose(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    address = reverse("composition", args=[cast.project.public_id])
    assert signed_in(getattr(cast, who)).post(address, fields(), headers=HTMX).status_code == status
    assert signed_in(cast.bob).get(address).status_code == 405


def test_another_site_cannot_post(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.bob)
    assert client.post(reverse("composition", args=[cast.project.public_id]), fields()).status_code == 403
