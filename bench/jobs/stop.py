"""SIGTERM while calls are under way: they end and are stored, what waits stays in line, and the process ends soon."""

import signal
import time
from collections import Counter
from contextlib import AbstractContextManager
from subprocess import Popen

from tests.jobs.studio_process import server

from ..bars import Bar
from .studio import Lab, Studio, free_port

SLOTS = 4
CALL_SECONDS = 4


def measure(lab: Lab) -> list[Bar]:
    bars = []
    for studio in lab.both():
        with studio.process() as asker:
            asker.do("ask", prompts=[f"a fox [sandbox:slow={CALL_SECONDS}]"] * 2 * SLOTS)
            with _process(studio) as process:
                studio.gateway.wait_for_requests(SLOTS, ended=False, seconds=60)
                process.send_signal(signal.SIGTERM)
                told_at = time.monotonic()
                process.wait(60)
                took = time.monotonic() - told_at
            statuses = Counter(row["status"] for row in asker.do("rows"))
        print(f"  {studio.name:9} gone after {took:.2f} s, the calls take {CALL_SECONDS} s; {dict(statuses)}")
        bars += [
            Bar(f"SIGTERM, {studio.name}: beyond the call", took - CALL_SECONDS, 3, 1, "s"),
            Bar(f"SIGTERM, {studio.name}: sent and stored", statuses["succeeded"], SLOTS, SLOTS, "of 4", at_least=True),
            Bar(f"SIGTERM, {studio.name}: still in line", statuses["queued"], SLOTS, SLOTS, "of 4", at_least=True),
        ]
    return bars


def _process(studio: Studio) -> "AbstractContextManager[Popen[bytes]]":
    if studio.is_scaled:
        return studio.worker(SLOTS)
    return server(studio.told(NB_WORKER_SLOTS=str(SLOTS), PORT=free_port()))
