"""From an empty database to the first shared picture, in the browser alone."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext as say
from playwright.sync_api import Locator, Page, expect

from studio.accounts import first_run
from studio.models import LedgerEntry, User
from tests import people
from tests.e2e import steps
from tests.e2e.conftest import DESKTOP, PHONE_DARK, Screen, Window
from tests.e2e.page_check import check
from tests.e2e.running import Studio
from tests.people import PASSWORD

type Look = Callable[[Page, str], None]

WAYS = [pytest.param("en-GB", "en", DESKTOP, id="en-1440"), pytest.param("zh-CN", "zh-hans", PHONE_DARK, id="zh-390")]


@pytest.fixture
def set_up_code(studio: Studio) -> str:
    """The studio process on an empty database; the code from its log."""
    first_run.forget()
    studio.begin_anew()
    return first_run.code()


@pytest.fixture
def look(axe: Callable[[Page], None], request: pytest.FixtureRequest) -> Look:
    """At a page on the way: a picture of it is kept, and nobody is kept out of it."""
    return lambda page, name: check(page, axe, f"first-team-{name}", request)


@pytest.fixture
def speaking(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the test looks for is in the language of its pages."""
    with translation.override(request.getfixturevalue("language")):
        yield


def fill(place: Page | Locator, *typed: tuple[str, str]) -> None:
    for label, value in typed:
        place.get_by_label(say(label), exact=True).fill(value)


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=say(name), exact=True).click()


def follow(place: Page | Locator, name: str) -> None:
    place.get_by_role("link", name=re.compile(re.escape(say(name)))).first.click()


def begin(admin: Page, code: str, look: Look) -> None:
    """The first run, with the second factor that admins need."""
    admin.goto("/projects/")
    admin.wait_for_url("**/setup/")
    look(admin, "1-set-up")
    fill(admin, ("Set-up code", code), ("Name of the studio", "Fieldhouse"), ("Your name", "Dana Whitfield"))
    fill(admin, ("Email", "dana@fieldhouse.example"), ("Password", PASSWORD), ("Password, once more", PASSWORD))
    press(admin, "Open the studio")
    admin.wait_for_url("**/accounts/2fa/")
    look(admin, "2-security")
    follow(admin, "Set up an app")
    look(admin, "3-app")
    fill(admin, ("Code", people.code_of_app(secret=admin.locator("code.secret").inner_text())))
    press(admin, "Turn on")
    admin.wait_for_url("**/recovery-codes/")
    look(admin, "4-recovery-codes")
    follow(admin, "I have kept them")
    admin.wait_for_url("**/projects/*/")
    expect(admin.get_by_role("heading", name=re.compile(say("Finish setting up")))).to_be_visible()
    look(admin, "5-first-project")


def set_a_key(admin: Page, look: Look) -> None:
    """From the page of all settings, and looked at before anybody pays."""
    admin.goto("/admin-review/settings/")
    look(admin, "6-settings")
    follow(admin, "Provider and keys")
    key = admin.get_by_role("region", name=say("Main key"))
    key.locator("summary").click()
    fill(key, ("New key", "sk-of-the-new-studio"))
    press(key, "Use this key")
    expect(admin.locator("code").filter(has_text="udio")).to_be_visible()
    press(admin, "Check now")
    expect(admin.get_by_text(say("Key accepted"))).to_be_visible()
    look(admin, "7-provider")


def invite(admin: Page, look: Look) -> str:
    """A project, and a link into it with a budget."""
    admin.goto("/projects/")
    fill(admin, ("New project", "Café launch"))
    press(admin, "Create project")
    follow(admin, "Invite people")
    admin.wait_for_url("**/members/**")
    fill(admin, ("Monthly budget", "10"))
    press(admin, "Invite")
    look(admin, "8-invited")
    return admin.locator("#fresh-link").inner_text()


def join(guest: Page, link: str, look: Look) -> None:
    guest.goto(link)
    look(guest, "9-invitation")
    follow(guest, "Create an account")
    fill(guest, ("Email", "mei@fieldhouse.example"), ("Your name", "Mei Tanaka"), ("Password", PASSWORD))
    look(guest, "10-account")
    press(guest, "Make my account")
    guest.wait_for_url("**/projects/*/")
    look(guest, "11-inside")


def make_a_picture(guest: Page, screen: Screen, look: Look) -> None:
    if screen.is_touch:
        guest.get_by_role("link", name=say("New generation")).click()
    guest.get_by_label(say("Prompt"), exact=True).fill("A red boat on a quiet lake")
    guest.locator("#go-ready").click()
    steps.expect_picture(guest, "1A")
    look(guest, "12-picture")


@pytest.mark.parametrize(("locale", "language", "screen"), WAYS)
@pytest.mark.usefixtures("speaking")
def test_a_new_team_comes_to_its_first_shared_picture(
    window: Window, set_up_code: str, locale: str, language: str, screen: Screen, look: Look
) -> None:
    admin, guest = window.open(screen, locale=locale), window.open(screen, locale=locale)
    begin(admin, set_up_code, look)
    set_a_key(admin, look)
    link = invite(admin, look)
    join(guest, link, look)
    make_a_picture(guest, screen, look)
    admin.goto(guest.url)
    steps.expect_picture(admin, "1A")
    expect(admin.locator(".strip").first).to_contain_text("Mei")
    look(admin, "13-shared")
    assert (User.objects.get(is_staff=True).display_name, LedgerEntry.objects.filter(kind="charge").count()) == (
        "Dana Whitfield",
        1,
    )
