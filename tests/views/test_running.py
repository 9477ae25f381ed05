"""The one poll of a page: silent while nothing changes, and exact when something does."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from studio.jobs.cancel import cancel
from studio.models import GatewayKey, Generation, Project, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.booked import end
from tests.views.composing import HTMX

type SignIn = Callable[[User], Client]


def poll(cast: Cast, client: Client, watch: str, *, newest: int = 99, waiting: int = 0) -> tuple[int, str]:
    asked = {"watch": watch, "newest": newest, "waiting": waiting}
    response = client.get(reverse("running", args=[cast.project.public_id]), asked, headers=HTMX)
    return response.status_code, response.content.decode()


def grow(generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(revision=generation.revision + 1)


def test_nothing_new_is_no_content(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.bob, cast.project, variations=2)
    assert poll(cast, signed_in(cast.bob), "1A.0-1,1B.0-2") == (204, "")


def test_only_what_changed_is_sent(cast: Cast, signed_in: SignIn) -> None:
    first, _second = make_run(cast.bob, cast.project, variations=2).generations.all()
    make_attempt(first)
    grow(first)
    status, text = poll(cast, signed_in(cast.bob), "1A.0-1,1B.0-1")
    assert status == 200
    assert 'id="f-1A"' in text
    assert 'id="f-1B"' not in text
    assert "Sending" in text
    assert 'name="watch" value="1B.0-1,1A.1"' in text


def test_a_place_in_line_that_moved_up_is_a_change(cast: Cast, signed_in: SignIn) -> None:
    first, _second = make_run(cast.bob, cast.project, variations=2).generations.all()
    make_attempt(first)
    status, text = poll(cast, signed_in(cast.bob), "1A.0,1B.0-2")
    assert status == 200
    assert "Next in line" in text


def test_an_end_is_said_once_and_watched_no_more(cast: Cast, signed_in: SignIn) -> None:
    one, _other = make_run(cast.bob, cast.project, variations=2).generations.all()
    end(one, Outcome.DELIVERED)
    grow(one)
    bob = signed_in(cast.bob)
    _status, text = poll(cast, bob, "1A.0,1B.0-1")
    assert "1A finished, $0.09 charged." in text
    assert "$0.09 charged, $0.09 held" in text
    assert "1 image, $0.09 charged this month" in text
    assert "<title>(1) Autumn catalogue" in text
    assert 'name="watch" value="1B.0-1"' in text
    assert poll(cast, bob, "1B.0-1")[0] == 204


def test_when_the_last_has_ended_the_page_stops_asking(cast: Cast, signed_in: SignIn) -> None:
    one = make_run(cast.bob, cast.project).generations.get()
    end(one, Outcome.REFUSED_PROMPT)
    grow(one)
    _status, text = poll(cast, signed_in(cast.bob), "1A.0")
    assert "1A refused, $0.09 presumed." in text
    assert "hx-trigger" not in text.partition('id="poller"')[2].partition("</div>")[0]
    assert "<title>Autumn catalogue" in text


def test_what_cost_nothing_says_so(cast: Cast, signed_in: SignIn) -> None:
    one = make_run(cast.bob, cast.project).generations.get()
    assert cancel(one, person=cast.bob, now=timezone.now())
    assert "1A cancelled, nothing was charged." in poll(cast, signed_in(cast.bob), "1A.0-1")[1]


def test_the_notice_of_an_end_is_of_ones_own_pictures_alone(cast: Cast, signed_in: SignIn) -> None:
    one = make_run(cast.bob, cast.project).generations.get()
    end(one, Outcome.DELIVERED)
    grow(one)
    address = reverse("running", args=[cast.project.public_id])
    bobs, alices = (
        signed_in(person).get(address, {"watch": "1A.0", "newest": 99, "waiting": 0}, headers=HTMX)
        for person in (cast.bob, cast.alice)
    )
    assert json.loads(bobs["HX-Trigger-After-Settle"]) == {"finished": "1A finished, $0.09 charged."}
    assert "1A finished" in alices.content.decode()
    assert "HX-Trigger-After-Settle" not in alices


def test_other_peoples_runs_are_told_of_once(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.bob, cast.project)
    make_run(cast.alice, cast.project, held=False)
    make_run(cast.bob, cast.project, held=False)
    bob = signed_in(cast.bob)
    status, text = poll(cast, bob, "1A.0-1", newest=1)
    assert status == 200
    assert "1 new run" in text
    assert 'id="run-2"' not in text
    assert poll(cast, bob, "1A.0-1", newest=1, waiting=1)[0] == 204


def test_a_frame_that_is_gone_is_watched_no_more(cast: Cast, signed_in: SignIn) -> None:
    _status, text = poll(cast, signed_in(cast.bob), "7A.0,8B.1")
    assert 'name="watch" value=""' in text


def test_frames_of_another_project_are_not_there(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.charlie, Project.objects.create(name="Elsewhere"), prompt="A secret")
    _status, text = poll(cast, signed_in(cast.bob), "1A.7")
    assert "A secret" not in text
    assert 'id="f-1A"' not in text


@pytest.mark.parametrize("watch", ["", "x", "1A", "1A.", "1I.0", "999999999999A.0", "1A.0;DROP", "１A.0", "," * 5000])
def test_a_watch_that_makes_no_sense_watches_nothing(cast: Cast, signed_in: SignIn, watch: str) -> None:
    make_run(cast.bob, cast.project)
    assert poll(cast, signed_in(cast.bob), watch)[0] == 204


def test_asking_is_cheap(cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(5):
        make_run(cast.bob, cast.project, variations=8, held=False)
    watch = ",".join(
        f"{run}{letter}.0-{8 * (run - 1) + place}" for run in range(1, 6) for place, letter in enumerate("ABCDEFGH", 1)
    )
    GatewayKey.objects.create(name="main")
    bob = signed_in(cast.bob)
    with django_assert_max_num_queries(8):
        assert poll(cast, bob, watch)[0] == 204


def test_asking_for_what_is_under_way_takes_two_questions(
    cast: Cast, signed_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Who asks, with their session; and all the rest."""
    for generation in make_run(cast.bob, cast.project, variations=3).generations.all():
        make_attempt(generation)
    make_run(cast.alice, cast.project, held=False)
    bob = signed_in(cast.bob)
    with django_assert_num_queries(2):
        assert poll(cast, bob, "1A.0,1B.0,1C.0", newest=1, waiting=1) == (204, "")


@pytest.mark.parametrize(("watch", "waiting"), [("1A.1", 0), ("1A.0,1B.0", 0), ("1A.0,2A.0", 0), ("1A.0", 1)])
def test_whatever_differs_is_told(cast: Cast, signed_in: SignIn, watch: str, waiting: int) -> None:
    make_attempt(make_run(cast.bob, cast.project).generations.get())
    assert poll(cast, signed_in(cast.bob), watch, waiting=waiting)[0] == 200


def test_a_stranger_is_told_nothing_of_what_is_under_way(cast: Cast, signed_in: SignIn) -> None:
    make_attempt(make_run(cast.bob, cast.project).generations.get())
    assert poll(cast, signed_in(cast.charlie), "1A.0")[0] == 404


def test_who_may_look_may_ask(cast: Cast, signed_in: SignIn) -> None:
    one = make_run(cast.bob, cast.project).generations.get()
    grow(one)
    status, text = poll(cast, signed_in(cast.vera), "1A.0-1")
    assert status == 200
    assert "Cancel" not in text
    assert 'id="rest"' not in text
    assert poll(cast, signed_in(cast.charlie), "1A.0-1")[0] == 404
    address = reverse("running", args=[cast.project.public_id])
    assert signed_in(cast.bob).post(address).status_code == 405
    grow(Generation.objects.get())
    assert signed_in(cast.bob).get(address, {"watch": "1A.0-1"})["Location"] == cast.project.get_absolute_url()
