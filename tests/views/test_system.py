"""The system page: what an admin reads there, and what they may do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from studio.jobs import belonging
from studio.models import GatewayKey, Generation, Instance, User, Worker
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end
from tests.views.test_spend import text_of

type SignIn = Callable[[User], Client]
ADDRESS = "/admin-review/system/"
ADOPTION = "/admin-review/system/adoption/"


def living(**facts: str) -> Worker:
    now = timezone.now()
    return Worker.objects.create(started_at=now, heartbeat_at=now, spool_name="here", **facts)


def said(cast: Cast, signed_in: SignIn) -> str:
    return text_of(signed_in(cast.dana).get(ADDRESS).content)


def test_only_admins_see_it(cast: Cast, signed_in: SignIn, client: Client) -> None:
    assert signed_in(cast.dana).get(ADDRESS).status_code == 200
    for person in (cast.alice, cast.bob, cast.charlie):
        assert signed_in(person).get(ADDRESS).status_code == 403
        assert signed_in(person).post(ADOPTION).status_code == 403
    assert signed_in(cast.dana).post(ADDRESS).status_code == 405
    assert signed_in(cast.dana).get(ADOPTION).status_code == 405


def test_all_is_well_in_one_sentence(cast: Cast, signed_in: SignIn) -> None:
    living()
    assert "Everything is as it should be" in said(cast, signed_in)


def test_nobody_who_sends_is_the_first_thing_said(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.bob, cast.project, variations=2)
    Generation.objects.update(created_at=timezone.now() - timedelta(minutes=14))
    words = said(cast, signed_in)
    assert "2 pictures wait The first of them since 14 minutes." in words
    assert words.index("Nobody sends") < words.index("2 pictures wait")


def test_what_is_stopped_is_said_with_its_reason(cast: Cast, signed_in: SignIn) -> None:
    living()
    Instance.objects.update_or_create(pk=1, defaults={"paused_reason": "Budget meeting until noon"})
    GatewayKey.objects.create(name="main", stopped_reason="The provider does not know the key")
    words = said(cast, signed_in)
    assert "Sending is stopped Budget meeting until noon" in words
    assert "The key “main” is stopped The provider does not know the key" in words
    assert "Everything is as it should be" not in words


def test_calls_without_an_answer_are_counted(cast: Cast, signed_in: SignIn) -> None:
    living()
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.OUTCOME_UNKNOWN)
    assert "1 call ended without an answer" in said(cast, signed_in)


def test_each_worker_has_its_sentence(cast: Cast, signed_in: SignIn) -> None:
    then = timezone.now() - timedelta(minutes=5)
    living()
    Worker.objects.create(started_at=then, heartbeat_at=then)
    Worker.objects.create(started_at=then, heartbeat_at=then, stopped_at=then)
    words = said(cast, signed_in)
    assert "Sends." in words
    assert "Silent. What it had not sent goes back in line." in words
    assert "Stopped in good order." in words


@pytest.mark.parametrize("reason", [belonging.NEW_HERE, belonging.ANOTHER, belonging.RESTORED, belonging.WENT_BACK])
def test_a_worker_that_refuses_says_why(cast: Cast, signed_in: SignIn, reason: str) -> None:
    living(refusal=reason)
    words = said(cast, signed_in)
    assert "A worker holds back It does not send:" in words
    assert "Nobody sends" not in words  # somebody lives, and says why not
    assert "Everything is as it should be" not in words
    elsewhere = text_of(signed_in(cast.dana).get("/usage/").content)
    assert "A worker holds back" in elsewhere
    assert "A worker holds back" not in text_of(signed_in(cast.bob).get("/usage/").content)


def test_an_admin_may_say_that_this_is_the_studio(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_WORKER = "thread"
    Instance.objects.update_or_create(pk=1, defaults={"restore_epoch": 0})
    belonging.remember()
    Instance.objects.update(restore_epoch=1)
    living(refusal=belonging.RESTORED)
    waiting = make_run(cast.bob, cast.project).generations.get()
    dana = signed_in(cast.dana)
    assert "Is this the studio?" in text_of(dana.get(ADDRESS).content)
    answer = dana.post(ADOPTION, follow=True)
    assert "Sending again. 1 that waited was cancelled." in text_of(answer.content)
    waiting.refresh_from_db()
    assert waiting.status == "cancelled"
    assert belonging.why_not() == ""


def test_a_worker_of_another_machine_is_not_adopted_from_here(
    cast: Cast, signed_in: SignIn, settings: Settings
) -> None:
    settings.NB_WORKER = "procrastinate"
    living(refusal=belonging.NEW_HERE)
    assert "Is this the studio?" not in said(cast, signed_in)


def test_outside_practice_a_backup_is_missed_after_a_day(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_PRACTICE = False
    assert "There is no backup" in said(cast, signed_in)
    yesterday = timezone.now() - timedelta(hours=25)
    Instance.objects.update(backed_up_at=yesterday)
    assert "backup is older" not in said(cast, signed_in)
    Instance.objects.update(backed_up_at=yesterday - timedelta(hours=2))
    assert "The last backup is older than a day" in said(cast, signed_in)
