"""The settings of the studio: who sets them, what they change at once, and what is asked before anything is deleted."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from nbweb.sign_in import SignIn as SignInSettings
from studio import storage_check
from studio.accounts.second_factor import SealedSecrets
from studio.models import AuditEntry, Generation, Instance, User
from studio.trash.move import to_trash
from studio.trash.purge import purge
from tests.mail import mail_server
from tests.people import PASSWORD, Cast
from tests.stored import delivered

type SignIn = Callable[[User], Client]
PAGE = "/admin-review/settings/"
GENERAL = {"name": "", "language": "", "theme": ""}


def test_one_page_leads_to_every_setting(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.dana).get(PAGE).text
    for place in ("provider/", "provider/#models", "prices/", "members/", "budgets/", "provider/#storage", "audit/"):
        assert f'href="/admin-review/{place}"' in page, place
    for words in ("5 of 5 offered", "5 people", "asked once more above $2.00", "Set by the environment", "NB_MAIL_URL"):
        assert words in page, words


def test_the_studio_is_called_as_its_admin_says(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    dana.post(f"{PAGE}general/", GENERAL | {"name": "Fieldhouse & Söhne"})
    page = signed_in(cast.bob).get("/usage/").text
    assert "My usage · Fieldhouse &amp; Söhne</title>" in page
    assert '<span class="mark-name">Fieldhouse &amp; Söhne</span>' in page
    assert "Sign in to Fieldhouse" in Client().get("/accounts/login/").text
    assert SealedSecrets().get_totp_issuer() == "Fieldhouse & Söhne"
    assert AuditEntry.objects.get().changes == {"name": ["", "Fieldhouse & Söhne"]}
    dana.post(f"{PAGE}general/", GENERAL | {"name": "Fieldhouse & Söhne"})
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("typed", [{"name": "Two\nlines"}, {"name": "x" * 81}, {"language": "fr"}, {"theme": "pink"}])
def test_what_cannot_be_meant_is_refused(cast: Cast, signed_in: SignIn, typed: dict[str, str]) -> None:
    assert signed_in(cast.dana).post(f"{PAGE}general/", GENERAL | typed).status_code == 422
    assert Instance.called() == "NB Studio"


# ── What a person begins with ──────────────────────────────────────────────────────────────────────


def come_in(login: str = "bob", **cookies: str) -> Client:
    """By the form, as everybody does who comes with a new browser."""
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    return client


def looks(client: Client) -> tuple[str, str]:
    page = client.get("/usage/").text
    return page.partition('lang="')[2].partition('"')[0], page.partition('data-theme="')[2].partition('"')[0]


def test_who_never_chose_begins_with_what_the_studio_says(cast: Cast) -> None:
    Instance.current()
    Instance.objects.update(language="zh-hans", theme="dark")
    assert looks(come_in()) == ("zh-hans", "dark")
    assert looks(come_in(django_language="en", theme="light")) == ("en", "light")  # chosen at the door, in this browser


def test_a_choice_goes_along_to_the_next_browser(cast: Cast) -> None:
    Instance.current()
    Instance.objects.update(language="en", theme="dark")
    first = come_in()
    first.post("/language/", {"language": "zh-hans", "next": "/usage/"})
    first.post("/appearance/", {"theme": "", "next": "/usage/"})  # as the system says, which is a choice as well
    first.post("/appearance/", {"keys": "off", "next": "/usage/"})
    second = come_in()
    assert looks(second) == ("zh-hans", "")
    assert 'data-keys="off"' in second.get("/usage/").text
    second.post("/appearance/", {"keys": "on"})
    assert "data-keys" not in come_in().get("/usage/").text


def test_at_the_door_the_browser_says_the_language(db: None) -> None:
    page = Client(headers={"accept-language": "zh-CN,zh;q=0.9"}).get("/accounts/login/").text
    assert '<html lang="zh-hans"' in page


# ── Retention ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trashed(cast: Cast, settings: Settings, tmp_path: Path) -> list[Generation]:
    """Two frames that have been in the trash for ten days, and one that came today."""
    settings.MEDIA_ROOT = tmp_path
    frames, now = delivered(cast.bob, cast.project, variations=3), timezone.now()
    for frame, days in zip(frames, (10, 10, 0), strict=True):
        to_trash(Generation.objects.filter(pk=frame.pk), by=cast.bob, now=now - timedelta(days=days))
    return frames


def test_what_a_shorter_retention_deletes_is_said_first(
    cast: Cast, signed_in: SignIn, trashed: list[Generation]
) -> None:
    dana, address = signed_in(cast.dana), f"{PAGE}retention/"
    asked = dana.post(address, {"days": "7"})
    assert asked.status_code == 409
    assert "This deletes 2 pictures" in asked.text
    assert Instance.current().trash_days == 30
    assert dana.post(address, {"days": "7", "deletes": "1"}).status_code == 409  # another number than there are
    assert dana.post(address, {"days": "7", "deletes": "2"}).status_code == 302
    assert purge(now=timezone.now()) == 2
    assert AuditEntry.objects.get().changes == {"trash_days": ["30", "7"]}


def test_what_deletes_nothing_is_not_asked_about(cast: Cast, signed_in: SignIn, trashed: list[Generation]) -> None:
    dana = signed_in(cast.dana)
    for days in ("60", "0"):
        assert dana.post(f"{PAGE}retention/", {"days": days}).status_code == 302
    assert purge(now=timezone.now() + timedelta(days=9_999)) == 0
    assert dana.post(f"{PAGE}retention/", {"days": "-1"}).status_code == 422


def test_the_environment_has_the_last_word(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_TRASH_DAYS = 14
    dana = signed_in(cast.dana)
    page = dana.get(PAGE).text
    assert "14 days in the trash" in page
    assert 'name="days"' not in page
    assert dana.post(f"{PAGE}retention/", {"days": "7"}).status_code == 422
    assert Instance.current().trash_days == 30


# ── Mail and storage ───────────────────────────────────────────────────────────────────────────────


def test_a_letter_to_oneself_says_whether_mail_goes_out(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    dana = signed_in(cast.dana)
    assert dana.post(f"{PAGE}mail/").status_code == 302  # no server, nothing to try
    with mail_server() as sink:
        mailer = SignInSettings.read({"NB_MAIL_URL": sink.url}).mail
        assert mailer
        settings.NB_MAIL, settings.MAILERS = True, {"default": mailer}
        assert "The mail server took a letter to dana@example.com" in dana.post(f"{PAGE}mail/").text
        assert sink.to("dana@example.com")[0]["Subject"] == "A letter from NB Studio"
        sink.refused.add("dana@example.com")
        assert "takes no letter to your address" in dana.post(f"{PAGE}mail/").text
        wrong = mailer["OPTIONS"] | {"password": "wrong"}
        settings.MAILERS = {"default": mailer | {"OPTIONS": wrong}}
        page = dana.post(f"{PAGE}mail/").text
        assert "does not take the name and the password" in page
        assert "wrong" not in page
    assert "The mail server does not answer" in dana.post(f"{PAGE}mail/").text
    assert len(sink.letters) == 1


def steps() -> dict[str, tuple[str, str]]:
    return {step.name: (step.look, step.reason) for step in storage_check.look()}


def probes() -> list[str]:
    try:
        return default_storage.listdir("probe")[1]
    except FileNotFoundError:
        return []


def test_the_storage_is_tried_step_by_step(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.dana).post("/admin-review/provider/storage/").text
    for words in ("Write", "Read back", "Read a part", "Delete", "Test the storage again", "Room left"):
        assert words in page, words
    assert steps() == dict.fromkeys(("write", "read", "part", "delete"), ("ok", ""))
    assert probes() == []


def test_where_nothing_can_be_written_the_rest_is_not_tried(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.touch()
    assert steps() == {"write": ("bad", "NotADirectoryError"), "read": ("", ""), "part": ("", ""), "delete": ("", "")}


@pytest.mark.s3
def test_a_bucket_is_tried_through_a_link_as_well(
    bucket: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steps() == dict.fromkeys(("write", "read", "part", "link", "delete"), ("ok", ""))
    assert probes() == []
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-key-than-the-buckets")
    settings.STORAGES = {**settings.STORAGES}  # so that the storage is made anew
    assert steps()["write"] == ("bad", "403")
