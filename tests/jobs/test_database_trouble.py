"""The database under fifty writers, in a deadlock, on a full disk: nothing is lost, and no call goes out twice."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from studio.jobs.cancel import cancel
from studio.jobs.crew import Crew
from studio.jobs.run import run_once
from studio.ledger import audit
from studio.models import Account, Generation, Kind, LedgerEntry, Status
from tests import database, people
from tests.jobs.asking import ask
from tests.jobs.studio_process import wait_until
from tests.jobs.test_outcomes import PAID, facts
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.sandbox.process import RunningSandbox
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


@pytest.fixture
def team(transactional_db: None) -> Cast:
    return people.cast()


def test_F21_of_50_writers_at_once_nobody_hears_of_a_lock(team: Cast) -> None:
    """Each of them asks for a picture and takes it back; all of it is the same account's."""

    def write(number: int) -> bool:
        generation = ask(team, f"Boat {number}").generations.get()
        return cancel(generation, person=team.bob, now=timezone.now())

    assert Counter(together(50, write)) == {True: 50}
    assert Generation.objects.filter(status=Status.CANCELLED).count() == 50
    assert left(team.bob) == MONEY_MICROS
    assert list(audit.findings()) == []


@pytest.mark.pg
def test_F22_a_deadlock_repeats_the_transaction_and_never_the_call(
    team: Cast, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody's hand in the database locks the account first and the generation second: the other way round."""
    generation = ask(team, "A boat [sandbox:slow=0.3]").generations.get()

    def work() -> None:
        run_once(generation.pk)
        connections.close_all()

    worker = threading.Thread(target=work)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '60s'")  # so that it is the worker who is told
        worker.start()
        sandbox.wait_for_requests(1, ended=False)
        wait_until(lambda: Generation.objects.filter(status=Status.ANSWERING).exists(), seconds=10)
        Account.objects.select_for_update().get(person=team.bob)
        wait_until(waits_for_a_lock, seconds=10)
        Generation.objects.select_for_update().get(pk=generation.pk)
    worker.join(20)
    assert "deadlock detected" in caplog.text
    generation.refresh_from_db()
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert len(sandbox.requests()) == 1


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.sqlite
def test_F23_on_a_full_disk_nothing_is_claimed_and_a_paid_answer_waits_for_room(
    team: Cast, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    crew = Crew(slots=2)
    worker = threading.Thread(target=crew.work)
    under_way = ask(team, "A boat [sandbox:slow=0.5]").generations.get()
    worker.start()
    try:
        wait_until(lambda: Generation.objects.filter(status=Status.ANSWERING).exists(), seconds=10)
        waiting = ask(team, "A bridge").generations.get()
        Generation.objects.filter(pk=waiting.pk).update(not_before=timezone.now() + timedelta(seconds=0.2))
        with database.full():
            crew.wake()
            wait_until(lambda: "does not take an answer" in caplog.text, seconds=20)
            wait_until(lambda: "could not reach its rows" in caplog.text, seconds=20)
            assert len(sandbox.requests()) == 1
            assert Generation.objects.get(pk=waiting.pk).worker_id is None
        wait_until(lambda: not Generation.objects.unfinished().exists(), seconds=20)
    finally:
        crew.stop()
        worker.join()
    for generation in (under_way, waiting):
        generation.refresh_from_db()
        assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert len(sandbox.requests()) == 2
    assert LedgerEntry.objects.filter(kind=Kind.CHARGE).count() == 2
