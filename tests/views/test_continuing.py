"""Going on with a conversation: the line in the composer, the ways there, and what the frame's page tells of it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from studio.forms.tray import reference
from studio.models import Attempt, GatewayKey, Generation, ModelTurn, Run, User
from studio.provider.outcome import Charge, Outcome
from studio.provider.way import Mode
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.booked import end, end_with_a_turn
from tests.views.composing import HTMX, fields, make_upload

type SignIn = Callable[[User], Client]

OFFER = "Continue the conversation"


@pytest.fixture
def frame(cast: Cast) -> Generation:
    """1A: a picture by Pro of 800 × 1000, whose conversation can go on."""
    return end_with_a_turn(make_run(cast.bob, cast.project, size="1K").generations.get())


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def menu_of(client: Client, frame: Generation) -> str:
    response = client.get(reverse("generation-menu", args=[frame.public_id]), headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def recompose(cast: Cast, client: Client, **changed: object) -> str:
    response = client.post(reverse("composition", args=[cast.project.public_id]), fields(**changed), headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


# ── The ways there ─────────────────────────────────────────────────────────────────────────────────


def test_card_and_page_offer_it_where_it_can_be_sent(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    bob = signed_in(cast.bob)
    vera, offer = signed_in(cast.vera), f"?continue={frame.public_id}"
    assert offer in menu_of(bob, frame)
    assert offer in read(bob, frame.get_absolute_url())
    assert offer not in menu_of(vera, frame)
    assert offer not in read(vera, frame.get_absolute_url())
    ModelTurn.objects.all().delete()
    assert offer not in menu_of(bob, frame)
    assert offer not in read(bob, frame.get_absolute_url())


@pytest.mark.parametrize("mode", [Mode.CHAT, Mode.LINKS])
def test_another_way_offers_no_conversation_anywhere(
    cast: Cast, signed_in: SignIn, frame: Generation, mode: Mode
) -> None:
    GatewayKey.objects.create(name="main", mode=mode)
    bob = signed_in(cast.bob)
    for address in ("", f"?edit={frame.public_id}"):
        assert OFFER not in read(bob, cast.project.get_absolute_url() + address)
    assert OFFER not in menu_of(bob, frame)
    assert OFFER not in read(bob, frame.get_absolute_url())
    text = read(bob, f"{cast.project.get_absolute_url()}?continue={frame.public_id}")
    assert "1A cannot be continued any more: only its picture goes along now." in text
    assert reference(frame.outputs.get()) in text


def test_the_composer_opens_with_the_line_above_the_prompt(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    text = read(signed_in(cast.bob), f"{cast.project.get_absolute_url()}?continue={frame.public_id}")
    for words in (
        "Continues 1A",
        "2 earlier turns go along",
        "Only its picture",
        "Its last picture sets the ratio: 4:5.",
        "1 of 14",
        f'name="continues" value="{frame.public_id}"',
        'name="had_inputs" value="1"',
        'value="source" autocomplete="off" checked',
    ):
        assert words in text, words
    assert "A red boat</textarea>" not in text


def test_editing_offers_the_conversation_in_place_of_its_picture(
    cast: Cast, signed_in: SignIn, frame: Generation
) -> None:
    text = read(signed_in(cast.bob), f"{cast.project.get_absolute_url()}?edit={frame.public_id}")
    assert "Only the picture of 1A goes along" in text
    assert f'value="resume {frame.public_id}"' in text
    assert 'name="continues"' not in text


def test_a_frame_of_elsewhere_cannot_be_continued(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    bob = signed_in(cast.bob)
    assert bob.get(f"{cast.project.get_absolute_url()}?continue={uuid4()}").status_code == 404
    assert (
        signed_in(cast.charlie).get(f"{cast.project.get_absolute_url()}?continue={frame.public_id}").status_code == 404
    )
    vera = read(signed_in(cast.vera), f"{cast.project.get_absolute_url()}?continue={frame.public_id}")
    assert 'name="continues"' not in vera


# ── The composer's answers ─────────────────────────────────────────────────────────────────────────


def test_switching_back_and_forth(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    bob, picture = signed_in(cast.bob), reference(frame.outputs.get())
    text = recompose(cast, bob, continues=str(frame.public_id), conversation="picture", ratio="source")
    assert "The last image sets the ratio: image 1, 4:5." in text
    assert OFFER in text
    text = recompose(cast, bob, conversation=f"resume {frame.public_id}", inputs=[picture], ratio="source")
    assert "Continues 1A" in text
    assert picture not in text
    text = recompose(cast, bob, continues=str(frame.public_id), conversation="drop", ratio="source")
    assert "Continues 1A" not in text


def test_too_many_images_offer_to_leave_what_was_said(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    references = [reference(make_upload(cast.project, cast.bob)) for _ in range(14)]
    text = recompose(cast, signed_in(cast.bob), continues=str(frame.public_id), inputs=references, ratio="source")
    assert "That makes 15 images, 1 of them from the conversation. At most 14 fit." in text
    assert "Use only the picture of 1A" in text


def test_changing_the_model_says_that_the_picture_is_left(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    text = recompose(cast, signed_in(cast.bob), continues=str(frame.public_id), model="lite", ratio="source")
    assert "1A is a conversation with Pro: only its picture goes along now." in text
    assert 'name="continues"' not in text


# ── Sending ────────────────────────────────────────────────────────────────────────────────────────


def send(cast: Cast, client: Client, **changed: object) -> tuple[int, str]:
    response = client.post(reverse("runs", args=[cast.project.public_id]), fields(**changed), headers=HTMX)
    return response.status_code, response.content.decode()


def test_a_run_goes_on_from_its_frame_at_the_price_of_one_call(
    cast: Cast, signed_in: SignIn, frame: Generation
) -> None:
    status, text = send(cast, signed_in(cast.bob), continues=str(frame.public_id), ratio="source")
    assert status == 200
    run = Run.objects.get(number=2)
    assert (run.continues, run.price_micros, run.ratio) == (frame, 90_000, "")
    assert "Continues 1A" in text


def test_what_ended_meanwhile_sends_nothing_and_keeps_the_words(
    cast: Cast, signed_in: SignIn, frame: Generation
) -> None:
    ModelTurn.objects.all().delete()
    address = reverse("runs", args=[cast.project.public_id])
    response = signed_in(cast.bob).post(address, fields(continues=str(frame.public_id), prompt="Now at night"))
    text = response.content.decode()
    assert response.status_code == 422
    assert "1A cannot be continued any more: its turn is not kept" in text
    assert "Now at night</textarea>" in text
    assert reference(frame.outputs.get()) in text
    assert Run.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_continue(cast: Cast, signed_in: SignIn, frame: Generation, who: str, status: int) -> None:
    assert send(cast, signed_in(getattr(cast, who)), continues=str(frame.public_id))[0] == status


def test_the_same_words_without_the_conversation_are_no_second_click(
    cast: Cast, signed_in: SignIn, frame: Generation
) -> None:
    bob = signed_in(cast.bob)
    assert send(cast, bob, continues=str(frame.public_id), ratio="1:1")[0] == 200
    assert send(cast, bob, ratio="1:1")[0] == 200
    assert send(cast, bob, continues=str(frame.public_id), ratio="1:1")[0] == 409


# ── The page of a frame ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def third(cast: Cast, frame: Generation) -> Generation:
    """3A goes on from 2A, which Alice made from 1A."""
    second = end_with_a_turn(
        make_run(cast.alice, cast.project, prompt="Now at night", continues=frame).generations.get()
    )
    return make_run(cast.bob, cast.project, prompt="With a moon", continues=second).generations.get()


def test_the_page_tells_who_asked_what_before(cast: Cast, signed_in: SignIn, third: Generation) -> None:
    end(third, Outcome.DELIVERED)
    text = read(signed_in(cast.vera), third.get_absolute_url())
    for words in ("Earlier turns", "Open 1A", "Open 2A", "A red boat", "Now at night", "Alice", "2A continued"):
        assert words in text, words
    assert text.index("Open 1A") < text.index("Open 2A")
    assert "asked again" not in text


def test_what_was_made_from_a_frame_includes_what_went_on_from_it(
    cast: Cast, signed_in: SignIn, frame: Generation, third: Generation
) -> None:
    assert "2A Alice" in read(signed_in(cast.bob), frame.get_absolute_url())


HISTORY = [{"role": "user"}, {"role": "model"}, {"role": "user"}]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([HISTORY, HISTORY], "asked again without them. Nothing was charged for the refused try."),
        (
            [HISTORY, HISTORY, [{"role": "user"}]],
            "asked again with its last picture only. Nothing was charged for the 2 refused tries.",
        ),
        ([HISTORY, [{"role": "user"}]], "with its last picture only. Nothing was charged for the refused try."),
    ],
)
def test_a_refused_conversation_is_told_of_in_plain_words(
    cast: Cast, signed_in: SignIn, third: Generation, sent: list[object], words: str
) -> None:
    for contents in sent:
        attempt = make_attempt(third)
        Attempt.objects.filter(pk=attempt.pk).update(
            outcome=Outcome.HISTORY_ERROR, request_document={"contents": contents}
        )
    Attempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.DELIVERED)
    assert words in read(signed_in(cast.bob), third.get_absolute_url())


def test_a_conversation_refused_to_the_end_says_so(cast: Cast, signed_in: SignIn, third: Generation) -> None:
    attempt = make_attempt(third)
    Attempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.HISTORY_ERROR, request_document={"contents": HISTORY})
    text = read(signed_in(cast.bob), third.get_absolute_url())
    assert "The provider did not take the conversation. Nothing was charged for the refused try." in text


def test_a_refusal_that_may_have_been_charged_is_not_called_free(
    cast: Cast, signed_in: SignIn, third: Generation
) -> None:
    """`MISSING_THOUGHT_SIGNATURE` comes with a 200."""
    attempt = make_attempt(third)
    Attempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.HISTORY_ERROR, charge=Charge.PRESUMED)
    text = read(signed_in(cast.bob), third.get_absolute_url())
    assert "The provider did not take the conversation." in text
    assert "Nothing was charged" not in text


@pytest.mark.parametrize(
    ("key_name", "document", "way"),
    [
        ("main", {"contents": [{"parts": [{"text": "A boat"}]}]}, "Gemini's own, pictures in the answer"),
        ("main", {"messages": [{"content": "A boat"}]}, "OpenAI-compatible"),
        ("links", {"contents": []}, "links to download"),
    ],
)
def test_admins_see_the_key_the_way_and_the_document_of_every_try(
    cast: Cast, signed_in: SignIn, frame: Generation, key_name: str, document: dict[str, object], way: str
) -> None:
    frame.attempts.update(key_name=key_name, request_document=document)
    text = read(signed_in(cast.dana), frame.get_absolute_url())
    for words in ("<dt>Key</dt>", f"<dd>{key_name}</dd>", way.replace("'", "&#x27;"), next(iter(document))):
        assert words in text, words
    assert "<dt>Key</dt>" not in read(signed_in(cast.bob), frame.get_absolute_url())


def test_a_long_conversation_costs_few_questions_in_feed_and_menu(
    cast: Cast, signed_in: SignIn, frame: Generation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        frame = end_with_a_turn(make_run(cast.bob, cast.project, continues=frame, ratio="").generations.get())
    bob = signed_in(cast.bob)
    read(bob, cast.project.get_absolute_url())
    with django_assert_max_num_queries(36):
        read(bob, cast.project.get_absolute_url())
    with django_assert_max_num_queries(20):
        assert OFFER in menu_of(bob, frame)


# ── The ways of a key ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chat(db: None) -> None:
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)


def test_the_chat_offers_one_size_and_no_other_ratio(cast: Cast, signed_in: SignIn, chat: None) -> None:
    text = read(signed_in(cast.bob), cast.project.get_absolute_url())
    assert "The studio’s key for Pro makes 1K images only." in text
    assert "The studio’s key for Pro takes no ratio: square, or as the last image is." in text
    for gone in ('id="size-2K"', 'id="ratio-16x9"', 'name="thinking_level"', 'id="ratio-source"', "Still life"):
        assert gone not in text, gone
    assert 'id="ratio-1x1"' in text
    assert "The studio’s key for 2 makes 1K" in recompose(cast, signed_in(cast.bob), model="nb2")


def test_with_an_image_the_chat_follows_it_to_any_ratio(cast: Cast, signed_in: SignIn, chat: None) -> None:
    upload = make_upload(cast.project, cast.bob, width=1600, height=900)
    text = recompose(cast, signed_in(cast.bob), inputs=[reference(upload)], had_inputs="0")
    assert "The last image sets the ratio: image 1, 16:9." in text
    assert 'id="ratio-1x1"' not in text
    assert 'id="ratio-source" name="ratio" value="source" autocomplete="off" checked' in text


def test_what_the_chat_cannot_do_again_is_changed_with_a_sentence(
    cast: Cast, signed_in: SignIn, frame: Generation, chat: None
) -> None:
    run = make_run(cast.bob, cast.project, size="4K", ratio="21:9")
    bob = signed_in(cast.bob)
    text = read(bob, f"{cast.project.get_absolute_url()}?reuse={run.generations.get().public_id}")
    assert "Size changed from 4K to 1K: the studio’s key for Pro takes no other." in text
    assert "Aspect ratio changed from 21:9 to 1:1: the studio’s key for Pro takes no other." in text
    text = read(bob, f"{cast.project.get_absolute_url()}?edit={frame.public_id}")
    assert "The last image sets the ratio: image 1, 4:5." in text
    assert "changed from" not in text


def test_the_links_key_leaves_sizes_and_ratios_alone(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_OSS_API_KEY = "sk-oss-test"
    text = read(signed_in(cast.bob), cast.project.get_absolute_url())
    for kept in ('id="size-4K"', 'id="ratio-16x9"', "Still life"):
        assert kept in text, kept
