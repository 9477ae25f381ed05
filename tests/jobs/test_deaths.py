"""kill -9 at each step of docs/jobs.md: what the dead process leaves, and what the next one makes of it.

The process that dies is a fork of this one. It works on the same database, SQLite or PostgreSQL, and ends by SIGKILL
at the step that is named; nothing of it is undone, and nothing of it is finished.
"""

import os
import signal
import uuid
import warnings
from collections.abc import Callable
from datetime import timedelta

import pytest

from studio.jobs import clock
from studio.jobs.deliver import deliver_again
from studio.jobs.gateway import current_spool
from studio.jobs.recover import recover
from studio.jobs.run import run_once
from studio.models import Generation, Kind, LedgerEntry, Run, Status
from tests import people
from tests.database import hang_up
from tests.jobs.asking import ask
from tests.jobs.hammer import die
from tests.jobs.studio_process import wait_until
from tests.jobs.test_outcomes import PAID, PRESUMED, facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.force]

type Point = tuple[str, str, str]

BACK_IN_LINE = ("queued", "", "held", [], ["hold"])
UNKNOWN = ("unknown", "outcome_unknown", "presumed", [], PRESUMED)
ANSWER_LOST = ("refused", "delivery_lost", "presumed", [], PRESUMED)
DELIVERED = ("succeeded", "delivered", "charged", ["primary"], PAID)

DEATHS: list[tuple[str, Point, tuple[object, ...], int]] = [
    # fault, where the worker dies, what the generation has come to after the sweep, requests that went out
    ("F03", ("after", "studio.jobs.run", "claim"), BACK_IN_LINE, 0),
    ("F03", ("after", "studio.provider.spool.Spool", "reserve"), BACK_IN_LINE, 0),
    ("F03", ("before", "studio.jobs.run", "mark"), BACK_IN_LINE, 0),
    ("F04", ("after", "studio.jobs.run", "mark"), UNKNOWN, 0),
    ("F05", ("after", "studio.jobs.run", "note_sent"), UNKNOWN, 1),
    # Its status line was on the disk: it was answered with 200, so there was something to charge.
    ("F06", ("after", "studio.provider.spool.SpoolWriter", "head"), ANSWER_LOST, 1),
    ("F06", ("before", "studio.provider.spool.SpoolWriter", "complete"), ANSWER_LOST, 1),
    ("F07", ("after", "studio.provider.spool.SpoolWriter", "complete"), DELIVERED, 1),
    ("F07", ("before", "studio.jobs.run", "record_answer"), DELIVERED, 1),
    ("F07", ("after", "studio.ledger.post", "release"), DELIVERED, 1),  # S6, in the middle of its transaction
    ("F07", ("after", "studio.ledger.post", "charge"), DELIVERED, 1),
    ("F08", ("after", "studio.jobs.run", "record_answer"), DELIVERED, 1),
    ("F08", ("after", "studio.storage.objects", "put_file"), DELIVERED, 1),
    ("F08", ("after", "studio.jobs.settle", "store_pictures"), DELIVERED, 1),
    ("F08", ("before", "studio.jobs.settle", "settle"), DELIVERED, 1),
    ("F09", ("after", "studio.jobs.settle", "settle"), DELIVERED, 1),
]


def fork(act: Callable[[], object], *, point: Point | None = None) -> int:
    """A process that does `act`, on connections of its own; it dies at `point`, or when it is done."""
    hang_up()
    with warnings.catch_warnings():
        # What forks here has threads of the test run, which hold no lock that the child will ask for.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            if point:
                die(*point)
            act()
        finally:
            os._exit(3)  # it went past the point
    return child


def dies(point: Point, act: Callable[[], object]) -> None:
    _, status = os.waitpid(fork(act, point=point), 0)
    assert os.WIFSIGNALED(status), f"{point} was never reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


def sweep_up(hours: int = 1) -> int:
    """As another worker would, so much later, when every lease is over."""
    return recover(lock_name="", now=clock.now() + timedelta(hours=hours))


def after(generation: Generation) -> tuple[str, str, str, list[str], list[str]]:
    generation.refresh_from_db()
    return facts(generation)


@pytest.fixture
def team(transactional_db: None) -> Cast:
    return people.cast()


def test_F01_a_web_process_that_dies_before_the_commit_leaves_nothing(team: Cast) -> None:
    token = uuid.uuid4()
    dies(("after", "studio.ledger.post", "hold"), lambda: ask(team, form_token=token))
    assert not Run.objects.exists()
    assert not LedgerEntry.objects.filter(kind=Kind.HOLD).exists()
    assert ask(team, form_token=token) == Run.objects.get()  # the form was kept, and is sent again


def test_F02_a_web_process_that_dies_after_the_commit_has_queued_the_run_once(team: Cast) -> None:
    token = uuid.uuid4()
    dies(("before", "studio.jobs.embedded.EmbeddedBackend", "_wake"), lambda: ask(team, form_token=token))
    run = Run.objects.get()
    assert ask(team, form_token=token) == run
    assert LedgerEntry.objects.filter(kind=Kind.HOLD).count() == 1
    assert run.generations.get().status == Status.QUEUED


@pytest.mark.parametrize(
    ("fault", "point", "expected", "sent"),
    DEATHS,
    ids=[f"{fault} {when} {name}" for fault, (when, _, name), *_ in DEATHS],
)
def test_of_a_worker_that_dies(
    team: Cast, sandbox: RunningSandbox, fault: str, point: Point, expected: tuple[object, ...], sent: int
) -> None:
    generation = ask(team).generations.get()
    dies(point, lambda: run_once(generation.pk))
    was_final = after(generation)[0] == Status.SUCCEEDED
    assert was_final == (fault == "F09")
    assert sweep_up() == (0 if was_final else 1)
    assert after(generation) == expected
    assert sweep_up() == 0
    assert after(generation) == expected
    run_once(generation.pk)  # a message that comes late: what is back in line goes out now, the rest stays as it is
    assert after(generation) == (DELIVERED if expected == BACK_IN_LINE else expected)
    assert len(sandbox.requests()) == sent + (expected == BACK_IN_LINE)


def test_F06_what_came_of_a_cut_answer_is_kept(team: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(team).generations.get()
    dies(("before", "studio.provider.spool.SpoolWriter", "complete"), lambda: run_once(generation.pk))
    sweep_up()
    partial = current_spool().partial(str(generation.attempts.get().pk))
    assert partial is not None
    assert (partial.status, partial.images_seen) == (200, 1)


def test_F11_an_answer_that_two_died_of_is_set_aside_and_kept(team: Cast, sandbox: RunningSandbox) -> None:
    """As when memory runs out over a huge picture: the kernel kills, and nobody hears a last word."""
    generation = ask(team).generations.get()
    point = ("before", "studio.jobs.settle", "store_pictures")
    dies(point, lambda: run_once(generation.pk))
    dies(point, sweep_up)
    assert sweep_up(hours=2) == 1
    assert after(generation) == ("refused", "corrupt_result", "charged", [], PAID)
    assert generation.reason == "reader_lost"
    # Once its cause is mended, somebody asks for another look.
    assert deliver_again(generation, now=clock.now())
    assert sweep_up(hours=3) == 1
    assert after(generation) == DELIVERED
    assert len(sandbox.requests()) == 1


def test_F12_a_worker_that_was_stopped_and_judged_meanwhile_charges_nothing_twice(
    team: Cast, sandbox: RunningSandbox
) -> None:
    """SIGSTOP while it waits for the answer, SIGCONT when it has been settled as unknown."""
    generation = ask(team, "A boat [sandbox:slow=0.3]").generations.get()
    sleeper = fork(lambda: run_once(generation.pk))
    wait_until(lambda: Generation.objects.filter(status=Status.ANSWERING).exists(), seconds=10)
    os.kill(sleeper, signal.SIGSTOP)
    assert sweep_up() == 1
    assert after(generation) == UNKNOWN
    os.kill(sleeper, signal.SIGCONT)
    os.waitpid(sleeper, 0)
    assert after(generation) == UNKNOWN
    # Its answer lies in the spool, and it was paid for: the next look delivers it, at no second charge.
    assert sweep_up() == 1
    assert after(generation) == ("succeeded", "delivered", "charged", ["primary"], PRESUMED)
    assert len(sandbox.requests()) == 1


@pytest.mark.parametrize(
    "point",
    [
        ("after", "studio.jobs.recover", "take_over"),
        ("after", "studio.jobs.recover", "record_answer"),
        ("before", "studio.jobs.recover", "conclude"),
        ("after", "studio.jobs.settle", "store_pictures"),
    ],
    ids=lambda point: f"{point[0]} {point[2]}",
)
def test_F14_a_sweeper_that_dies_is_followed_by_another(team: Cast, sandbox: RunningSandbox, point: Point) -> None:
    generation = ask(team).generations.get()
    dies(("after", "studio.provider.spool.SpoolWriter", "complete"), lambda: run_once(generation.pk))
    dies(point, sweep_up)
    assert sweep_up(hours=2) == 1
    assert after(generation) == DELIVERED
    assert len(sandbox.requests()) == 1
