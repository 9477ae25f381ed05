"""Submits that come faster than anybody clicks: by the form and by the API."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.jobs.pace import RUNS, WINDOW, TooFast, check_pace
from studio.models import Run, User
from tests.api.calling import caller, kind_of
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import HTMX, fields

type SignIn = Callable[[User], Client]


@pytest.fixture
def runaway(cast: Cast) -> Run:
    """The last of as many runs of Bob's as a minute has room for; the first is ten seconds older."""
    runs = [make_run(cast.bob, cast.project, held=False) for _ in range(RUNS)]
    Run.objects.filter(pk=runs[0].pk).update(created_at=runs[0].created_at - timedelta(seconds=10))
    return runs[-1]


def test_C06_a_script_that_runs_away_is_told_when_to_go_on(cast: Cast, signed_in: SignIn, runaway: Run) -> None:
    response = signed_in(cast.bob).post(reverse("runs", args=[cast.project.public_id]), fields(), headers=HTMX)
    assert response.status_code == HTTPStatus.CONFLICT
    text = response.content.decode()
    assert "You have begun 120 runs within a minute" in text
    assert "Nothing was held." in text
    assert Run.objects.count() == RUNS
    # Which is nobody else's fault.
    others = signed_in(cast.alice).post(reverse("runs", args=[cast.project.public_id]), fields(), headers=HTMX)
    assert others.status_code == HTTPStatus.OK


def test_C06_a_program_is_told_as_well(cast: Cast, runaway: Run) -> None:
    refused = caller(cast.bob).post(
        f"/api/v1/projects/{cast.project.public_id}/runs",
        {"prompt": "A red boat", "model": "pro", "size": "1K"},
        content_type="application/json",
        headers={"Idempotency-Key": "nightly-1"},
    )
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests")
    assert 1 <= int(refused["Retry-After"]) <= 50
    assert refused.json()["detail"].endswith("Nothing was held.")
    assert Run.objects.count() == RUNS


def test_there_is_room_for_one_more_when_the_first_is_a_minute_old(cast: Cast, runaway: Run) -> None:
    now = timezone.now()
    with pytest.raises(TooFast) as refusal:
        check_pace(cast.bob, uuid4(), now=now)
    assert refusal.value.seconds <= 50
    check_pace(cast.bob, uuid4(), now=now + timedelta(seconds=refusal.value.seconds))
    check_pace(cast.bob, uuid4(), now=now + WINDOW)


def test_a_form_that_made_one_of_them_is_no_further_run(cast: Cast, runaway: Run) -> None:
    check_pace(cast.bob, runaway.form_token, now=timezone.now())
