"""A workspace with 200 cards in Chromium: how soon a submit is answered, a stage is seen, and what stops or jumps."""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Error, Page, expect, sync_playwright

from studio.demo.processes import free_port
from tests import browser
from tests.jobs.studio_process import environment, server
from tests.sandbox.process import running_sandbox

from ..bars import Bar, print_bars

FRAMES: Final = 200
SUBMITS, SUBMITS_QUICK = 20, 5
CARD_MS, STAGE_MS, TASK_MS = (300, 150), (2_000, 1_500), (100, 50)
"""What must hold, and what the design can reach: the page asks every 1.4 seconds."""
A_CALL_MS: Final = 60_000

# All of it is counted by the page, from its first byte on: asked from outside, a busy machine would be measured too.
WATCH: Final = """
    window.seen = { shifts: [], tasks: [], clicked: 0, cards: [], stages: [] };
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) seen.shifts.push([each.value, each.hadRecentInput]);
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((each) => each.duration)))
        .observe({ type: "longtask", buffered: true });
    addEventListener("click", (event) => {
        if (event.target.closest("#go-ready")) seen.clicked = event.timeStamp;
    }, true);
    addEventListener("DOMContentLoaded", () => {
        const stages = new Map();
        new MutationObserver(() => {
            const strip = document.querySelector("#strips > .strip");
            if (seen.clicked && strip && strip.id !== seen.newest) {
                const clicked = seen.clicked;
                seen.newest = strip.id;
                seen.clicked = 0;
                requestAnimationFrame(() => setTimeout(() => seen.cards.push(performance.now() - clicked)));
            }
            for (const frame of document.querySelectorAll("#strips > .strip:first-child .frame")) {
                if (stages.get(frame.id) === frame.dataset.status) continue;
                stages.set(frame.id, frame.dataset.status);
                seen.stages.push([frame.id.slice(2), frame.dataset.status, Date.now()]);
            }
        }).observe(document.querySelector("#strips"), { childList: true, subtree: true, attributes: true });
        seen.newest = document.querySelector("#strips > .strip")?.id;
    });
"""


@dataclass(frozen=True)
class Seen:
    """What a page counted of itself. Milliseconds; `stages` are how long after the change each was on the screen."""

    cards: list[float]
    stages: list[float]
    tasks: list[float]
    shifts: list[float]
    frames: int


def run(quick: bool) -> bool:
    """Print the figures; True when every bar held."""
    load = os.getloadavg()[0]
    seen = _measured(SUBMITS_QUICK if quick else SUBMITS)
    card, stage = statistics.median(seen.cards), max(seen.stages)
    print(f"\nbrowser: {seen.frames} cards on the page; load of the machine {load:.1f} at the start")
    print(f"         {len(seen.cards)} submits, the slowest answered after {max(seen.cards):.0f} ms")
    print(f"         {len(seen.stages)} stages, the median seen after {statistics.median(seen.stages):.0f} ms")
    print(f"         {len(seen.tasks)} tasks above 50 ms, {len(seen.shifts)} shifts")
    return print_bars(
        [
            Bar("a card after a submit, median", card, *CARD_MS, "ms"),
            Bar("a stage is seen, slowest", stage, *STAGE_MS, "ms"),
            Bar("the longest task", max(seen.tasks, default=0), *TASK_MS, "ms"),
            Bar("shifts, all together", sum(seen.shifts), 0, 0, ""),
        ]
    )


def _measured(submits: int) -> Seen:
    with tempfile.TemporaryDirectory(prefix="nb-bench-browser-") as name, running_sandbox() as sandbox:
        folder = Path(name)
        told = environment(
            folder,
            sandbox.url,
            NB_WORKER="thread",
            NB_TIMEOUT_SCALE="1",
            NB_STATIC_ROOT=str(folder / "static"),
            PORT=str(free_port()),
            SECRET_KEY="bench" * 12,
        )
        command = [sys.executable, "-m", "bench.browser.fill", str(FRAMES)]
        filled = subprocess.run(command, env=told, check=True, capture_output=True, text=True)
        path, cookie, value = filled.stdout.split()
        address = f"http://127.0.0.1:{told['PORT']}"
        with server(told), _page(address, cookie, value) as page:
            _open(page, path)
            for number in range(submits):
                _submit(page, number)
            seen: dict[str, Any] = page.evaluate("window.seen")
            frames = page.locator("#strips .frame").count()
        return Seen(
            cards=seen["cards"],
            stages=_lags(folder, seen["stages"]),
            tasks=seen["tasks"],
            shifts=[value for value, is_excused in seen["shifts"] if not is_excused],
            frames=frames,
        )


@contextmanager
def _page(address: str, cookie: str, value: str) -> Iterator[Page]:
    program = browser.find()  # by a Playwright of its own, which two of at once do not allow
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(browser.ARGUMENTS))
        context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.set_default_timeout(A_CALL_MS)
        context.add_cookies([{"name": cookie, "value": value, "url": address}])
        context.add_init_script(WATCH)
        page = context.new_page()
        _wait_until_up(page)
        yield page
        chromium.close()


def _wait_until_up(page: Page) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            page.goto("/livez")
            return
        except Error:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _open(page: Page, path: str) -> None:
    """The workspace, and all of it: a page of strips after the other, each looked at."""
    page.goto(path)
    while page.locator("#strips .frame").count() < FRAMES:
        before = page.locator("#strips .frame").count()
        page.locator("#load-more a").click()
        page.wait_for_function("before => document.querySelectorAll('#strips .frame').length > before", arg=before)
    page.evaluate("scrollTo(0, 0)")


def _submit(page: Page, number: int) -> None:
    """One run, from its words to its picture. The sandbox takes a second, so that there are stages to be seen."""
    with page.expect_response("**/composition/"):
        page.get_by_label("Prompt", exact=True).fill(f"A boat at sea, number {number} [sandbox:slow=1]")
        page.get_by_label("Prompt", exact=True).press("Tab")
    page.locator("#go-ready").click()
    newest = page.locator("#strips > .strip").first
    expect(newest).to_contain_text(f"number {number} ", timeout=A_CALL_MS)
    expect(newest.locator(".frame")).to_have_attribute("data-status", "succeeded", timeout=A_CALL_MS)


def _lags(folder: Path, stages: list[tuple[str, str, float]]) -> list[float]:
    """Between the moment a generation was sent, or was over, and the moment the page showed it."""
    sent, over = {}, {}
    with sqlite3.connect(f"file:{folder / 'nbstudio.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT r.number, g.sent_at, g.finished_at FROM studio_generation g JOIN studio_run r ON r.id = g.run_id"
            " WHERE r.variations = 1"
        )
        for run_number, sent_at, finished_at in rows:
            sent[f"{run_number}A"], over[f"{run_number}A"] = _milliseconds(sent_at), _milliseconds(finished_at)
    database.close()
    lags, shown = [], set()
    for number, status, moment in stages:
        if number not in sent or status == "queued":
            continue
        began = over[number] if status == "succeeded" else sent[number]
        if (number, status == "succeeded") not in shown:
            shown.add((number, status == "succeeded"))
            lags.append(moment - began)
    return lags


def _milliseconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000
