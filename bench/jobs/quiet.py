"""Other commands beside a queue: nothing but a worker sends."""

from tests.jobs.studio_process import run

from ..bars import Bar
from .studio import Lab

SECONDS = 3
"""Several scans of a worker, if there were one."""
COMMANDS = (
    ("shell", "-c", f"import time; time.sleep({SECONDS})"),
    ("migrate", "--verbosity", "0"),
    ("sweep",),
)


def measure(lab: Lab) -> list[Bar]:
    bars = []
    for studio in lab.both():
        with studio.process() as asker:
            asker.do("ask", prompts=["a fox"] * 4)
            for command in COMMANDS:
                run(("manage.py", *command), studio.told())
            statuses = {row["status"] for row in asker.do("rows")}
        assert statuses == {"queued"}, statuses
        bars.append(
            Bar(f"calls by shell, migrate, sweep, {studio.name}", len(studio.gateway.requests()), 0, 0, "calls")
        )
    return bars
