"""A charge is questioned on its line of the statement, and answered there: on every screen, and without script."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from studio.ledger import decisions
from studio.models import ChargeQuestion
from studio.provider.outcome import Outcome
from tests.e2e import steps
from tests.e2e.conftest import Window
from tests.e2e.page_check import check
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end


def refuse_three(cast: Cast) -> None:
    with transaction.atomic():  # or the studio's own worker would take them up
        for generation in make_run(cast.bob, cast.project, variations=3).generations.order_by("variation"):
            end(generation, Outcome.REFUSED_OUTPUT)


def ask(page: Page) -> None:
    """About the first of the three that one line folds together."""
    page.goto("/usage/")
    page.locator("summary", has_text="Question this charge").click()
    for number in ("1B", "1C"):
        page.get_by_role("checkbox", name=number).uncheck()
    page.get_by_label("What is wrong with it?").fill("No picture came")


def test_it_is_asked_and_answered_on_the_line(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    refuse_three(cast)
    steps.sign_in(any_page, cast.bob)
    ask(any_page)
    check(any_page, axe, "usage-question", request)
    any_page.get_by_role("button", name="Ask an admin").click()
    expect(any_page.get_by_text("You asked about 1A: “No picture came”")).to_be_in_viewport()
    question = ChargeQuestion.objects.get()
    decisions.let_stand(question, answer="The gateway charges for it", by=cast.dana, now=timezone.now())
    any_page.reload()
    expect(any_page.get_by_text("The charge stands. Dana: “The gateway charges for it”")).to_be_visible()
    check(any_page, axe, "usage-answered", request)


def test_it_takes_no_script(window: Window, cast: Cast) -> None:
    refuse_three(cast)
    page = steps.sign_in(window.open(java_script_enabled=False), cast.bob)
    ask(page)
    page.get_by_role("button", name="Ask an admin").click()
    expect(page.get_by_text("An admin has not answered yet.")).to_be_visible()
    assert ChargeQuestion.objects.count() == 1
