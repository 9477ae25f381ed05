"""Asking again what was declined before: said on the page, and never paid for unawares."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.forms.tray import reference
from studio.models import Generation, Project, Run, User
from studio.provider.outcome import DECLINED_OUTCOMES, Outcome
from studio.question import question_hash
from studio.trash.move import to_trash
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end
from tests.views.composing import HTMX, fields, make_upload

type SignIn = Callable[[User], Client]

PROMPT = "A red boat on a quiet lake"
SENTENCE = "Declined 1 time before: $0.09 for no picture"


def asked(cast: Cast, *ends: Outcome, **facts: object) -> Run:
    """A run of Alice's that asks `PROMPT`, each frame with its end."""
    run = make_run(cast.alice, cast.project, prompt=PROMPT, variations=len(ends), **facts)
    for generation, outcome in zip(run.generations.order_by("variation"), ends, strict=True):
        end(generation, outcome)
    return run


def composed(client: Client, cast: Cast, **changed: object) -> str:
    address = reverse("composition", args=[cast.project.public_id])
    return client.post(address, fields(prompt=PROMPT) | changed, headers=HTMX).content.decode()


def sent(client: Client, cast: Cast, **changed: object) -> tuple[int, str]:
    address = reverse("runs", args=[cast.project.public_id])
    response = client.post(address, fields(prompt=PROMPT) | changed, headers=HTMX)
    return response.status_code, response.content.decode()


@pytest.mark.parametrize("outcome", sorted(DECLINED_OUTCOMES))
def test_the_composer_says_what_it_cost_before(cast: Cast, signed_in: SignIn, outcome: Outcome) -> None:
    run = asked(cast, outcome)
    text = composed(signed_in(cast.bob), cast)
    assert SENTENCE in text
    assert run.generations.get().get_absolute_url() in text


def test_every_refusal_is_counted(cast: Cast, signed_in: SignIn) -> None:
    asked(cast, Outcome.REFUSED_PROMPT, Outcome.REFUSED_OUTPUT, Outcome.DELIVERED)
    assert "Declined 2 times before: $0.18 for no picture" in composed(signed_in(cast.bob), cast)


@pytest.mark.parametrize(
    "ends",
    [[Outcome.DELIVERED], [Outcome.REFUSED_OUTPUT, Outcome.DELIVERED], [Outcome.FAILED_BUSY]],
    ids=["delivered", "as often delivered", "never asked for certain"],
)
def test_what_may_well_succeed_is_not_warned_of(cast: Cast, signed_in: SignIn, ends: list[Outcome]) -> None:
    asked(cast, *ends)
    assert "Declined" not in composed(signed_in(cast.bob), cast)
    assert sent(signed_in(cast.bob), cast)[0] == 200


@pytest.mark.parametrize("outcome", [Outcome.OUTCOME_UNKNOWN, Outcome.DELIVERY_LOST, Outcome.PROVIDER_FAULT])
def test_bad_luck_is_told_and_stops_nobody(cast: Cast, signed_in: SignIn, outcome: Outcome) -> None:
    asked(cast, outcome)
    assert "Asked 1 time before: $0.09 for no picture" in composed(signed_in(cast.bob), cast)
    assert sent(signed_in(cast.bob), cast)[0] == 200


@pytest.mark.parametrize("prompt", ["A blue boat on a quiet lake", ""])
def test_other_words_are_another_question(cast: Cast, signed_in: SignIn, prompt: str) -> None:
    asked(cast, Outcome.REFUSED_PROMPT)
    assert "Declined" not in composed(signed_in(cast.bob), cast, prompt=prompt)


def test_white_space_is_not(cast: Cast, signed_in: SignIn) -> None:
    asked(cast, Outcome.REFUSED_PROMPT)
    assert SENTENCE in composed(signed_in(cast.bob), cast, prompt=f"  {PROMPT.replace(' ', '  ')}\r\n")


def test_another_project_tells_nothing(cast: Cast, signed_in: SignIn) -> None:
    other = Project.objects.create(name="Elsewhere")
    run = make_run(cast.charlie, other, prompt=PROMPT)
    end(run.generations.get(), Outcome.REFUSED_PROMPT)
    assert "Declined" not in composed(signed_in(cast.bob), cast)


def test_the_first_click_is_warned_and_the_second_sends(cast: Cast, signed_in: SignIn) -> None:
    earlier = asked(cast, Outcome.REFUSED_PROMPT)
    bob = signed_in(cast.bob)
    status, text = sent(bob, cast)
    assert (status, Run.objects.count()) == (409, 1)
    for words in (SENTENCE, "Send anyway, $0.09", f"Go to {earlier.number}", "Nothing was held."):
        assert words in text
    assert sent(bob, cast, anyway="1")[0] == 200
    assert Run.objects.count() == 2


def test_who_saw_it_on_the_page_is_not_asked_again(cast: Cast, signed_in: SignIn) -> None:
    asked(cast, Outcome.REFUSED_PROMPT)
    bob = signed_in(cast.bob)
    assert 'name="times_seen" value="1"' in composed(bob, cast)
    assert sent(bob, cast, times_seen="1")[0] == 200


def test_who_saw_fewer_refusals_is(cast: Cast, signed_in: SignIn) -> None:
    asked(cast, Outcome.REFUSED_PROMPT)
    asked(cast, Outcome.REFUSED_PROMPT)
    assert sent(signed_in(cast.bob), cast, times_seen="1")[0] == 409


def test_the_same_bytes_are_the_same_image_whoever_brought_them(cast: Cast) -> None:
    one, two = (
        make_upload(cast.project, person, name=name, sha256="a" * 64)
        for person, name in ((cast.alice, "boat.jpg"), (cast.bob, "copy.jpg"))
    )
    other = make_upload(cast.project, cast.bob, name="other.jpg")
    assert question_hash(PROMPT, "", [one]) == question_hash(PROMPT, "", [two])
    assert question_hash(PROMPT, "", [one]) != question_hash(PROMPT, "", [other])
    assert question_hash(PROMPT, "", [one, other]) != question_hash(PROMPT, "", [other, one])
    assert question_hash(PROMPT, "", []) != question_hash(PROMPT, "Be brief", [])


def test_a_run_keeps_what_it_asked(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    sent(signed_in(cast.bob), cast, inputs=[reference(upload)])
    assert Run.objects.get().question_hash == question_hash(PROMPT, "", [upload])


def test_one_in_the_trash_is_named_and_another_is_shown_instead(cast: Cast, signed_in: SignIn) -> None:
    """What it cost counts all the same: the question is no better for it."""
    first, second = (asked(cast, Outcome.REFUSED_PROMPT).generations.get() for _ in range(2))
    bob = signed_in(cast.bob)
    to_trash(Generation.objects.filter(pk=second.pk), by=cast.alice, now=timezone.now())
    assert f'<a href="{first.get_absolute_url()}">1A</a>' in composed(bob, cast)
    to_trash(Generation.objects.filter(pk=first.pk), by=cast.alice, now=timezone.now())
    text = composed(bob, cast)
    assert "Declined 2 times before: $0.18 for no picture" in text
    assert "The same words with the same images: 2A, which is in the trash." in text
    assert second.get_absolute_url() not in text
    assert "Go to" not in sent(bob, cast)[1]
