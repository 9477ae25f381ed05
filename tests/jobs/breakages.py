"""Deliberate mistakes in the jobs, one at a time, for the checks of the hammer to find.

HAMMER_BREAKAGE names the mistake, or none, and HAMMER_SCENE what is done to the workers. The mistake is planted in the
workers alone, by replacing a function in their memory; nothing of the studio knows of it.
"""

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import django

from tests.jobs.hammer import boats, die, in_child, life, report, work_until_nothing_is_left
from tests.jobs.make_queue import make_queue

LAST_LIFE_SECONDS_MAX = 3.0
HEAD = ("after", "studio.provider.spool.SpoolWriter", "head")
"""In the middle of the answer: the provider has done its work."""


# ── The mistakes ───────────────────────────────────────────────────────────────────────────────────


def marked_after_the_send() -> None:
    from studio.jobs import run

    gemini = run.gemini
    generate = gemini.generate

    def hasty(request: Any, *, before_send: Callable[[], None], on_sent: object, **options: Any) -> Any:
        evidence = generate(request, before_send=lambda: None, on_sent=lambda: None, **options)
        before_send()
        return evidence

    gemini.generate = hasty  # type: ignore[assignment]


def charge_left_out() -> None:
    from studio.jobs import settle

    settle.post.charge = lambda *_, **__: None  # type: ignore[assignment]


def hold_left_open() -> None:
    from studio.jobs import settle

    settle.post.release = lambda *_, **__: None  # type: ignore[assignment]


def maybe_sent_is_sent_again() -> None:
    from studio.jobs import recover
    from studio.models import Status

    def hope(mine: Any, _attempt: object, _now: object) -> None:
        mine.rows.update(status=Status.QUEUED, worker_id=None, lease_expires_at=None)

    recover._presume = hope


def nobody_sweeps() -> None:
    from studio.jobs import crew

    crew.recover = lambda **_: 0


def fence_ignored() -> None:
    from studio.jobs.claim import Claim
    from studio.models import Generation

    Claim.rows = property(lambda mine: Generation.objects.filter(pk=mine.generation_id))  # type: ignore[assignment, method-assign]


def everybody_may_claim() -> None:
    """No compare and set: neither when a generation is claimed, nor when it is marked as sent."""
    from studio.jobs import claim, run
    from studio.jobs import mark as marking
    from studio.models import Generation, Status

    def mark(mine: Any, call: Any, *, now: Any) -> Any:
        Generation.objects.filter(pk=mine.generation_id).update(
            status=Status.SENDING, lease_expires_at=now + call.longest
        )
        return marking._new_attempt(mine, call, now)

    claim.ready = lambda _now: Generation.objects.filter(status=Status.QUEUED)
    run.mark = mark


BREAKAGES: Final = {
    each.__name__: each
    for each in (
        marked_after_the_send,
        charge_left_out,
        hold_left_open,
        maybe_sent_is_sent_again,
        nobody_sweeps,
        fence_ignored,
        everybody_may_claim,
    )
}


# ── What is done to the workers ────────────────────────────────────────────────────────────────────


def killed() -> None:
    """One after another dies in the middle of an answer; the last one may finish."""
    in_child(lambda: make_queue(boats(4)))
    for _ in range(2):
        assert life(crash_at=HEAD, before=plant)


def told_thrice() -> None:
    """Three workers are told of every generation at the same moment."""
    in_child(lambda: make_queue(boats(3)))
    starts_at = time.monotonic() + 0.3
    for each in [worker(run_all, before=lambda: time.sleep(starts_at - time.monotonic())) for _ in range(3)]:
        os.waitpid(each, 0)


def asleep() -> None:
    """One falls asleep over a busy answer; another asks again; and while it waits, the first wakes up."""
    in_child(lambda: make_queue(["Boat [sandbox:429-then-ok] [sandbox:slow=0.5]"]))
    sleeper = worker(run_all, before=lambda: die(*HEAD, by=signal.SIGSTOP))
    os.waitpid(sleeper, os.WUNTRACED)
    in_child(give_up_on_the_sleeper)
    second = worker(run_all)
    while statuses() != ["answering"]:
        time.sleep(0.01)
    os.kill(sleeper, signal.SIGCONT)
    os.waitpid(sleeper, 0)
    os.waitpid(second, 0)
    in_child(wait_for_nothing)


SCENES: Final = {each.__name__: each for each in (killed, told_thrice, asleep)}


def main() -> None:
    django.setup()
    import_module("studio.jobs.embedded")
    SCENES[os.environ["HAMMER_SCENE"]]()
    in_child(last_life)
    sys.stdout.write(in_child(report))


def worker(act: Callable[[], None], *, before: Callable[[], None] = lambda: None) -> int:
    """The process id of a worker that has the mistake in it."""
    if not (child := os.fork()):
        try:
            plant()
            before()
            act()
        finally:
            os._exit(0)
    return child


def plant() -> None:
    if name := os.environ["HAMMER_BREAKAGE"]:
        BREAKAGES[name]()


def last_life() -> None:
    plant()
    work_until_nothing_is_left(LAST_LIFE_SECONDS_MAX)


def run_all() -> None:
    from studio.jobs.run import run_once
    from studio.models import Generation

    for pk in Generation.objects.order_by("pk").values_list("pk", flat=True):
        run_once(pk)


def give_up_on_the_sleeper() -> None:
    from studio.jobs import clock
    from studio.jobs.recover import recover

    plant()
    recover(lock_name="", now=clock.now() + timedelta(hours=1))
    wait_for_nothing()


def wait_for_nothing() -> None:
    """All delays are over."""
    from studio.models import GatewayKey, Generation

    Generation.objects.update(not_before=None)
    GatewayKey.objects.update(rests=0, rests_until=None, probe=None)


def statuses() -> list[str]:
    """Read past Django: this process never opens the database, for its children would share what it opened."""
    path = Path(os.environ["NB_DATA_DIR"]) / "nbstudio.sqlite3"
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = database.execute("SELECT status FROM studio_generation ORDER BY id").fetchall()
    database.close()
    return [status for (status,) in rows]


if __name__ == "__main__":
    main()
