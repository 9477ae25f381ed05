"""`make hammer`: machines that are killed, put to sleep and cut off from the database while people go on asking.

    python -m tests.jobs.storm --seconds 120 --machines 4 --seed 7

It starts a PostgreSQL, a sandbox and a studio with that many worker machines. They die at any moment, and each in its
turn at every step that has a name; what was done to them is printed, and what the rows and the sandbox's books say.
Exit status 1 when anything was sent twice, lost, or paid without an entry. The same seed does the same to them, as far
as a machine does the same twice.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests import pg, s3
from tests.jobs.hammer import CRASH_POINTS
from tests.jobs.machines import Studio, all_are
from tests.sandbox.process import running_sandbox

MARKERS = (
    "",
    "",
    "[sandbox:slow=0.4]",
    "[sandbox:slow=1.5]",
    "[sandbox:several]",
    "[sandbox:text_refusal]",
    "[sandbox:429-then-ok]",
    "[sandbox:oss]",
    "[sandbox:cut]",
    "[sandbox:504]",
)
FINAL = ("succeeded", "refused", "unknown", "failed")
DRAIN_SECONDS = 240
"""With room for a machine that does much else."""
ASKS_EVERY_SECONDS_MAX = 10


@dataclass
class Told:
    """What was done, and what it led to. `violations` are sentences; none means that every promise held."""

    kills: int = 0
    steps: set[tuple[str, str, str]] = field(default_factory=set)
    """Of the crash points, those that a worker died at."""
    sleeps: int = 0
    restarts: int = 0
    asked: int = 0
    calls: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, at any moment and at {len(self.steps)} of {len(CRASH_POINTS)} steps; "
            f"{self.sleeps} sleeps, {self.restarts} restarts of the database; "
            f"{self.asked} asked for, {self.calls} calls; {self.statuses}; "
            + ("; ".join(self.violations) or "nothing sent twice, nothing lost, every charge on record")
        )


class Storm:
    """`machines` workers over one queue, for `seconds`, and then as long as the queue needs to be empty."""

    def __init__(self, studio: Studio, *, machines: int, seconds: float, seed: int) -> None:
        self._studio = studio
        self._names = [f"machine-{number}" for number in range(machines)]
        self._seconds = seconds
        self._chance = random.Random(seed)
        self._told = Told()
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        self._dooms: dict[str, tuple[str, str, str]] = {}

    def rage(self) -> Told:
        self._ask(24)
        with ExitStack() as stack:
            for name in self._names:
                self._start(stack, name, self._doom())
            ends_at = time.monotonic() + self._seconds
            asks_every = min(self._seconds / 3, ASKS_EVERY_SECONDS_MAX)
            asks_at = time.monotonic() + asks_every
            while time.monotonic() < ends_at:
                time.sleep(self._chance.uniform(0.1, 0.6))
                self._bury(stack)
                self._strike(stack)
                if time.monotonic() > asks_at:
                    asks_at += asks_every
                    self._ask(12)
            for name in self._names:
                self._kill(name)
                self._start(stack, name)
            self._drain()
        return self._judge()

    def _drain(self) -> None:
        ends_at = time.monotonic() + DRAIN_SECONDS
        while not all_are(self._studio, *FINAL)():
            if time.monotonic() > ends_at:
                self._told.violations.append(f"not at its end after {DRAIN_SECONDS} seconds without a blow")
                return
            time.sleep(0.2)

    def _ask(self, count: int) -> None:
        prompts = (f"Boat {number} {MARKERS[number % len(MARKERS)]}" for number in range(count))
        self._studio.ask(*prompts, machine=self._chance.choice(("web-one", "web-two")))
        self._told.asked += count

    def _start(self, stack: ExitStack, name: str, doom: tuple[str, str, str] | None = None) -> None:
        """A worker on that machine; with a `doom`, one that dies at that step if it comes to it."""
        command = ("-m", "tests.jobs.doomed", *doom) if doom else ("manage.py", "worker")
        self._workers[name] = stack.enter_context(self._studio.worker(name, command=command))
        if doom:
            self._dooms[name] = doom

    def _doom(self) -> tuple[str, str, str]:
        """A step that nobody has died at yet, as long as there is one."""
        met = {*self._told.steps, *self._dooms.values()}
        return self._chance.choice([point for point in CRASH_POINTS if point not in met] or CRASH_POINTS)

    def _kill(self, name: str) -> None:
        self._told.kills += 1
        self._workers[name].kill()
        self._workers[name].wait()
        self._dooms.pop(name, None)

    def _bury(self, stack: ExitStack) -> None:
        """Count those that have met their doom, and send others in their place."""
        for name in self._names:
            if self._workers[name].poll() == -signal.SIGKILL:
                self._told.kills += 1
                self._told.steps.add(self._dooms.pop(name))
                self._start(stack, name, self._doom())

    def _strike(self, stack: ExitStack) -> None:
        name = self._chance.choice(self._names)
        match self._chance.choices(["kill", "sleep", "restart"], [8, 3, 1])[0]:
            case "kill":
                self._kill(name)
                self._start(stack, name, self._doom() if self._chance.random() < 0.5 else None)
            case "sleep":
                self._told.sleeps += 1
                self._workers[name].send_signal(signal.SIGSTOP)
                time.sleep(self._chance.uniform(0.5, 3))
                self._workers[name].send_signal(signal.SIGCONT)
            case _restart:
                self._told.restarts += 1
                self._studio.server.restart()

    def _judge(self) -> Told:
        told, gateway = self._told, self._studio.gateway
        rows = self._studio.report()
        told.statuses = dict(Counter(self._studio.statuses()))
        sent = [request["attempt"] for request in gateway.requests()]
        told.calls = len(sent)
        if twice := [attempt for attempt, times in Counter(sent).items() if times > 1]:
            told.violations.append(f"sent twice: {twice}")
        if unmarked := set(sent) - set(rows["attempts"]):
            told.violations.append(f"sent without a record: {unmarked}")
        ours = {charge["attempt"]: charge["micros"] for charge in rows["charges"]}
        theirs = {charge["attempt"]: charge["amount"] * 2 for charge in gateway.charges()}
        if hidden := {attempt for attempt, micros in theirs.items() if ours.get(attempt) != micros}:
            told.violations.append(f"charged and not on record: {hidden}")
        again = Counter(rows["attempts"][attempt] for attempt in theirs)
        if paid_twice := [generation for generation, times in again.items() if times > 1]:
            told.violations.append(f"paid twice by machines alone: {paid_twice}")
        told.violations += rows["findings"]
        return told


def _bucket(server: s3.S3) -> dict[str, str]:
    return {**server.environment(), "AWS_STORAGE_BUCKET_NAME": server.bucket()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill workers at random, and look whether every promise holds.")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--machines", type=int, default=4)
    parser.add_argument("--seed", type=int, default=402)
    parser.add_argument("--s3", action="store_true", help="pictures in a bucket: the machines share no folder")
    told_to = parser.parse_args()
    with ExitStack() as stack:
        server, gateway = stack.enter_context(pg.server()), stack.enter_context(running_sandbox())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        store = _bucket(stack.enter_context(s3.server())) if told_to.s3 else {}
        studio = Studio(Path(folder), server, gateway, store=store)
        told = Storm(studio, machines=told_to.machines, seconds=told_to.seconds, seed=told_to.seed).rage()
    sys.stdout.write(f"{told}\n")
    return 1 if told.violations else 0


if __name__ == "__main__":
    sys.exit(main())
