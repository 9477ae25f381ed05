"""Deliver again: paid, kept and not usable the first time. Nothing is sent, and nothing is charged twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.decoder import NotAPicture
from studio.jobs import store
from studio.jobs.deliver import can_deliver_again, deliver_again
from studio.jobs.recover import recover
from studio.jobs.store import store_pictures
from studio.ledger import audit
from studio.ledger.presumed import settle_presumed
from studio.models import Attempt, Generation, Kind
from tests.jobs.asking import draw
from tests.jobs.test_outcomes import PRESUMED, facts
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


def take_up(generation: Generation) -> Generation:
    recover(lock_name="of the test", now=timezone.now() + timedelta(seconds=1))
    generation.refresh_from_db()
    return generation


def lost_in_the_bucket(cast: Cast, sandbox: RunningSandbox) -> Generation:
    """Made and paid; the bucket answers 404."""
    generation = draw(cast, "A boat [sandbox:oss_missing]")
    assert (generation.status, generation.outcome) == ("refused", "delivery_lost")
    return generation


def test_F64_a_picture_from_a_host_that_an_admin_lists_later_is_fetched_and_not_paid_again(
    cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.NB_OSS_HOSTS = ("another-bucket.example",)
    generation = draw(cast, "A boat [sandbox:oss]")
    assert (generation.status, generation.reason, sandbox.downloads()) == ("refused", "download_failed", [])
    settings.NB_OSS_HOSTS = (sandbox.url,)
    assert deliver_again(generation, now=timezone.now())
    generation.refresh_from_db()
    assert generation.status == "saving"
    generation = take_up(generation)
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PRESUMED)
    assert (len(sandbox.requests()), len(sandbox.downloads())) == (1, 1)


def test_a_picture_that_is_not_there_is_looked_for_and_still_lost(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = lost_in_the_bucket(cast, sandbox)
    looked = len(sandbox.downloads())
    assert deliver_again(generation, now=timezone.now())
    assert facts(take_up(generation)) == ("refused", "delivery_lost", "charged", [], PRESUMED)
    assert len(sandbox.downloads()) > looked
    assert len(sandbox.requests()) == 1


def test_a_damaged_picture_is_looked_at_again_by_whoever_can_read_more(
    cast: Cast, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a new version of the decoder: here the first look knows no picture at all."""

    def reads_nothing(_path: object) -> object:
        raise NotAPicture("unreadable")

    with monkeypatch.context() as patched:
        patched.setattr(store, "examine", reads_nothing)
        generation = draw(cast, "A boat")
    assert (generation.status, generation.outcome) == ("refused", "corrupt_result")
    assert deliver_again(generation, now=timezone.now())
    generation = take_up(generation)
    assert (generation.status, generation.charge) == ("succeeded", "charged")
    assert generation.outputs.count() == 1
    assert generation.entries.filter(kind="charge").count() == 1
    assert len(sandbox.requests()) == 1


@pytest.mark.parametrize("marker", ["", "text_refusal", "finish:IMAGE_SAFETY", "cut", "400", "reset"])
def test_there_is_nothing_to_deliver_where_nothing_is_kept(cast: Cast, sandbox: RunningSandbox, marker: str) -> None:
    generation = draw(cast, f"A boat [sandbox:{marker}]")
    assert not deliver_again(generation, now=timezone.now())
    generation.refresh_from_db()
    assert generation.is_final


def test_after_a_week_the_answer_is_forgotten(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = lost_in_the_bucket(cast, sandbox)
    Attempt.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert not can_deliver_again(generation, generation.attempts.get(), timezone.now())


def test_two_who_ask_at_once_are_one(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = lost_in_the_bucket(cast, sandbox)
    again = Generation.objects.get(pk=generation.pk)
    assert deliver_again(generation, now=timezone.now())
    assert not deliver_again(again, now=timezone.now())


def test_what_an_admin_decides_while_the_picture_is_stored_stands(
    cast: Cast, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store_and_decide(attempt: Attempt, *facts: Any, **more: Any) -> Any:
        charged = attempt.entries.get(kind=Kind.CHARGE)
        settle_presumed(charged, was_charged=False, note="not billed", by=cast.dana, now=timezone.now())
        return store_pictures(attempt, *facts, **more)

    monkeypatch.setattr("studio.jobs.settle.store_pictures", store_and_decide)
    generation = draw(cast, "A boat [sandbox:oss]")
    assert (generation.status, generation.charge) == ("succeeded", "released")
    assert generation.attempts.get().charge == "released"
    assert left(cast.bob) == MONEY_MICROS
    assert list(audit.findings()) == []
