"""A session begins anew at the door, ends in time, can be ended from elsewhere, and ends at once with its account."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nbweb.sign_in import SignIn
from studio.models import AuditEntry
from studio.templatetags.browsers import browser
from tests import people
from tests.people import PASSWORD, Cast

LOGIN = "/accounts/login/"


def come_in(login: str = "bob", **options: str) -> Client:
    client = Client(**options)
    client.post(LOGIN, {"login": login, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


def age(client: Client, seconds: float) -> None:
    session = client.session
    session["began_at"] = time.time() - seconds
    session.save()


def test_a_session_somebody_else_planted_is_worth_nothing(cast: Cast, client: Client) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted = session.session_key
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert is_in(client)
    assert not is_in(thief)


def test_it_ends_however_much_it_is_used(cast: Cast) -> None:
    bob = come_in()
    age(bob, django_settings.NB_SESSION_SECONDS - 60)
    assert is_in(bob)
    age(bob, django_settings.NB_SESSION_SECONDS + 60)
    assert not is_in(bob)


def test_it_ends_when_nobody_uses_it(cast: Cast) -> None:
    bob = come_in()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(bob)


def test_using_it_keeps_it_and_a_page_that_asks_by_itself_does_not(cast: Cast) -> None:
    bob = come_in()
    soon = timezone.now() + timedelta(hours=1)

    def lives_on(address: str) -> bool:
        session = bob.session
        session["seen_at"] = 0
        session.save()
        Session.objects.update(expire_date=soon)
        bob.get(address)
        return Session.objects.get(session_key=session.session_key).expire_date > soon

    assert not lives_on(f"/projects/{cast.project.public_id}/running/")
    assert lives_on("/usage/")


def test_a_page_writes_no_session_twice_in_a_row(cast: Cast) -> None:
    bob = come_in()
    before = Session.objects.get().session_data
    is_in(bob)
    assert Session.objects.get().session_data == before


def test_everybody_sees_their_own_and_ends_them(cast: Cast) -> None:
    here, there = come_in(), come_in(HTTP_USER_AGENT="Firefox on the old laptop")
    vera = come_in("vera")
    page = here.get(reverse("usersessions_list")).text
    assert "Firefox on the old laptop" in page  # as a title, for who wants it exactly
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert vera.post(reverse("session-ending", args=[other.pk])).status_code == 404
    assert is_in(there)
    here.post(reverse("session-ending", args=[other.pk]))
    assert not is_in(there)
    assert is_in(here)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.4 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.9", "curl/8.9"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(said: str, shown: str) -> None:
    assert browser(said) == shown


def test_all_others_are_ended_at_once(cast: Cast) -> None:
    here, there = come_in(), come_in()
    here.post(reverse("usersessions_list"))
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_new_password_signs_out_everywhere_else(cast: Cast) -> None:
    here, there = come_in(), come_in()
    new = "a wholly different sentence"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)


def test_an_admin_signs_somebody_out_everywhere(cast: Cast) -> None:
    bob, dana = come_in(), Client()
    people.come_in(dana, cast.dana)
    form = {"action": "sign_out_everywhere", "_selected_action": [cast.bob.pk]}
    dana.post(reverse("admin:studio_user_changelist"), form)
    assert not is_in(bob)
    assert AuditEntry.objects.get().action == "sessions_ended"


@pytest.mark.parametrize("address", ["/usage/", "project", "running", "/accounts/2fa/", "/admin/"])
def test_a_closed_account_is_outside_at_the_next_request(cast: Cast, address: str) -> None:
    bob = come_in()
    project = f"/projects/{cast.project.public_id}/"
    address = {"project": project, "running": f"{project}running/"}.get(address, address)
    cast.bob.is_active = False
    cast.bob.save()
    assert "login" in bob.get(address)["Location"]


def test_a_running_poll_of_a_closed_account_gets_no_picture_of_the_project(cast: Cast) -> None:
    bob = come_in()
    cast.bob.is_active = False
    cast.bob.save()
    response = bob.get(f"/projects/{cast.project.public_id}/running/", headers={"HX-Request": "true"})
    assert response.status_code == 302
    assert response.content == b""


def test_cookies_behind_https_belong_to_this_host_alone(tmp_path: object) -> None:
    import subprocess
    import sys

    show = (
        "import nbweb.settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
        " s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    )
    told = {"PATH": "/usr/bin:/bin", "NB_HTTPS": "1", "NB_DATA_DIR": str(tmp_path)}
    seen = subprocess.run([sys.executable, "-c", show], env=told, check=True, capture_output=True, text=True)
    assert seen.stdout.split() == ["__Host-sessionid", "True", "True", "Lax", "__Host-csrftoken", "True", "1"]


def test_how_long_they_live_is_a_setting() -> None:
    read = SignIn.read({"NB_SESSION_IDLE_DAYS": "0.5", "NB_SESSION_DAYS": "7", "NB_CONFIRM_MINUTES": "5"})
    assert (read.idle, read.session, read.confirmed) == (timedelta(hours=12), timedelta(days=7), timedelta(minutes=5))


def test_the_known_browser_is_no_way_in(cast: Cast) -> None:
    bob = come_in()
    bob.post("/accounts/logout/")
    assert "known" in bob.cookies
    assert not is_in(bob)
