"""The door in a real browser: passkeys, an authenticator app, and asking again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import CDPSession, Page, expect

from studio.models import Account, User
from tests import people
from tests.e2e import steps
from tests.e2e.conftest import PHONE, Screen, Window
from tests.e2e.page_check import check
from tests.e2e.running import Studio
from tests.people import PASSWORD, Cast

PASSKEY_OF_A_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_fingerprint_reader(page: Page) -> CDPSession:
    """A device whose owner always agrees."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY_OF_A_DEVICE})
    return line


def at_a_name(window: Window, studio: Studio, screen: Screen | None = None, **options: Any) -> Page:
    """A passkey belongs to a name; a number has none."""
    name = studio.url.replace("127.0.0.1", "localhost")
    window.log.origins.append(f"{name}/")
    return window.open(*([screen] if screen else []), base_url=name, **options)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email or username").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With passwords that the studio under test can read: it knows no hash that is quick to make."""
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1_000)
    User.objects.update(password=hashed)
    return people.known_cast()


# ── Passkeys ───────────────────────────────────────────────────────────────────────────────────────


def test_a_passkey_is_made_and_signs_in_alone(window: Window, cast: Cast, studio: Studio) -> None:
    page = at_a_name(window, studio)
    with_fingerprint_reader(page)
    sign_in(page, "bob")
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("The old laptop")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("The old laptop")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/projects/**")
    expect(page.get_by_role("button", name=re.compile("Bob"))).to_be_visible()


def test_a_passkey_is_the_second_step_too(window: Window, cast: Cast, studio: Studio) -> None:
    page = at_a_name(window, studio, PHONE)
    with_fingerprint_reader(page)
    sign_in(page, "bob")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/recovery-codes/")
    sign_out(page)
    sign_in(page, "bob")
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/projects/**")


def test_a_passkey_that_is_called_off_leaves_the_page_as_it_was(window: Window, cast: Cast, studio: Studio) -> None:
    page = at_a_name(window, studio)
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    nobody = PASSKEY_OF_A_DEVICE | {"isUserVerified": False}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": nobody})
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="The passkey was not used")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()


def test_nobody_signs_in_with_the_passkey_of_somebody_else(window: Window, cast: Cast, studio: Studio) -> None:
    page = at_a_name(window, studio)
    with_fingerprint_reader(page)
    sign_in(page, "bob")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/recovery-codes/")
    Authenticator.objects.filter(type="webauthn").update(user=cast.dana)  # whoever stole the row
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#toasts")).not_to_be_empty()  # the door says no, on the same page
    page.goto("/usage/")
    page.wait_for_url("**/accounts/login/**")


# ── The other ways ─────────────────────────────────────────────────────────────────────────────────


def test_a_code_of_the_app_is_asked_for(any_page: Page, cast: Cast, axe: Callable[[Page], None], request: Any) -> None:
    sign_in(any_page, "dana")
    any_page.wait_for_url("**/2fa/authenticate/")
    check(any_page, axe, "second-step", request)
    code = any_page.get_by_label(re.compile("^Code of your authenticator app"))
    code.fill("000000")
    any_page.get_by_role("button", name="Sign in", exact=True).click()
    expect(code).to_have_attribute("aria-invalid", "true")
    code.fill(people.code_of_app())
    any_page.get_by_role("button", name="Sign in", exact=True).click()
    any_page.wait_for_url("**/projects/**")


def test_a_change_of_money_asks_again_and_goes_on(
    any_page: Page, cast: Cast, axe: Callable[[Page], None], request: Any
) -> None:
    steps.sign_in(any_page, cast.dana, is_proven=False)
    any_page.goto("/admin-review/budgets/")
    field = any_page.get_by_label(re.compile("Bob")).first
    field.fill("33")
    field.press("Enter")
    any_page.wait_for_url("**/reauthenticate/**")
    check(any_page, axe, "asked-again", request)
    any_page.get_by_label("Your password").fill(PASSWORD)
    any_page.get_by_role("button", name="Go on").click()
    expect(any_page.get_by_role("heading", name="Budgets")).to_be_visible()
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == 33_000_000
