"""Stop waiting: the call goes on and counts, the picture is kept, and nothing is tried again by itself."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from studio.jobs.stop_waiting import stop_waiting
from studio.models import Generation, Status, User
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.composing import HTMX
from tests.views.test_spend import text_of

type SignIn = Callable[[User], Client]


def under_way(cast: Cast) -> Generation:
    generation = make_run(cast.bob, cast.project).generations.get()
    make_attempt(generation)
    Generation.objects.filter(pk=generation.pk).update(status=Status.ANSWERING, sent_at=timezone.now())
    return Generation.objects.get(pk=generation.pk)


def test_the_frame_offers_it_and_says_what_it_means(cast: Cast, signed_in: SignIn) -> None:
    under_way(cast)
    page = signed_in(cast.bob).get(cast.project.get_absolute_url()).content.decode()
    assert "Stop waiting" in page
    assert "it goes on and is charged" in page


def test_it_goes_on_without_its_person(cast: Cast, signed_in: SignIn) -> None:
    generation = under_way(cast)
    bob = signed_in(cast.bob)
    answer = bob.post(f"{generation.get_absolute_url()}waiting/", headers=HTMX)
    assert "goes on without you" in text_of(answer.content)
    page = text_of(bob.get(cast.project.get_absolute_url()).content)
    assert "Nobody waits." in page
    assert "Stop waiting" not in page
    generation.refresh_from_db()
    assert (generation.status, generation.charge) == (Status.ANSWERING, "held")


def test_a_second_time_and_without_script(cast: Cast, signed_in: SignIn) -> None:
    generation = under_way(cast)
    bob = signed_in(cast.bob)
    address = f"{generation.get_absolute_url()}waiting/"
    assert "goes on without you" in text_of(bob.post(address, follow=True).content)
    assert "is not under way any more" in text_of(bob.post(address, follow=True).content)
    assert bob.post(address, headers=HTMX).status_code == 409


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SUCCEEDED, Status.CANCELLED])
def test_there_is_nothing_to_wait_for_before_and_after(cast: Cast, status: Status) -> None:
    generation = under_way(cast)
    Generation.objects.update(status=status)
    assert not stop_waiting(generation, now=timezone.now())


def test_others_may_not(cast: Cast, signed_in: SignIn) -> None:
    address = f"{under_way(cast).get_absolute_url()}waiting/"
    assert signed_in(cast.vera).post(address).status_code == 403
    assert signed_in(cast.charlie).post(address).status_code == 404
    assert signed_in(cast.bob).get(address).status_code == 405
