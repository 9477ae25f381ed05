"""The soak itself: people at a studio on PostgreSQL with one web and one worker process, then a look into the books."""

import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.jobs.crew_report import REPORT
from tests.jobs.studio_process import children_of, run
from tests.sandbox.process import ROOT

from ..jobs.poll import web_server
from ..jobs.studio import Inside, Lab, Studio
from .browser import Browser
from .memory import Memory
from .people import Kept, Person

NAMES = ("alice", "bob", "vera", "charlie")
SLOTS = 4
SAMPLES = 240
DRAIN_SECONDS = 240


@dataclass
class Told:
    """What it led to. `wrong` are sentences; none means that every promise held."""

    kept: Kept
    memory: Memory
    calls: int = 0
    wrong: list[str] = field(default_factory=list)

    def percentile(self, what: str, percent: int) -> float:
        """Seconds."""
        return statistics.quantiles([*self.kept.seconds[what]] * 2, n=100, method="inclusive")[percent - 1]


def soak(lab: Lab, *, seconds: float, people: int) -> Told:
    """So many people for so long, and then as long as the queue needs to be empty."""
    studio = lab.studio(scaled=True)
    with studio.process() as inside, studio.worker(SLOTS) as worker, web_server(studio) as (web, port):
        inside.do("wait_for_worker")
        (server,) = children_of(web.pid)
        told = Told(Kept(), Memory({"web": server, "worker": worker.pid}))
        with _at_work(inside, port, told.kept, people):
            ends_at = time.monotonic() + seconds
            while time.monotonic() < ends_at and worker.poll() is None:
                time.sleep(min(seconds / SAMPLES, max(0, ends_at - time.monotonic())))
                told.memory.sample()
        inside.do("wait_until_final", seconds=DRAIN_SECONDS)
        worker.send_signal(signal.SIGTERM)
        if code := worker.wait(60):
            told.wrong.append(f"the worker ended with {code}")
    told.wrong += told.kept.errors
    _judge(studio, told)
    return told


@contextmanager
def _at_work(inside: Inside, port: str, kept: Kept, count: int) -> Iterator[None]:
    """People in threads, until the block ends."""
    stopping = threading.Event()
    sessions = [inside.do("session", person=NAMES[number % len(NAMES)]) for number in range(count)]
    people = [Person(Browser(port, session), kept, seed) for seed, session in enumerate(sessions)]
    threads = [threading.Thread(target=person.work, args=(stopping,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(120)


def _judge(studio: Studio, told: Told) -> None:
    """What the books say, and the sandbox's."""
    verify = [sys.executable, "manage.py", "ledger_verify", "--json"]
    verified = subprocess.run(verify, cwd=ROOT, env=studio.told(), capture_output=True, text=True, check=False)
    if verified.returncode:
        told.wrong.append(f"ledger_verify ended with {verified.returncode}: {verified.stdout[-2000:]}")
    requests = [request["attempt"] for request in studio.gateway.requests()]
    told.calls = len(requests)
    if len(requests) != len(set(requests)):
        told.wrong.append("a call was sent twice")
    told.wrong += _compared(studio.gateway.charges(), json.loads(run(["-c", REPORT], studio.told()))["charges"])


def _compared(theirs: list[dict[str, object]], ours: list[dict[str, object]]) -> list[str]:
    """The sandbox's charges beside ours, each at the same sum; what we only presume it need not know of."""
    their_sums: Mapping[object, object] = {each["attempt"]: int(str(each["amount"])) * 2 for each in theirs}
    our_sums = {each["attempt"]: each["micros"] for each in ours}
    certain = {each["attempt"] for each in ours if each["certainty"] == "confirmed"}
    hidden = [
        f"{key} was charged and is not on record so" for key, paid in their_sums.items() if our_sums.get(key) != paid
    ]
    return hidden + [f"{key} is on record and was never charged" for key in certain - their_sums.keys()]
