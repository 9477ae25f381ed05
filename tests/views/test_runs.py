"""Submit: one click is one run, at the price that was seen."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.forms.tray import reference
from studio.ledger.balance import month_of, month_summary
from studio.models import Generation, Instance, Price, Run, User
from tests.people import Cast, allow
from tests.runs import make_run
from tests.views.composing import HTMX, fields, make_upload, picture_file

type SignIn = Callable[[User], Client]


def address(cast: Cast) -> str:
    return reverse("runs", args=[cast.project.public_id])


def left_micros(person: User) -> int:
    return month_summary(person, month_of(timezone.now())).left_micros


def test_a_click_makes_a_strip_a_fresh_form_and_a_new_budget(cast: Cast, signed_in: SignIn) -> None:
    sent = fields(variations="4", quoted_micros="360000", watch="", newest="0", waiting="0")
    response = signed_in(cast.bob).post(address(cast), sent, headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 200
    assert Run.objects.get().variations == 4
    for words in ('id="run-1"', 'id="f-1D"', "Run 1 queued, $0.36 held", "Cancel run", 'hx-trigger="every 1.4s'):
        assert words in text
    assert "$9.64" in text
    assert 'id="form-token"' in text
    assert sent["form_token"] not in text
    assert "<title>(4) Autumn catalogue" in text
    assert 'name="watch" value="1A.0-1,1B.0-2,1C.0-3,1D.0-4"' in text


def test_without_htmx_it_leads_back_to_the_feed(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    response = bob.post(address(cast), fields())
    assert response.status_code == 302
    assert response["Location"] == cast.project.get_absolute_url()
    assert "Run 1 queued, $0.09 held" in bob.get(response["Location"]).content.decode()


def test_the_run_is_what_the_form_said(cast: Cast, signed_in: SignIn) -> None:
    uploads = [make_upload(cast.project, cast.bob, name=name) for name in ("one", "two")]
    signed_in(cast.bob).post(
        address(cast),
        fields(
            prompt="One\r\ntwo",
            inputs=[reference(upload) for upload in reversed(uploads)],
            model="nb2",
            size="512",
            ratio="source",
            thinking_level="high",
            system_prompt="Be brief",
            quoted_micros="55000",
        ),
        headers=HTMX,
    )
    run = Run.objects.get()
    assert (run.prompt, run.system_prompt, run.model_key) == ("One\ntwo", "Be brief", "nb2")
    assert (run.size, run.ratio, run.thinking_level) == ("512", "", "high")
    assert [row.upload for row in run.inputs.all()] == list(reversed(uploads))


def test_the_page_goes_on_watching_what_it_watched(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.alice, cast.project)
    text = signed_in(cast.bob).post(address(cast), fields(watch="1A.0-1", newest="1"), headers=HTMX).content.decode()
    assert 'name="watch" value="1A.0-1,2A.0-2"' in text
    assert 'name="newest" value="1"' in text


def test_a_form_with_a_mistake_comes_back_with_all_that_was_typed(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    sent = fields(prompt="  ", inputs=[reference(upload)], system_prompt="Be brief")
    response = signed_in(cast.bob).post(address(cast), sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Write a prompt first." in text
    assert 'aria-invalid="true" autofocus' in text
    assert "Be brief</textarea>" in text
    assert reference(upload) in text
    assert str(sent["form_token"]) in text
    assert not Run.objects.exists()


def test_for_htmx_the_mistake_goes_to_its_field(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.bob).post(address(cast), fields(prompt="", size="8K"), headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Nano Banana Pro does not make 8K images." in text
    assert "<textarea" not in text


def test_F70_over_budget_says_what_is_left_and_what_would_fit(cast: Cast, signed_in: SignIn) -> None:
    allow(cast.bob, 410_000)
    sent = fields(variations="8", quoted_micros="720000")
    response = signed_in(cast.bob).post(address(cast), sent, headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 422
    assert "This run costs more than you have left" in text
    assert "8 × $0.09 = $0.72, and you have $0.41 left until" in text
    assert "Make 4 instead, $0.36" in text
    assert not Run.objects.exists()
    response = signed_in(cast.bob).post(address(cast), sent | {"instead": "4-360000"}, headers=HTMX)
    assert response.status_code == 200
    assert Run.objects.get().variations == 4
    assert 'id="variations"' in response.content.decode()
    assert left_micros(cast.bob) == 50_000


def test_with_nothing_left_nothing_is_offered_instead(cast: Cast, signed_in: SignIn) -> None:
    allow(cast.bob, 0)
    text = signed_in(cast.bob).post(address(cast), fields(), headers=HTMX).content.decode()
    assert "you have $0.00 left" in text
    assert "instead" not in text


def test_a_price_that_changed_is_shown_and_not_taken(cast: Cast, signed_in: SignIn) -> None:
    Price.objects.create(model_key="pro", amount_micros=100_000, effective_at=timezone.now())
    response = signed_in(cast.bob).post(address(cast), fields(), headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 409
    assert "The price is now $0.10" in text
    assert "You saw $0.09. Nothing was held." in text
    assert 'name="quoted_micros" value="100000"' in text
    assert not Run.objects.exists()


def test_a_paused_studio_says_why(cast: Cast, signed_in: SignIn) -> None:
    Instance.current()
    Instance.objects.update(paused_reason="We change the key")
    response = signed_in(cast.bob).post(address(cast), fields(), headers=HTMX)
    assert response.status_code == 409
    assert "We change the key. Nothing was held." in response.content.decode()


def test_F65_the_same_form_twice_is_one_run(cast: Cast, signed_in: SignIn) -> None:
    sent = fields()
    bob = signed_in(cast.bob)
    assert [bob.post(address(cast), sent).status_code for _ in range(2)] == [302, 302]
    response = bob.post(address(cast), sent, headers=HTMX)
    assert response.status_code == 409
    assert "It made run 1." in response.content.decode()
    assert Run.objects.count() == 1


def test_a_form_sent_again_with_other_words_asks_first(cast: Cast, signed_in: SignIn) -> None:
    sent = fields()
    bob = signed_in(cast.bob)
    bob.post(address(cast), sent, headers=HTMX)
    response = bob.post(address(cast), sent | {"prompt": "Something else"}, headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Send again, $0.09" in text
    assert "Go to 1" in text
    assert 'id="form-token"' in text  # a fresh one
    assert str(sent["form_token"]) not in text


def test_F65_a_second_click_on_the_fresh_form_asks_first(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    bob.post(address(cast), fields(), headers=HTMX)
    response = bob.post(address(cast), fields(), headers=HTMX)
    assert response.status_code == 409
    assert "You sent the same run 1 second ago" in response.content.decode()
    assert bob.post(address(cast), fields(again="1"), headers=HTMX).status_code == 200
    assert Run.objects.count() == 2


def test_files_that_come_with_the_button_are_put_into_the_tray_first(
    cast: Cast, signed_in: SignIn, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    response = signed_in(cast.bob).post(address(cast), fields(files=[picture_file()]))
    assert response.status_code == 200
    assert "Image 1: boat.png" in response.content.decode()
    assert not Run.objects.exists()


@pytest.mark.parametrize("changed", [{"price_micros": "1"}, {"project": "7"}, {"person": "1"}, {"status": "succeeded"}])
def test_what_the_form_does_not_have_is_ignored(cast: Cast, signed_in: SignIn, changed: dict[str, str]) -> None:
    signed_in(cast.bob).post(address(cast), fields(**changed), headers=HTMX)
    generation = Generation.objects.get()
    assert (generation.price_micros, generation.project, generation.person) == (90_000, cast.project, cast.bob)
    assert generation.status == "queued"


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_submit(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    person = getattr(cast, who)
    assert signed_in(person).post(address(cast), fields(), headers=HTMX).status_code == status
    assert left_micros(person) == 10_000_000
    assert signed_in(cast.bob).put(address(cast)).status_code == 405


def test_older_strips_take_the_place_of_their_link(cast: Cast, signed_in: SignIn) -> None:
    for _ in range(23):
        make_run(cast.bob, cast.project, held=False)
    response = signed_in(cast.vera).get(address(cast), {"before": "14", "watch": "23A.0"}, headers=HTMX)
    text = response.content.decode()
    assert 'hx-swap-oob="beforeend:#strips"' in text
    assert 'id="run-13"' in text
    assert 'id="run-4"' in text
    assert 'id="run-3"' not in text
    assert "?before=4" in text
    assert 'id="f-13A-no"' in text
    assert text.count("autofocus") == 1
    assert 'name="watch" value="23A.0,13A.0-13,' in text


def test_older_strips_without_htmx_are_a_page(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.bob).get(address(cast), {"before": "4"})
    assert response["Location"] == f"{cast.project.get_absolute_url()}?before=4"
    assert signed_in(cast.charlie).get(address(cast)).status_code == 404


@pytest.mark.parametrize("before", ["", "x", "-1", "99999999999999999999", "１"])
def test_a_cursor_that_is_none_is_no_cursor(cast: Cast, signed_in: SignIn, before: str) -> None:
    make_run(cast.bob, cast.project)
    assert 'id="run-1"' in signed_in(cast.bob).get(address(cast), {"before": before}, headers=HTMX).content.decode()


def test_a_token_of_another_person_is_only_a_token(cast: Cast, signed_in: SignIn) -> None:
    token = str(uuid4())
    for person in (cast.alice, cast.bob):
        assert signed_in(person).post(address(cast), fields(form_token=token), headers=HTMX).status_code == 200
    assert Run.objects.count() == 2
