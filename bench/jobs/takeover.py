"""The embedded worker's owner is killed with -9: how soon another process of the studio sends the next job."""

import time
from contextlib import AbstractContextManager, ExitStack
from subprocess import Popen

from tests.jobs.studio_process import OWNS, kill_family, server, wait_for_line

from ..bars import Bar
from .studio import Lab, Studio, free_port, seconds


def measure(lab: Lab, times: int) -> list[Bar]:
    """Two web servers over one folder, one slot each: at the kill one call is under way and the next job waits."""
    studio = lab.studio(scaled=False)
    waits = []
    with ExitStack() as stack:
        asker = stack.enter_context(studio.process())
        owner = stack.enter_context(_web_server(studio))
        assert wait_for_line(owner, OWNS, seconds=60) is not None
        for number in range(times):
            heir = stack.enter_context(_web_server(studio))
            assert wait_for_line(heir, "Listening", seconds=60) is not None
            asker.do("ask", prompts=["a fox [sandbox:slow=60]"])
            studio.gateway.wait_for_requests(2 * number + 1, ended=False, seconds=30)
            asker.do("ask", prompts=["a fox"])
            time.sleep(1)  # the heir's thread waits for the lock by now
            kill_family(owner.pid)
            killed_at = time.time()
            calls = studio.gateway.wait_for_requests(2 * number + 2, ended=False, seconds=30)
            waits.append(seconds(calls[-1]["received_at"]) - killed_at)
            asker.do("wait_until_final", seconds=30)
            owner = heir
    print(f"  from the kill to the arrival of the next job: {', '.join(f'{each:.2f}' for each in waits)} s")
    return [Bar(f"owner replaced, worst of {times}", max(waits), 1, 0.5, "s")]


def _web_server(studio: Studio) -> "AbstractContextManager[Popen[bytes]]":
    return server(studio.told(PORT=free_port(), NB_WORKER_SLOTS="1"))
