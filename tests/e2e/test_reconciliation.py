"""The reconciliation page with a line of each kind, on every screen."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from studio.ledger import post
from studio.models import Kind, LedgerEntry, MissingLogRow
from studio.provider.outcome import Charge
from tests.e2e import steps
from tests.e2e.page_check import check
from tests.people import Cast
from tests.reconcile.calls import made, run
from tests.reconcile.rows import row


def seed(cast: Cast) -> None:
    attempt = made(cast, Charge.CHARGED, ids=("req-7",))
    with transaction.atomic():
        charged = LedgerEntry.objects.get(attempt=attempt, kind=Kind.CHARGE)
        post.correct(charged, 50_000, note="half", recorded_by=cast.dana, now=timezone.now())
    MissingLogRow.objects.create(attempt=made(cast, Charge.CHARGED), noticed_at=timezone.now())
    theirs = row("8f41c0ffee-20261110-a-long-request-id", quota=63_000, token_name="somebody’s script", model_name="m")
    run(row("req-7", token_name="studio", prompt_tokens=120, completion_tokens=1_290), theirs)


def test_an_admin_decides_what_is_open(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    seed(cast)
    steps.sign_in(any_page, cast.dana)
    any_page.goto("/admin-review/reconciliation/")
    check(any_page, axe, "reconciliation-open", request)
    line = any_page.get_by_role("article").filter(has_text="a-long-request-id")
    line.get_by_label("Reason").fill("A test from the console")
    line.get_by_role("button", name="Dismiss").click()
    expect(any_page.get_by_text("None: every call in the log is one of ours.")).to_be_visible()
