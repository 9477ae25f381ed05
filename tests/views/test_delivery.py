"""Deliver again: the button on a frame whose picture was paid for and did not arrive."""

from collections.abc import Callable

from django.test import Client

from studio.models import Attempt, Generation, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end
from tests.views.test_spend import text_of

type SignIn = Callable[[User], Client]


def lost(cast: Cast) -> Generation:
    generation = make_run(cast.bob, cast.project).generations.get()
    attempt = end(generation, Outcome.DELIVERY_LOST)
    Attempt.objects.filter(pk=attempt.pk).update(reason="download_failed")
    return generation


def ask_again(client: Client, generation: Generation) -> str:
    return text_of(client.post(f"{generation.get_absolute_url()}delivery/", follow=True).content)


def test_a_maker_asks_for_it_and_is_told_that_it_is_free(cast: Cast, signed_in: SignIn) -> None:
    generation = lost(cast)
    bob = signed_in(cast.bob)
    assert "Deliver again, free" in text_of(bob.get(generation.get_absolute_url()).content)
    assert "is being delivered again. It costs nothing." in ask_again(bob, generation)
    generation.refresh_from_db()
    assert generation.status == "saving"
    assert "There is nothing left to deliver." in ask_again(bob, generation)


def test_it_is_not_offered_where_nothing_is_kept(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, Outcome.REFUSED_PROMPT)
    bob = signed_in(cast.bob)
    assert "Deliver again" not in text_of(bob.get(generation.get_absolute_url()).content)
    assert "There is nothing left to deliver." in ask_again(bob, generation)


def test_others_may_not(cast: Cast, signed_in: SignIn) -> None:
    generation = lost(cast)
    address = f"{generation.get_absolute_url()}delivery/"
    assert "Deliver again" not in text_of(signed_in(cast.vera).get(generation.get_absolute_url()).content)
    assert signed_in(cast.vera).post(address).status_code == 403
    assert signed_in(cast.charlie).post(address).status_code == 404
    assert signed_in(cast.bob).get(address).status_code == 405
    generation.refresh_from_db()
    assert generation.status == "refused"
