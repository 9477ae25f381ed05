"""A key that the gateway refuses, from the first picture that fails to the one that is made after all."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from studio.models import GatewayKey, ModelSwitch
from studio.models.gateway_key import Stop
from tests.e2e import steps
from tests.e2e.conftest import Window
from tests.e2e.running import Studio
from tests.e2e.test_every_page import check
from tests.people import Cast


def test_a_refused_key_is_told_to_the_admin_who_resumes_it(window: Window, cast: Cast, studio: Studio) -> None:
    studio.sandbox.script(["401"])
    bobs = steps.open_workspace(window.open(), cast.bob, cast.project)
    for prompt in ("A red boat", "A blue boat"):
        steps.write_prompt(bobs, prompt)
        steps.generate(bobs)
        expect(steps.frame(bobs, "1A")).to_have_attribute("data-status", "failed", timeout=steps.A_CALL_MS)
    expect(steps.frame(bobs, "2A")).to_contain_text("The studio’s key was refused; an admin has been told.")
    bobs.reload()
    expect(bobs.get_by_text("Nothing is sent right now")).to_be_visible()

    danas = steps.sign_in(window.open(), cast.dana)
    danas.goto("/usage/")
    strip = danas.get_by_role("region", name="For admins")
    expect(strip).to_contain_text("The gateway refused the key.")
    strip.get_by_role("link", name="Look at it").click()
    danas.get_by_role("button", name="Resume sending").click()
    expect(danas.get_by_role("button", name="Resume sending")).to_have_count(0)

    steps.expect_picture(bobs, "2A")
    danas.goto("/usage/")
    expect(strip).to_have_count(0)
    assert len(studio.sandbox.requests()) == 2


def test_pages_while_something_is_not_sent(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    stopped = {"stopped_reason": Stop.CERTIFICATE, "stopped_at": timezone.now()}
    GatewayKey.objects.update_or_create(name="main", defaults=stopped)
    ModelSwitch.objects.create(model_key="gen1", is_enabled=False, reason=ModelSwitch.Reason.NOT_FOUND)
    steps.sign_in(any_page, cast.dana)
    any_page.goto(f"{cast.project.get_absolute_url()}compose/")
    steps.write_prompt(any_page, "A red boat")
    steps.generate(any_page)
    any_page.wait_for_url(f"**{cast.project.get_absolute_url()}*")
    for name, address in (
        ("stopped-workspace", cast.project.get_absolute_url()),
        ("stopped-compose", f"{cast.project.get_absolute_url()}compose/"),
        ("stopped-usage", "/usage/"),
        ("stopped-system", "/admin-review/system/"),
    ):
        any_page.goto(address)
        check(any_page, axe, name, request)
    any_page.goto(f"/admin/studio/gatewaykey/{GatewayKey.objects.get().pk}/change/")
    any_page.screenshot(path=f"test-artifacts/pages/stopped-key-{request.node.callspec.id}.png", full_page=True)
    GatewayKey.objects.update(stopped_reason="")
