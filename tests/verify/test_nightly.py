"""Once a day, by one worker of all, whatever their clocks say and whoever of them dies."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.jobs import embedded, nightly
from studio.jobs.identity import worker_id
from studio.models import MonthBalance, Verification, Worker
from studio.verify.checks import CHECKS
from tests.jobs.studio_process import wait_until
from tests.together import together
from tests.verify.sound import Studio, long_ago, stored_path

NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_three(settings: Settings) -> None:
    settings.NB_VERIFY_AT = time(3, 0)


def wanted() -> bool:
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "days"),
    [
        (NIGHT - timedelta(seconds=1), []),
        (NIGHT, [NIGHT.date()]),
        (NIGHT + timedelta(hours=20), [NIGHT.date()]),
    ],
)
def test_it_is_asked_for_once_the_hour_has_come(now: datetime, days: list[object]) -> None:
    nightly.ask_for_today(now)
    nightly.ask_for_today(now)
    assert list(Verification.objects.values_list("day", flat=True)) == days


@pytest.mark.django_db
def test_the_hour_is_that_of_the_studio(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"  # eight hours ahead
    nightly.ask_for_today(NIGHT - timedelta(hours=8))
    assert Verification.objects.get().day == NIGHT.date()


@pytest.mark.django_db
def test_never_is_never(settings: Settings) -> None:
    settings.NB_VERIFY_AT = None
    nightly.ask_for_today(NIGHT)
    assert not Verification.objects.exists()


def test_what_it_found_is_kept(studio: Studio) -> None:
    MonthBalance.objects.filter(account__person=studio.cast.bob).update(balance_micros=1)
    stored_path(studio.output.key).unlink()
    nightly.ask(timezone.now())
    assert nightly.look_through(wanted)
    kept = Verification.objects.get(day=None)
    assert (kept.findings_count, kept.is_grave, kept.checks) == (2, True, len(CHECKS))
    assert [(each["number"], each["kind"]) for each in kept.findings] == [(4, "balance"), (9, "picture-missing")]
    assert kept.finished_at is not None
    assert kept.seconds > 0


def test_all_is_counted_and_the_first_are_kept(studio: Studio, settings: Settings) -> None:
    for number in range(nightly.KEPT + 5):
        folder = settings.NB_SPOOL_DIR / f"stranger-{number}.answer"
        folder.mkdir(parents=True)
        long_ago(folder)
    nightly.ask(timezone.now())
    nightly.look_through(wanted)
    kept = Verification.objects.get(day=None)
    assert (kept.findings_count, len(kept.findings), kept.is_grave) == (nightly.KEPT + 5, nightly.KEPT, False)


def test_nothing_is_done_twice(studio: Studio) -> None:
    nightly.ask(timezone.now())
    while nightly.look_through(wanted):
        pass
    done = Verification.objects.exclude(finished_at=None).count()
    assert not nightly.look_through(wanted)
    assert Verification.objects.count() == done


def test_a_worker_that_is_told_to_stop_leaves_it_to_the_next(studio: Studio) -> None:
    nightly.ask(timezone.now())
    assert not nightly.look_through(lambda: True)
    assert not Verification.objects.exclude(worker_id=None).exists()
    assert nightly.look_through(wanted)


def _begun_by(worker: Worker) -> None:
    now = timezone.now()
    today = timezone.localdate()
    Verification.objects.create(day=today, asked_at=now, worker_id=worker.pk, started_at=now)


def test_what_a_living_worker_has_is_left_alone(studio: Studio, settings: Settings) -> None:
    settings.NB_VERIFY_AT = None
    now = timezone.now()
    _begun_by(Worker.objects.create(started_at=now, heartbeat_at=now))
    assert not nightly.look_through(wanted)


def test_what_a_dead_worker_had_is_taken_up(studio: Studio, settings: Settings) -> None:
    settings.NB_VERIFY_AT = None
    then = timezone.now() - timedelta(minutes=5)
    _begun_by(Worker.objects.create(started_at=then, heartbeat_at=then))
    assert nightly.look_through(wanted)
    assert Verification.objects.get().worker_id == worker_id()


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_gets_it(places: None) -> None:
    """They all ask for the day at the same instant, and all reach for it."""
    now = timezone.now()
    assert together(8, lambda _: nightly.ask_for_today(NIGHT)) == [None] * 8
    Worker.objects.create(pk=worker_id(), started_at=now, heartbeat_at=now)
    asked = Verification.objects.get()
    won = together(8, lambda number: nightly.take(asked, now + timedelta(seconds=number)))
    assert sorted(won) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_the_embedded_worker_looks_by_itself(places: None, settings: Settings) -> None:
    settings.NB_WORKER = "thread"
    settings.NB_VERIFY_AT = time(0, 0)
    embedded.start()
    try:
        wait_until(Verification.objects.exclude(finished_at=None).exists, seconds=30)
    finally:
        embedded.stop()
    assert Verification.objects.get().is_clean
