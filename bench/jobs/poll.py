"""What a page's poll costs, and how soon it shows what happened to a frame."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from subprocess import Popen
from urllib.parse import urlencode

from tests.jobs.studio_process import children_of, run, server, wait_for_line

from ..bars import Bar
from ..meter import cpu_seconds_of
from .studio import Lab, Studio, free_port, seconds

FRAMES = 6
ROUNDS = 8
RUNS_SHOWN = 10
"""By the page that watches: STRIPS_PER_PAGE in studio/views/feed.py. What it does not show it does not ask for."""
HELD_SECONDS = 240
"""Longer than the rounds take on a slow machine, and shorter than any deadline of a call."""
UNDER_WAY = ("sending", "answering")


class Page:
    """A browser's page of the project: its session, its connection, and what it watches."""

    def __init__(self, port: str, session: dict[str, str]) -> None:
        self._connection = HTTPConnection("127.0.0.1", int(port), timeout=30)
        self._headers = {"Cookie": f"sessionid={session['cookie']}", "HX-Request": "true"}
        self._project = f"/projects/{session['project']}/"

    def get(self, address: str) -> tuple[int, str]:
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()

    def read(self) -> str:
        """The whole page; from then on its frames are watched."""
        status, text = self.get(self._project)
        assert status == 200, status
        return text

    def address(self, watch: dict[str, str]) -> str:
        return f"{self._project}running/?{urlencode({**watch, 'waiting': 0})}"


def watched(text: str) -> dict[str, str]:
    """What the page, or an answer to its poll, says that it watches from now on."""
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', text)[0] for name in ("watch", "newest")}


def interval_seconds(text: str) -> float:
    """How often the page asks, as its own HTML says."""
    (every,) = re.findall(r'id="poller"[^>]*hx-trigger="every ([0-9.]+)s', text)
    return float(every)


def stages_on(text: str) -> set[tuple[str, str]]:
    """Each frame of the page, or of an answer to its poll, with its status."""
    return set(re.findall(r'id="f-([0-9]+[A-H])"[^>]*data-status="([a-z]+)"', text))


@contextmanager
def web_server(studio: Studio, **told: str) -> Iterator[tuple["Popen[bytes]", str]]:
    port = free_port()
    run(["manage.py", "collectstatic", "--no-input", "--verbosity", "0"], studio.told())
    with server(studio.told(PORT=port, **told)) as process:
        assert wait_for_line(process, "Booting worker", seconds=60) is not None
        yield process, port


def cost(lab: Lab, times: int) -> list[Bar]:
    """CPU of the web server's process. Another process makes the calls, six of which are under way all the while."""
    studio = lab.studio(scaled=False)
    with (
        studio.process() as asker,
        studio.at_work(slots=FRAMES),
        web_server(studio, NB_WORKER="off") as (process, port),
    ):
        asker.do("ask", prompts=[f"a fox [sandbox:slow={HELD_SECONDS}]"] * FRAMES)
        studio.gateway.wait_for_requests(FRAMES, ended=False, seconds=60)
        time.sleep(1)  # until the last one is noted as sent
        session = asker.do("session")
        page = Page(port, session)
        now = watched(page.read())
        stale = {**now, "watch": re.sub(r"\.\d+", ".0", now["watch"])}
        (worker,) = children_of(process.pid)
        asked = {"204": page.address(now), "full": page.address(stale), "empty": "/livez"}
        assert [page.get(address)[0] for address in asked.values()] == [204, 200, 200]
        took = dict.fromkeys(asked, 0.0)
        for _ in range(ROUNDS):  # in turns, so that whatever else the machine does slows all of them
            for name, address in asked.items():
                took[name] += _cpu_milliseconds(page, worker, address, times) / ROUNDS
        status, queries = asker.do("queries", address=asked["204"], cookie=session["cookie"])
        assert status == 204
    told = ", ".join(f"{each:.2f} ms {name}" for name, each in took.items())
    print(f"  CPU of the server by answer: {told}")
    return [
        Bar("poll: CPU of a 204", took["204"] / took["full"], 0.6, 0.4, "× full"),
        Bar("poll: CPU of a 204", took["204"] / took["empty"], 5, 3, "× empty view"),
        Bar("poll: questions of a 204", len(queries), 2, 2, "queries"),
    ]


def _cpu_milliseconds(page: Page, worker: int, address: str, times: int) -> float:
    before = cpu_seconds_of(worker)
    for _ in range(times):
        page.get(address)
    return (cpu_seconds_of(worker) - before) / times * 1e3


def stages(lab: Lab, jobs: int) -> list[Bar]:
    """From the moment a stage began to the answer of the poll that shows it. The page asks as often as it says."""
    studio = lab.studio(scaled=False)
    with studio.process() as asker, web_server(studio, NB_WORKER_SLOTS="2") as (_, port):
        page = Page(port, asker.do("session"))
        page.read()  # a server's first page takes longer than the first call
        asker.do("ask", prompts=[f"a fox [sandbox:slow={0.7 + 0.31 * number:.2f}]" for number in range(jobs)])
        text = page.read()
        every, ended_before = interval_seconds(text), stages_on(text)
        watch, seen, due = watched(text), dict[tuple[str, str], float](), time.monotonic()
        while watch["watch"]:
            due += every
            time.sleep(max(0, due - time.monotonic()))
            status, text = page.get(page.address(watch))
            if status == 200:
                watch = watched(text)
                for frame_and_stage in stages_on(text):
                    seen.setdefault(frame_and_stage, time.time())
        rows = asker.do("rows")
    arrived = {call["attempt"]: seconds(call["received_at"]) for call in studio.gateway.requests()}
    waits = []
    for row in rows:
        shown = [at for (frame, stage), at in seen.items() if frame == row["frame"] and stage in UNDER_WAY]
        waits += [min(shown) - arrived[row["attempts"][0]]] if shown else []
        if (row["frame"], row["status"]) not in ended_before:
            waits.append(seen[row["frame"], row["status"]] - row["finished_at"])
    print(f"  the page asks every {every:g} s; {len(waits)} stages seen after {min(waits):.2f} to {max(waits):.2f} s")
    return [Bar("stage seen by the page's poll, the latest", max(waits), 2, 2, "s")]
