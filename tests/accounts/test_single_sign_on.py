"""Single sign-on, with a real provider: whom it vouches for comes in as themselves, and nobody else does."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings as PytestSettings

from nbweb.sign_in import SignIn
from studio.models import User
from tests import people
from tests.identity_provider import IdentityProvider, identity_provider
from tests.invited import open_invitation
from tests.people import PASSWORD, Cast

BEGIN = "/accounts/oidc/sso/login/"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def idp(provider: IdentityProvider, settings: PytestSettings) -> IdentityProvider:
    """The studio knows it, by the variables an owner sets."""
    read = SignIn.read(
        {
            "NB_OIDC_URL": provider.url,
            "NB_OIDC_CLIENT_ID": "studio",
            "NB_OIDC_CLIENT_SECRET": "a secret",
            "NB_OIDC_NAME": "Fieldhouse ID",
            "NB_OIDC_DOMAINS": "fieldhouse.example",
        }
    )
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [read.sign_on]}}
    settings.NB_SIGN_ON_DOMAINS = read.sign_on_domains
    return provider


def come_in(client: Client, idp: IdentityProvider, subject: str, query: str = "") -> HttpResponse:
    """The whole way: to the provider, "Authorize" there, and back."""
    there = client.get(BEGIN + query)["Location"]
    assert there.startswith(idp.url)
    back = urlsplit(idp.agrees(there, subject))
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


def test_the_door_offers_it_by_its_name(idp: IdentityProvider, client: Client, db: None) -> None:
    assert "Fieldhouse ID" in client.get("/accounts/login/").text


def test_without_a_setting_there_is_none(client: Client, db: None) -> None:
    assert BEGIN not in client.get("/accounts/login/").text
    assert client.get(BEGIN).status_code == 404


def test_a_person_with_an_account_comes_in_as_themselves(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    idp.knows("b-1", email="Bob@example.com", name="Somebody Else")
    assert come_in(client, idp, "b-1", "?next=/usage/")["Location"] == "/usage/"
    assert is_in(client)
    assert SocialAccount.objects.get().user == cast.bob
    cast.bob.refresh_from_db()
    assert cast.bob.display_name == "Bob"


def test_afterwards_they_are_known_by_their_number_whatever_their_address_is(
    cast: Cast, idp: IdentityProvider, client: Client
) -> None:
    idp.knows("b-2", email="bob@example.com")
    come_in(client, idp, "b-2")
    idp.knows("b-2", email="alice@example.com")
    later = Client()
    come_in(later, idp, "b-2")
    assert later.session["_auth_user_id"] == str(cast.bob.pk)


def test_an_address_that_nobody_has_checked_counts_for_nothing(
    cast: Cast, idp: IdentityProvider, client: Client
) -> None:
    idp.knows("b-3", email="bob@example.com", email_verified=False)
    come_in(client, idp, "b-3")
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert "did not vouch for an email address" in client.get("/accounts/login/").text


def test_a_person_of_a_named_domain_gets_an_account_and_no_rights(
    cast: Cast, idp: IdentityProvider, client: Client
) -> None:
    idp.knows("m-1", email="mei@fieldhouse.example", given_name="Mei", family_name="Tanaka")
    come_in(client, idp, "m-1")
    mei = User.objects.get(email="mei@fieldhouse.example")
    assert is_in(client)
    assert (mei.display_name, mei.is_staff, mei.has_usable_password()) == ("Mei Tanaka", False, False)
    assert client.get(f"/projects/{cast.project.public_id}/").status_code == 404


@pytest.mark.parametrize(
    "email", ["eve@elsewhere.example", "eve@evil-fieldhouse.example", "eve@fieldhouse.example.evil.example"]
)
def test_a_stranger_stays_outside(cast: Cast, idp: IdentityProvider, client: Client, email: str) -> None:
    idp.knows("e-1", email=email)
    count = User.objects.count()
    assert "by invitation" in come_in(client, idp, "e-1").text
    assert not is_in(client)
    assert User.objects.count() == count


def test_an_invitation_lets_in_whom_the_provider_vouches_for(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    idp.knows("e-2", email="eve@elsewhere.example", name="Eve")
    open_invitation(client, "eve@elsewhere.example", by=cast.dana)
    come_in(client, idp, "e-2")
    assert is_in(client)
    assert User.objects.get(email="eve@elsewhere.example").is_staff is False


def test_a_closed_account_stays_outside(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    cast.bob.is_active = False
    cast.bob.save()
    idp.knows("b-4", email="bob@example.com")
    come_in(client, idp, "b-4")
    assert not is_in(client)


def test_a_second_factor_of_ours_is_still_asked_for(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    idp.knows("d-1", email="dana@example.com")
    assert come_in(client, idp, "d-1")["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"code": people.code_of_app()})
    assert is_in(client)


def test_an_admin_without_one_sets_it_up_first(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    Authenticator.objects.all().delete()
    idp.knows("d-2", email="dana@example.com")
    come_in(client, idp, "d-2")
    assert client.get("/admin-review/spend/")["Location"].startswith(reverse("mfa_index"))


@pytest.mark.parametrize("spoiled", ["state", "code"])
def test_an_answer_nobody_asked_for_is_none(cast: Cast, idp: IdentityProvider, client: Client, spoiled: str) -> None:
    idp.knows("b-5", email="bob@example.com")
    back = urlsplit(idp.agrees(client.get(BEGIN)["Location"], "b-5"))
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | {spoiled: "forged"}
    assert "Single sign-on did not work" in client.get(back.path, query).text
    assert not is_in(client)


def test_an_answer_counts_once_and_in_the_browser_that_asked(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    idp.knows("b-6", email="bob@example.com")
    back = urlsplit(idp.agrees(client.get(BEGIN)["Location"], "b-6"))
    thief = Client()
    thief.get(f"{back.path}?{back.query}")
    assert not is_in(thief)
    client.get(f"{back.path}?{back.query}")
    assert is_in(client)
    client.post("/accounts/logout/")
    client.get(f"{back.path}?{back.query}")
    assert not is_in(client)


def test_a_provider_that_is_away_breaks_nothing(cast: Cast, idp: IdentityProvider, settings: PytestSettings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": "http://127.0.0.1:9"}
    client = Client()
    response = client.get(BEGIN)
    assert "Single sign-on did not work" in response.text
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert is_in(client)


def test_it_never_leads_out_of_the_studio(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    idp.knows("b-7", email="bob@example.com")
    assert come_in(client, idp, "b-7", "?next=https://elsewhere.example/")["Location"] == "/"


def test_signing_out_ends_the_session_here(cast: Cast, idp: IdentityProvider, client: Client) -> None:
    idp.knows("b-8", email="bob@example.com")
    come_in(client, idp, "b-8")
    client.post("/accounts/logout/")
    assert not is_in(client)
