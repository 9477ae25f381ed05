"""What is kept of a card is what would be drawn anew, and a change on its frame is seen at once."""

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from studio.gallery import marks
from studio.models import Generation, Output, User
from studio.provider.outcome import Charge, Outcome
from studio.views import cards
from studio.views.cards import Card
from studio.views.frames import frame_of
from studio.views.wall import Hung
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


def plain(cast: Cast) -> Generation:
    return _made(cast, "A red boat <b>at sea</b>")


def judged(cast: Cast) -> Generation:
    generation = _made(cast, "A red boat")
    marks.star([generation], cast.bob, is_starred=True)
    marks.rate([generation], 4, by=cast.bob)
    marks.pick([generation], is_picked=True, by=cast.bob)
    return generation


def tall_with_another(cast: Cast) -> Generation:
    generation = _made(cast, "船" * 200)
    picture = generation.outputs.get()
    Output.objects.filter(pk=picture.pk).update(width=400, height=1600, colour="#aabbcc")
    picture.pk, picture.public_id, picture.role, picture.position = None, picture.attempt.pk, Output.Role.VARIANT, 1
    picture.save(force_insert=True)
    return generation


def edited(cast: Cast) -> Generation:
    source = plain(cast).outputs.get()
    generation = _made(cast, "The same at night")
    generation.run.inputs.create(position=1, output=source)
    return generation


def reimbursed(cast: Cast) -> Generation:
    generation = plain(cast)
    Generation.objects.filter(pk=generation.pk).update(charge=Charge.REIMBURSED)
    return generation


def _made(cast: Cast, prompt: str) -> Generation:
    generation = make_run(cast.bob, cast.project, prompt=prompt).generations.get()
    end(generation, Outcome.DELIVERED)
    return generation


@pytest.mark.parametrize("make", [plain, judged, tall_with_another, edited, reimbursed])
@pytest.mark.parametrize("is_hung", [True, False])
@pytest.mark.parametrize("can_make", [True, False])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_what_the_template_draws_of_the_frame(
    cast: Cast, make: Callable[[Cast], Generation], is_hung: bool, can_make: bool, language: str
) -> None:
    frame = frame_of(Generation.objects.select_related("run", "person", "project").get(pk=make(cast).pk), cast.bob)
    hung = Hung(frame, cast.project, can_make=can_make, is_eager=True) if is_hung else None
    card = Card.of(frame, cast.project, can_make=can_make, hung=hung)
    context = {"frame": frame, "project": cast.project, "can_make": can_make, "hung": hung}
    assert card
    with override(language):
        drawn = render_to_string("studio/workspace/_frame.html", context)
        assert card.draw() == drawn
        assert frame.number in drawn


def test_what_has_no_picture_has_none(cast: Cast) -> None:
    waiting = make_run(cast.bob, cast.project).generations.get()
    refused = make_run(cast.bob, cast.project).generations.get()
    end(refused, Outcome.REFUSED_TEXT)
    for generation in (waiting, refused):
        frame = frame_of(Generation.objects.get(pk=generation.pk), cast.bob)
        assert Card.of(frame, cast.project, can_make=True, hung=None) is None


@pytest.mark.parametrize("route", ["project", "project-gallery"])
def test_a_page_draws_them_once_and_shows_each_change(cast: Cast, signed_in: SignIn, route: str) -> None:
    generation = plain(cast)
    address = reverse(route, args=[cast.project.public_id])
    bob, vera = signed_in(cast.bob), signed_in(cast.vera)

    def page(client: Client) -> str:
        return client.get(address).content.decode()

    assert 'id="f-1A"' in page(bob)
    before = cards._drawn.cache_info()
    assert 'id="f-1A"' in page(bob)
    after = cards._drawn.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)

    marks.star([generation], cast.bob, is_starred=True)
    assert "Starred by you" in page(bob)
    assert "Starred by you" not in page(vera)
    assert "Edit 1A" in page(bob)
    assert "Edit 1A" not in page(vera)
    Generation.objects.filter(pk=generation.pk).update(charge=Charge.REIMBURSED)
    assert "reimbursed" in page(bob)
    marks.star([generation], cast.bob, is_starred=False)
    assert "Starred by you" not in page(bob)
