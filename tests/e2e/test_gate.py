"""The gate around the browser tests closes: otherwise their silence would mean nothing."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Log

HOME = "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Home</title><h1>Home</h1>"


@pytest.fixture
def studio() -> SimpleNamespace:
    """No studio at all: these tests answer for it."""
    return SimpleNamespace(url="http://127.0.0.1:9", origins=[])


@pytest.fixture
def home(page: Page) -> Page:
    page.route("http://127.0.0.1:9/", lambda route: route.fulfill(body=HOME, content_type="text/html"))
    page.goto("/")
    return page


def test_a_console_error_is_caught(home: Page, log: Log) -> None:
    home.evaluate("console.error('something is wrong')")
    assert [line for line in log.unexpected if "something is wrong" in line]
    log.allowed.append("something is wrong")


def test_an_uncaught_error_is_caught(home: Page, log: Log) -> None:
    with home.expect_event("pageerror"):
        home.evaluate("setTimeout(() => { throw new Error('nobody caught me') })")
    assert any("nobody caught me" in line for line in log.unexpected)
    log.allowed.append("nobody caught me")


def test_a_request_to_another_host_is_caught(home: Page, log: Log) -> None:
    home.evaluate("fetch('https://example.com/pixel').catch(() => 0)")
    assert log.foreign == ["https://example.com/pixel"]
    log.foreign.clear()
    log.allowed.append("example.com")


def test_a_break_of_the_content_security_policy_is_caught(page: Page, log: Log) -> None:
    policy = {"Content-Security-Policy": "default-src 'self'"}
    page.route(
        "http://127.0.0.1:9/",
        lambda route: route.fulfill(body=f"{HOME}<p style='color: red'>", content_type="text/html", headers=policy),
    )
    with page.expect_console_message(lambda message: "content security policy: style-src" in message.text):
        page.goto("/")
    assert log.unexpected
    log.allowed.append("ecurity")


def test_an_answer_is_written_down(home: Page, log: Log) -> None:
    assert log.answers == [("GET", "/", 200)]


def test_the_screen_is_as_wide_and_as_dark_as_it_says(any_page: Page, request: pytest.FixtureRequest) -> None:
    any_page.set_content(HOME)
    seen = any_page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light']")
    assert f"{seen[0]}-{seen[1]}" in request.node.name
