"""A studio whose worker is killed again and again: `python -m tests.jobs.hammer`, with its settings in the environment.

It makes a team and a queue, and then lets worker after worker die by SIGKILL: at a named step, or at any moment. The
last one may finish. What is then in the rows is printed as JSON, for tests/jobs/test_hammer.py to judge.

Every worker is a fork of this process, which itself never opens the database: so a life costs no start.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import django

from tests.jobs.make_queue import make_queue

LIFE_SECONDS_MAX = 15.0
LAST_LIFE_SECONDS_MAX = 120.0
RANDOM_KILLS = 6

# Where, and whether just before or just after it. The steps are those of docs/jobs.md.
CRASH_POINTS = (
    ("after", "studio.jobs.crew", "take"),  # S1
    ("before", "studio.jobs.run", "mark"),  # S2
    ("after", "studio.jobs.run", "mark"),  # S3
    ("after", "studio.jobs.run", "note_sent"),  # S4
    ("after", "studio.provider.spool.SpoolWriter", "head"),  # S5, in the middle
    ("before", "studio.provider.spool.SpoolWriter", "complete"),
    ("after", "studio.provider.spool.SpoolWriter", "complete"),  # S5, whole
    ("before", "studio.jobs.run", "record_answer"),
    ("after", "studio.ledger.post", "charge"),  # S6, in the middle of its transaction
    ("after", "studio.jobs.run", "record_answer"),  # S6
    ("before", "studio.jobs.recover", "conclude"),  # who takes up the dead may die as well
    ("after", "studio.storage.objects", "put_file"),  # S7, in the middle
    ("after", "studio.jobs.settle", "store_pictures"),  # S7
    ("after", "studio.jobs.recover", "take_over"),
    ("after", "studio.jobs.settle", "settle"),  # S8, the spool is still full
)
MARKERS = (
    "",
    "",
    "[sandbox:slow=0.15]",
    "[sandbox:several]",
    "[sandbox:text_refusal]",
    "[sandbox:429-then-ok]",
    "[sandbox:oss]",
)


def main() -> None:
    chance = random.Random(int(os.environ["HAMMER_SEED"]))
    django.setup()
    import_module("studio.jobs.embedded")  # once, and not in every life anew
    in_child(lambda: make_queue(boats(int(os.environ["HAMMER_GENERATIONS"]))))
    killed = sum(life(crash_at=point) for point in CRASH_POINTS)
    killed += sum(life(seconds=chance.uniform(0.05, 0.5)) for _ in range(RANDOM_KILLS))
    in_child(work_until_nothing_is_left)
    sys.stdout.write(json.dumps({"killed": killed, **json.loads(in_child(report))}))


def in_child(act: Callable[[], object]) -> str:
    """What `act` returned in a process of its own, as text."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        code = 1
        try:
            os.write(writer, str(act()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    return said


def life(
    *,
    crash_at: tuple[str, str, str] | None = None,
    seconds: float = LIFE_SECONDS_MAX,
    before: Callable[[], None] = lambda: None,
) -> bool:
    """One worker, from its start to its death; whether it died as planned, and did not run out of work."""
    if not (child := os.fork()):
        before()
        if crash_at:
            die(*crash_at)
        start()
        time.sleep(60)
        os._exit(1)
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return crash_at is None


def die(when: str, place: str, name: str, *, by: signal.Signals = signal.SIGKILL) -> None:
    """Die by SIGKILL the moment that function is called, or has returned; or fall asleep, by SIGSTOP."""
    try:
        owner: Any = import_module(place)
    except ModuleNotFoundError:
        module, _, kind = place.rpartition(".")
        owner = getattr(import_module(module), kind)
    act = getattr(owner, name)

    @wraps(act)
    def last(*arguments: Any, **options: Any) -> Any:
        result = act(*arguments, **options) if when == "after" else None
        os.kill(os.getpid(), by)
        return result if when == "after" else act(*arguments, **options)  # it was only asleep

    setattr(owner, name, last)


def start() -> None:
    from studio.jobs import embedded

    embedded.start()


def boats(count: int) -> list[str]:
    """So many prompts, with every kind of answer among them."""
    return [f"Boat {number} {MARKERS[number % len(MARKERS)]}" for number in range(count)]


def work_until_nothing_is_left(seconds: float = LAST_LIFE_SECONDS_MAX) -> None:
    from studio.jobs import embedded
    from studio.models import Generation

    start()
    ends_at = time.monotonic() + seconds
    while Generation.objects.unfinished().exists() and time.monotonic() < ends_at:
        time.sleep(0.05)
    embedded.stop()


def report() -> str:
    from studio.ledger import audit
    from studio.models import Attempt, Generation, Kind, LedgerEntry

    return json.dumps(
        {
            "statuses": list(Generation.objects.values_list("status", flat=True)),
            "attempts": [
                {"id": str(attempt.pk), "generation": attempt.generation_id, "number": attempt.number}
                for attempt in Attempt.objects.order_by("generation", "number")
            ],
            "charges": [
                {"attempt": str(entry.attempt_id), "micros": -entry.amount_micros, "certainty": entry.certainty}
                for entry in LedgerEntry.objects.filter(kind=Kind.CHARGE)
            ],
            "findings": [f"{finding.kind} {finding.row} {finding.words}" for finding in audit.findings()],
        }
    )


if __name__ == "__main__":
    main()
