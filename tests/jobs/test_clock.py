"""Whose clock counts: the database's for leases and heartbeats, the monotonic one for how long something takes."""

import re
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from studio.jobs import clock
from studio.jobs.call import call_of
from studio.jobs.claim import PREPARING, claim
from studio.jobs.crew import Crew
from studio.jobs.mark import mark
from studio.jobs.recover import recover
from studio.jobs.run import run_once
from studio.ledger import audit
from studio.models import Generation, LedgerEntry, Status, Worker
from tests import people
from tests.jobs.asking import ask
from tests.jobs.studio_process import wait_until
from tests.sandbox.process import RunningSandbox

ROOT = Path(__file__).parents[2]
OFF = pytest.mark.parametrize("hours", [1, -1], ids=["an hour ahead", "an hour behind"])


def set_wall_clock(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """This process is wrong about the time from now on. The database is not."""
    right_now, right_time = timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: right_now() + timedelta(hours=hours))
    monkeypatch.setattr(time, "time", lambda: right_time() + hours * 3600)


@pytest.mark.django_db
@OFF
def test_F15_the_database_says_what_time_it_is(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    before = timezone.now()
    set_wall_clock(monkeypatch, hours)
    assert timedelta(milliseconds=-1) <= clock.now() - before < timedelta(minutes=1)


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
@OFF
def test_F15_a_worker_whose_clock_is_wrong_steals_no_lease(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """One call is being prepared by another worker, and one is under way."""
    cast = people.cast()
    prepared, sent = (ask(cast).generations.get() for _ in range(2))
    other = Worker.objects.create(spool_name="elsewhere", started_at=clock.now(), heartbeat_at=clock.now())
    assert claim(prepared.pk, worker_id=other.pk, now=clock.now())
    mine = claim(sent.pk, worker_id=other.pk, now=clock.now())
    assert mine is not None
    mark(mine, call_of(sent), now=clock.now())
    before = list(Generation.objects.order_by("pk").values_list("status", "fence", "worker_id"))

    set_wall_clock(monkeypatch, hours)
    crew = Crew(slots=2)
    thread = threading.Thread(target=crew.work)
    thread.start()
    wait_until(Worker.objects.exclude(pk=other.pk).exists, seconds=10)
    crew.stop()
    thread.join()  # it has looked at the queue, and at what others left
    assert list(Generation.objects.order_by("pk").values_list("status", "fence", "worker_id")) == before
    assert sandbox.requests() == []
    Generation.objects.filter(pk=sent.pk).update(lease_expires_at=clock.now() - PREPARING)
    Worker.objects.filter(pk=other.pk).update(heartbeat_at=clock.now() - timedelta(hours=1))
    assert recover(lock_name="", now=clock.now()) == 2  # for the books: it was never sent, and nobody knows


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
@OFF
def test_F15_a_worker_whose_clock_is_wrong_loses_no_lease(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    generation = ask(people.cast(), "A boat [sandbox:slow=0.5]").generations.get()
    set_wall_clock(monkeypatch, hours)

    def work() -> None:
        run_once(generation.pk)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    sandbox.wait_for_requests(1, ended=False)
    assert recover(lock_name="", now=clock.now()) == 0
    generation.refresh_from_db()
    lease = generation.lease_expires_at
    assert lease is not None
    assert clock.now() < lease < clock.now() + timedelta(minutes=15)  # nor does it hold it for too long
    worker.join()
    generation.refresh_from_db()
    assert generation.status == Status.SUCCEEDED
    assert len(sandbox.requests()) == 1
    assert generation.sent_at is not None
    assert generation.finished_at is not None
    assert generation.created_at - timedelta(minutes=1) < generation.sent_at < generation.finished_at


@pytest.mark.django_db(transaction=True)
def test_F15_a_clock_that_is_set_back_does_not_silence_a_worker(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew = Crew(slots=1)
    thread = threading.Thread(target=crew.work)
    thread.start()
    try:
        wait_until(Worker.objects.exists, seconds=10)
        set_wall_clock(monkeypatch, -1)
        first = Worker.objects.get().heartbeat_at
        wait_until(lambda: Worker.objects.get().heartbeat_at > first, seconds=10)
    finally:
        crew.stop()
        thread.join()


@pytest.mark.django_db
def test_F16_a_database_whose_clock_goes_back_lets_nobody_claim_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = people.cast()
    generation = ask(cast).generations.get()
    assert claim(generation.pk, worker_id=uuid.uuid4(), now=clock.now())
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() - timedelta(minutes=10))
    assert claim(generation.pk, worker_id=uuid.uuid4(), now=clock.now()) is None
    assert recover(lock_name="", now=clock.now()) == 0


@pytest.mark.django_db
def test_F16_the_ledger_goes_by_its_numbers_and_not_by_the_time(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = people.cast()
    generation = ask(cast).generations.get()
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() - timedelta(minutes=10))
    run_once(generation.pk)
    entries = LedgerEntry.objects.filter(account__person=cast.bob).order_by("sequence")
    assert [entry.kind for entry in entries] == ["allowance", "hold", "release", "charge"]
    assert entries[2].recorded_at < entries[1].recorded_at
    assert list(audit.findings()) == []


def test_F15_nothing_in_the_room_of_jobs_reads_the_clock_on_the_wall() -> None:
    """But for a receipt that nobody reads."""
    reads = re.compile(r"timezone\.now\(|datetime\.now\(|time\.time\(")
    found = {path.name for path in (ROOT / "studio/jobs").glob("*.py") if reads.search(path.read_text("utf-8"))}
    assert found == {"announced.py"}
