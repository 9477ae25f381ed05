"""People at work: they look at pages, poll what is under way, ask for pictures, bring some in and take some away."""

import random
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from tests.sandbox.process import ROOT

from ..jobs.poll import watched
from .browser import Answer, Browser

LITE_MICROS = "25000"
PHOTO = ROOT / "demo" / "photos" / "coffee.jpg"
PROMPTS = (
    *("A red boat",) * 6,
    "A red boat [sandbox:slow=3]",
    "A red boat [sandbox:several]",
    "A red boat [sandbox:text_refusal]",
    "A red boat [sandbox:429-then-ok]",
    "A red boat [sandbox:oss]",
    "A red boat [sandbox:cut]",
)
"""One in six comes to another end than a picture, and the books have to say which."""
PAUSE_SECONDS = 1.0
"""Between two things that one person does, on the average: a busy one."""
_PICTURE = re.compile(r"/media/outputs/[0-9a-f-]{36}/[a-z0-9-]+/")
_FRAME = re.compile(r'href="(/generations/[0-9a-f-]{36}/)"')


class Kept:
    """What all of them saw: seconds by what was done, and what went wrong. Each may be told from any thread."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self._lock = threading.Lock()

    def note(self, what: str, answer: Answer, *wanted: int) -> None:
        with self._lock:
            self.seconds[what].append(answer.seconds)
            if answer.status not in wanted:
                self.errors.append(f"{what}: {answer.status}")

    def fail(self, what: str, error: Exception) -> None:
        with self._lock:
            self.errors.append(f"{what}: {error!r}")


class Person:
    """`work` goes on until somebody says stop."""

    def __init__(self, browser: Browser, kept: Kept, seed: int) -> None:
        self._browser = browser
        self._kept = kept
        self._chance = random.Random(seed)
        self._watch: dict[str, str] = {}
        self._pictures: list[str] = []
        self._frames: list[str] = []

    def work(self, stopping: threading.Event) -> None:
        acts: dict[Callable[[], None], int] = {
            self.poll: 30,
            self.look_at_pictures: 12,
            self.open_project: 4,
            self.open_gallery: 3,
            self.search: 2,
            self.open_frame: 3,
            self.download: 2,
            self.open_usage: 1,
            self.submit: 4,
            self.bring_in: 1,
        }
        act = self.open_project
        while not stopping.wait(self._chance.expovariate(1 / PAUSE_SECONDS)):
            try:
                act()
            except (HTTPException, OSError) as error:
                self._kept.fail(act.__name__, error)
            (act,) = self._chance.choices(list(acts), list(acts.values()))

    def poll(self) -> None:
        """As the page does, which asks only while something on it is under way."""
        if not self._watch.get("watch"):
            return
        sent = "&".join(f"{name}={value}" for name, value in {**self._watch, "waiting": "0"}.items())
        answer = self._browser.get(f"{self._browser.project}running/?{sent}", is_htmx=True)
        self._kept.note("poll, nothing new" if answer.status == 204 else "poll, news", answer, 200, 204)
        if answer.status == 200:
            self._watch = watched(answer.text)

    def open_project(self) -> None:
        answer = self._browser.get(self._browser.project)
        self._kept.note("project", answer, 200)
        if answer.status == 200:
            self._watch = watched(answer.text)
            self._see(answer)

    def open_gallery(self) -> None:
        answer = self._browser.get(f"{self._browser.project}gallery/")
        self._kept.note("gallery", answer, 200)
        self._see(answer)

    def search(self) -> None:
        self._kept.note("search", self._browser.get(f"{self._browser.project}gallery/?q=boat"), 200)

    def open_usage(self) -> None:
        self._kept.note("usage", self._browser.get("/usage/"), 200)

    def open_frame(self) -> None:
        if self._frames:
            self._kept.note("frame", self._browser.get(self._chance.choice(self._frames)), 200)

    def look_at_pictures(self) -> None:
        if self._pictures:
            self._kept.note("picture", self._browser.get(self._chance.choice(self._pictures)), 200)

    def download(self) -> None:
        if self._pictures:
            original = re.sub(r"[a-z0-9-]+/$", "original/", self._chance.choice(self._pictures))
            self._kept.note("download", self._browser.get(original), 200)

    def submit(self) -> None:
        prompt = f"{self._chance.choice(PROMPTS)} [sandbox:pixels=640x480] {self._chance.randrange(10**6)}"
        answer = self._browser.submit(prompt=prompt, quoted_micros=LITE_MICROS)
        self._kept.note("submit", answer, 200)
        self.open_project()

    def bring_in(self) -> None:
        """Another picture each time: the same one is kept once."""
        data = PHOTO.read_bytes() + self._chance.randbytes(16)
        self._kept.note("upload", self._browser.upload(Path(PHOTO).name, data), 200)

    def _see(self, answer: Answer) -> None:
        self._pictures = list(dict.fromkeys(_PICTURE.findall(answer.text))) or self._pictures
        self._frames = list(dict.fromkeys(_FRAME.findall(answer.text))) or self._frames
