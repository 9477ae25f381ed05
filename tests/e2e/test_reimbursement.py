"""A reimbursement sheet from the list to the credit, on every screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studio.provider.outcome import Outcome
from tests.e2e import steps
from tests.e2e.conftest import Log
from tests.e2e.page_check import check
from tests.people import Cast
from tests.reimbursement.claimed import answered, declined


def test_an_admin_claims_what_was_declined_and_posts_the_credit(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], log: Log, request: pytest.FixtureRequest
) -> None:
    log.allowed.append("422")  # the credit without a sum
    declined(cast)
    declined(cast)
    answered(cast, Outcome.NO_IMAGE)
    steps.sign_in(any_page, cast.dana)
    any_page.goto("/admin-review/reimbursement/?month=2026-11")
    check(any_page, axe, "reimbursement", request)
    any_page.get_by_label("Claim 2A").uncheck()
    any_page.get_by_role("button", name="Draw up a sheet").click()
    check(any_page, axe, "reimbursement-drawn", request)
    any_page.get_by_role("button", name="Mark as sent").click()
    any_page.get_by_role("button", name="Post the credit").click()  # without a sum
    expect(any_page.get_by_label("Credited in all")).to_have_attribute("aria-invalid", "true")
    check(any_page, axe, "reimbursement-refused", request)
    any_page.get_by_label("Credited in all").fill("0.08")
    any_page.get_by_role("button", name="Post the credit").click()
    expect(any_page.get_by_text("$0.09 given back to 1 person.")).to_be_visible()
    check(any_page, axe, "reimbursement-credited", request)
