"""A real browser in front of the studio, and a gate around it.

A test fails by itself when its page logs an error or a warning, breaks the content security policy, or asks
another host for anything. A test that wants one of these says so in `log`.
"""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import browser, people
from tests.e2e import several
from tests.e2e.running import Studio
from tests.e2e.several import SeveralMachines
from tests.sandbox.process import RunningSandbox, running_sandbox

# Playwright keeps an event loop running in this thread, and Django would refuse every query a test makes.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARTIFACTS = Path("test-artifacts")
# Ten seconds, not five: a busy machine is slow, and a longer wait costs nothing when all is well.
TIMEOUT_MS = 10_000
IS_TRACED = bool(os.environ.get("TRACE"))

type Theme = Literal["light", "dark"]


# ── The studio under test ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def served(
    sandbox: RunningSandbox,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Studio]:
    """One studio for all tests of this process; it starts once and works on the tests' database."""
    kind = SeveralMachines if several.IS_ASKED_FOR else Studio
    running = kind(sandbox, tmp_path_factory.mktemp("studio"))
    running.prepare()
    try:
        with django_db_blocker.unblock():  # to see whether its workers have signed in
            running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def studio(served: Studio, transactional_db: None) -> Iterator[Studio]:
    served.sandbox.reset()
    served.forget()
    yield served
    served.wait_until_quiet()


@pytest.fixture
def cast(studio: Studio) -> people.Cast:
    return people.cast()


# ── What a person looks through ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Screen:
    """A window and the colours its owner likes."""

    width: int
    height: int
    theme: Theme = "light"
    is_touch: bool = False

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}"


DESKTOP = Screen(1440, 900)
PHONE = Screen(390, 844, is_touch=True)
PHONE_DARK = Screen(390, 844, "dark", is_touch=True)
SCREENS = (DESKTOP, PHONE_DARK)
"""Each width and each theme once: a colour depends on the theme, a place on the width, and neither on both."""


# What htmx says of a request that the page itself gave up, for a newer one or for another page. Whatever else ends one
# without an answer is said once more by a name of its own: sendError, timeout.
GIVEN_UP = ("htmx:sendAbort", "htmx:afterRequest")


@dataclass
class Log:
    """What the pages of one test said and asked for, and what of it the test expects."""

    console: list[str] = field(default_factory=list)
    answers: list[tuple[str, str, int]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    # Parts of console messages a test expects.
    allowed: list[str] = field(default_factory=lambda: [*GIVEN_UP])
    # Further origins a test may reach on this machine: an identity provider, an S3 server.
    origins: list[str] = field(default_factory=list)

    @property
    def unexpected(self) -> list[str]:
        return [line for line in self.console if not any(part in line for part in self.allowed)]

    def listen(self, page: Page, origin: str) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        page.on("request", lambda request: self._see(request.url, origin))
        page.on(
            "response",
            lambda answer: self.answers.append((answer.request.method, answer.url.removeprefix(origin), answer.status)),
        )

    def _see(self, url: str, origin: str) -> None:
        """The browser finds no other host by its name (tests/browser.py); what it asked for is seen all the same."""
        if not url.startswith((f"{origin}/", "data:", "blob:", *self.origins)):
            self.foreign.append(url)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.console.append(f"{message.type}: {message.text} @ {message.location.get('url')}")


# The console does not show every break of the policy, and a report sent to nobody shows none.
REPORT_POLICY_BREAKS = """
    document.addEventListener('securitypolicyviolation', event => console.error(
        `content security policy: ${event.violatedDirective} refused ${event.blockedURI || 'inline'}`))
"""


@dataclass
class Window:
    """Opens pages of the studio on any screen, all of them behind the same gate."""

    chromium: Browser
    studio: Studio
    log: Log
    name: str
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, screen: Screen = DESKTOP, **options: Any) -> Page:
        """An empty page, signed out: somebody else's browser. `options` go to Playwright's `new_context`."""
        context = self.chromium.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme=screen.theme,
            has_touch=screen.is_touch,
            is_mobile=screen.is_touch,
            **{
                "base_url": self.studio.url,
                "locale": "en-GB",
                "timezone_id": "UTC",
                "reduced_motion": "reduce",
                "service_workers": "block",
                **options,
            },
        )
        self.contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.studio.url)
        context.add_init_script(REPORT_POLICY_BREAKS)
        if IS_TRACED:
            context.tracing.start(screenshots=True, snapshots=True)
        context.on("page", lambda page: self.log.listen(page, self.studio.url))
        return context.new_page()

    def close(self, *, has_failed: bool) -> None:
        for number, context in enumerate(self.contexts):
            stem = ARTIFACTS / f"{self.name}-{number}"
            if has_failed:
                for page in context.pages:
                    page.screenshot(path=f"{stem}.png", full_page=True)
            # A trace that was started must be stopped, or its folder stays behind.
            if IS_TRACED:
                context.tracing.stop(path=f"{stem}.zip")
            context.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if reason := browser.missing():
        pytest.skip(reason)
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=browser.find(),
            args=list(browser.ARGUMENTS),
            headless=os.environ.get("HEADED") != "1",
        )
        yield launched
        launched.close()


@pytest.fixture
def log(studio: Studio) -> Log:
    return Log(origins=[*studio.origins])


@pytest.fixture
def window(chromium: Browser, studio: Studio, log: Log, request: pytest.FixtureRequest) -> Iterator[Window]:
    """For tests with several people or screens: `window.open(PHONE)`. All others take `page`."""
    name = request.node.nodeid.rpartition("/")[2].translate(str.maketrans("/:[]", "----"))
    window = Window(chromium, studio, log, name)
    yield window
    report = request.node.stash.get(CALL_REPORT, None)
    has_failed = report is None or report.failed
    window.close(has_failed=has_failed)
    if not has_failed:
        assert log.unexpected == [], "the browser's console"
        assert log.foreign == [], "requests to other hosts"


@pytest.fixture
def page(window: Window) -> Page:
    """A page on a desktop screen, light."""
    return window.open(DESKTOP)


@pytest.fixture
def phone(window: Window) -> Page:
    """A page on a telephone, light."""
    return window.open(PHONE)


@pytest.fixture(params=SCREENS, ids=str)
def any_screen(request: pytest.FixtureRequest) -> Screen:
    """The same test on a light desktop and on a dark telephone."""
    screen: Screen = request.param
    return screen


@pytest.fixture
def any_page(window: Window, any_screen: Screen) -> Page:
    """The same, with a page that is open already."""
    return window.open(any_screen)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fails when axe-core finds what would keep somebody from using the page."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    return check


CALL_REPORT = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the test's report, so that the fixtures know how it went when they close."""
    report = yield
    if call.when == "call":
        item.stash[CALL_REPORT] = report
    return report
