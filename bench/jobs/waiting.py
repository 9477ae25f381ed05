"""Many calls in one process: what each costs while it waits, and whether as many wait as there are slots."""

from functools import partial

from ..bars import Bar
from ..meter import resident_bytes
from .studio import MODELS, Lab, Studio, seconds, wait_for

WAITING = 200
WAITING_SECONDS = 30
"""How long each of them takes: long enough for all to be under way together."""
SLOTS = 100
CALL_SECONDS = 5


def memory(lab: Lab) -> list[Bar]:
    """The worker's process while 200 calls wait, less what it was when it had made a few, by 200."""
    bars = []
    for studio in lab.both():
        with studio.process() as asker, studio.at_work(slots=WAITING) as (_, worker):
            # Five models at 30 calls each are 150. What the gateway takes is lifted here, to see what the process can.
            asker.do("set_calls_max", calls=WAITING // len(MODELS))
            asker.do("ask", prompts=["warm"] * 10, models=MODELS)
            asker.do("wait_until_final", seconds=60)
            before = resident_bytes(worker)
            asker.do("ask", prompts=[f"a fox [sandbox:slow={WAITING_SECONDS}]"] * WAITING, models=MODELS)
            wait_for(partial(_are_under_way, studio, WAITING), every=0.5)
            each = (resident_bytes(worker) - before) / WAITING / 1e3
        print(f"  {studio.name:9} {before / 1e6:6.0f} MB before, {each:6.0f} KB for each of {WAITING} calls that wait")
        bars.append(Bar(f"waiting call, {WAITING} at once, {studio.name}", each, 200, 100, "KB"))
    return bars


def at_once(lab: Lab) -> list[Bar]:
    """A hundred calls in line before the worker starts; from the first arrival to the last end, by one call."""
    bars = []
    for studio in lab.both():
        with studio.process() as asker:
            asker.do("ask", prompts=[f"a fox [sandbox:slow={CALL_SECONDS}]"] * SLOTS, models=MODELS)
            with studio.at_work(slots=SLOTS):
                asker.do("wait_until_final", seconds=120)
            stored = max(row["finished_at"] for row in asker.do("rows"))
        calls = studio.gateway.requests()
        began = [seconds(call["received_at"]) for call in calls]
        assert len(began) == SLOTS
        ended = max(seconds(call["ended_at"]) for call in calls)
        print(
            f"  {studio.name:9} {max(began) - min(began):6.2f} s until all {SLOTS} had arrived, "
            f"{ended - min(began):6.2f} s until all were answered, {stored - min(began):6.2f} s until all were stored"
        )
        ratio = (ended - min(began)) / CALL_SECONDS
        bars.append(Bar(f"{SLOTS} calls at once, {studio.name}", ratio, 1.5, 1.25, "× one call"))
    return bars


def _are_under_way(studio: Studio, count: int) -> bool:
    return sum(not call["ended_at"] for call in studio.gateway.requests()) == count
