"""The door: it lets in whom it knows, and tells nobody else whom it knows."""

import re

import pytest
from django.test import Client, override_settings

from tests.people import PASSWORD, Cast, come_in

LOGIN = "/accounts/login/"


@pytest.mark.parametrize("login", ["bob@example.com", "bob"])
def test_a_person_comes_in_by_email_or_name(cast: Cast, client: Client, login: str) -> None:
    response = client.post(LOGIN, {"login": login, "password": PASSWORD})
    assert response["Location"] == "/"
    assert client.get("/usage/").status_code == 200


def test_the_door_leads_to_where_one_wanted_to_go(cast: Cast, client: Client) -> None:
    form = client.get(f"{LOGIN}?next=/usage/").content.decode()
    assert re.search(r'name="next"\s+value="/usage/"', form)
    response = client.post(LOGIN, {"login": "bob", "password": PASSWORD, "next": "/usage/"})
    assert response["Location"] == "/usage/"


def test_the_door_never_leads_out_of_the_studio(cast: Cast, client: Client) -> None:
    response = client.post(LOGIN, {"login": "bob", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_a_wrong_password_and_an_unknown_person_read_the_same(cast: Cast, client: Client) -> None:
    def answer(login: str) -> str:
        page = client.post(LOGIN, {"login": login, "password": "wrong password"}).content.decode()
        return re.sub(r'value="[^"]*"|X-CSRFToken": "\w+', "", page)

    for known, unknown in (("bob@example.com", "nobody@example.com"), ("bob", "nobody")):
        assert answer(known) == answer(unknown)
        assert "That email and password do not match." in answer(known)


def test_what_was_typed_as_a_name_stays_and_the_password_does_not(cast: Cast, client: Client) -> None:
    page = client.post(LOGIN, {"login": "bob", "password": "a wrong password"}).content.decode()
    assert 'name="login" value="bob"' in page
    assert "a wrong password" not in page


def test_a_closed_account_stays_outside(cast: Cast, client: Client) -> None:
    cast.bob.is_active = False
    cast.bob.save()
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    assert client.get("/usage/").status_code == 302


def test_nobody_signs_up_alone(db: None, client: Client) -> None:
    assert "This studio is by invitation" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"email": "x@example.com", "username": "x", "password1": "p", "password2": "p"})
    assert "This studio is by invitation" in client.get("/accounts/signup/").content.decode()


def test_too_many_tries_are_answered_with_patience(cast: Cast, client: Client) -> None:
    for _ in range(12):
        response = client.post(LOGIN, {"login": "bob", "password": "wrong password"})
    page = response.content.decode()
    assert "Too many tries" in page
    assert client.post(LOGIN, {"login": "bob", "password": PASSWORD}).status_code != 302


def test_signing_out_asks_once_and_takes_a_post(cast: Cast, client: Client) -> None:
    client.force_login(cast.bob)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/usage/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/usage/").status_code == 302


# Every page of the accounts package that a person may reach, and what it is dressed in.
PAGES = {
    "/accounts/logout/": "door",
    "/accounts/reauthenticate/": "door",
    "/accounts/inactive/": "door",
    "/accounts/password/reset/": "door",
    "/accounts/password/reset/done/": "door",
    "/accounts/password/reset/key/done/": "door",
    "/accounts/password/reset/key/1-none/": "door",
    "/accounts/confirm-email/": "door",
    "/accounts/confirm-email/none/": "door",
    "/accounts/3rdparty/login/cancelled/": "door",
    "/accounts/3rdparty/login/error/": "door",
    "/accounts/3rdparty/": "account",
    "/accounts/password/change/": "account",
    "/accounts/email/": "account",
    "/accounts/sessions/": "account",
    "/accounts/2fa/": "account",
    "/accounts/2fa/totp/activate/": "account",
    "/accounts/2fa/webauthn/": "account",
    "/accounts/2fa/webauthn/add/": "account",
}


@pytest.mark.parametrize("address", PAGES)
def test_every_page_about_the_account_is_ours(cast: Cast, client: Client, address: str) -> None:
    come_in(client, cast.bob)
    assert f'class="{PAGES[address]}"' in client.get(address).content.decode()


def test_a_studio_without_mail_says_whom_to_ask(db: None, client: Client) -> None:
    assert "Forgot it?" not in client.get(LOGIN).content.decode()
    assert "This studio sends no mail." in client.get("/accounts/password/reset/").content.decode()


def test_a_studio_with_mail_offers_a_new_password(db: None, client: Client) -> None:
    with override_settings(NB_MAIL=True):
        assert "Forgot it?" in client.get(LOGIN).content.decode()
        assert "Send the link" in client.get("/accounts/password/reset/").content.decode()


def test_the_sample_team_is_offered_in_the_demo_only(db: None, client: Client) -> None:
    assert "dana@example.com" not in client.get(LOGIN).content.decode()
    with override_settings(NB_DEMO=True):
        page = client.get(LOGIN).content.decode()
    assert page.count('value="dana@example.com"') == 1
    assert "Admin" in page
