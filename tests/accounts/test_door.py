"""The door counts wrong tries for all processes together, keeps nobody out for ever, and tells nobody who is inside."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from allauth.account.adapter import get_adapter
from django.contrib.auth import hashers
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import Settings as PytestSettings

from studio.models import User
from tests import people
from tests.invited import open_invitation
from tests.people import PASSWORD, Cast
from tests.together import together

LOGIN = "/accounts/login/"


def try_wrong(client: Client, login: str, **extra: str) -> str:
    return client.post(LOGIN, {"login": login, "password": "wrong password"}, **extra).text


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


# ── Tries ──────────────────────────────────────────────────────────────────────────────────────────


def test_tries_are_counted_in_the_database_where_all_processes_see_them(cast: Cast, client: Client) -> None:
    assert isinstance(cache._connections[cache._alias], DatabaseCache)
    try_wrong(client, "bob")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM studio_cacheentry WHERE cache_key LIKE %s", ["%login_failed%"])
        assert cursor.fetchone()[0] == 2  # of the address and of the account


def test_a_thousand_tries_are_five(cast: Cast, client: Client) -> None:
    with _count_hashes() as counted:
        pages = [try_wrong(client, "bob", REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}") for number in range(100)]
    assert all("Too many tries" in page for page in pages[5:])
    assert len(counted) == 5


def test_one_address_gets_thirty_tries_over_all_accounts(cast: Cast, client: Client) -> None:
    pages = [try_wrong(client, f"somebody{number}") for number in range(32)]
    assert "Too many tries" in pages[-1] or "Too many tries" in pages[-2]


def test_who_is_attacked_still_comes_in_from_a_browser_of_their_own(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    client.post("/accounts/logout/")
    attacker = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(7):
        page = try_wrong(attacker, "bob@example.com") + try_wrong(attacker, "bob")
    assert "Too many tries" in page
    assert not is_in(Client())
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    assert is_in(client)


def test_a_known_browser_is_known_for_its_own_person_only(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    client.post("/accounts/logout/")
    for _ in range(6):
        page = try_wrong(client, "vera")
    assert "Too many tries" in page
    assert "Too many tries" in try_wrong(Client(REMOTE_ADDR="10.9.9.9"), "vera")


def test_a_known_browser_does_not_try_for_ever_either(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    client.post("/accounts/logout/")
    assert "Too many tries" in [try_wrong(client, "bob") for _ in range(7)][-1]


def test_a_forged_mark_of_a_browser_is_none(cast: Cast, client: Client) -> None:
    client.cookies["known"] = "WzIsIm5vbmNlIl0:1forged:signature"
    for _ in range(6):
        page = try_wrong(client, "bob")
    assert "Too many tries" in page


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_counted_together(transactional_db: None) -> None:
    people.cast()

    def attempt(number: int) -> bool:
        return "do not match" in try_wrong(Client(REMOTE_ADDR=f"10.0.0.{number}"), "bob")

    assert sum(each is True for each in together(12, attempt)) <= 5


def test_too_many_forms_are_answered_with_a_page_of_ours(cast: Cast, client: Client) -> None:
    for _ in range(32):
        response = client.post(LOGIN, {"login": "", "password": ""})
    assert response.status_code == 429
    assert "Wait a few minutes" in response.text


# ── Whose address it is ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "6.6.6.6", "10.0.0.1"),  # nobody is believed: whoever connects is it
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),  # what our proxy added; the first is what the client claims
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "6.6.6.6", "10.0.0.1"),  # it did not come through both
        (1, "", "10.0.0.1"),
        (1, "nonsense", "0.0.0.0"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_as_many_hops_are_believed_as_a_setting_says(
    settings: PytestSettings, proxies: int, forwarded: str, seen: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers=headers)
    assert get_adapter(request).get_client_ip(request) == seen


def test_a_forged_hop_dodges_no_limit(cast: Cast, client: Client) -> None:
    for number in range(32):
        page = try_wrong(client, f"somebody{number}", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}")
    assert "Too many tries" in page


# ── Who is inside ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("login", ["bob", "bob@example.com", "BOB@example.com", "nobody", "nobody@example.com"])
def test_every_answer_costs_one_hash(cast: Cast, client: Client, login: str) -> None:
    with _count_hashes() as counted:
        page = try_wrong(client, login)
    assert "That email and password do not match." in page
    assert len(counted) == 1


def test_a_new_password_is_promised_alike_to_all(cast: Cast, client: Client, with_mail: None) -> None:
    def answer(email: str) -> tuple[str, str]:
        response = client.post("/accounts/password/reset/", {"email": email})
        page = client.get(response["Location"]).text
        return response["Location"], re.sub(r'value="[^"]*"|X-CSRFToken": "\w+', "", page)

    assert answer("bob@example.com") == answer("nobody@example.com")


@pytest.mark.parametrize(
    ("login", "password"),
    [("x" * 400, "password"), ("bob", "x" * 1_001), ("bob", "p" * 1_000_000), ("b\x00b", "p"), ("bob", "p\x00p")],
)
def test_what_nobody_types_is_refused_before_it_is_hashed(
    cast: Cast, client: Client, login: str, password: str
) -> None:
    with _count_hashes() as counted:
        response = client.post(LOGIN, {"login": login, "password": password})
    assert response.status_code == 200
    assert counted == []
    assert not is_in(client)


@pytest.mark.parametrize("password", ["вороньё на проводах", "一只安静的猫在窗边看着下雨天", "🍌" * 13, "é" * 14])
def test_a_password_may_be_of_any_script(cast: Cast, client: Client, password: str) -> None:
    cast.bob.set_password(password)
    cast.bob.save()
    client.post(LOGIN, {"login": "bob", "password": password})
    assert is_in(client)


# ── Accounts ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def invited(cast: Cast) -> Callable[[str], Client]:
    """A browser in which an invitation for an address was opened."""

    def browser(email: str) -> Client:
        client = Client()
        open_invitation(client, email, by=cast.dana)
        return client

    return browser


def test_an_invitation_makes_an_account_for_its_address_alone(invited: Callable[[str], Client]) -> None:
    mei = invited("Mei@example.com")
    assert "mei@example.com" in mei.get("/accounts/signup/").text.lower()
    mei.post("/accounts/signup/", {"email": "other@example.com", "name": "Mei Tanaka", "password1": PASSWORD})
    person = User.objects.latest("pk")
    assert (person.email, person.display_name, person.is_staff) == ("mei@example.com", "Mei Tanaka", False)
    assert is_in(mei)
    assert "by invitation" in Client().get("/accounts/signup/").text


def test_an_invitation_without_an_address_is_for_whoever_opens_it(invited: Callable[[str], Client]) -> None:
    form = {"email": "other@example.com", "name": "Mei Tanaka", "password1": PASSWORD}
    invited("").post("/accounts/signup/", form)
    assert User.objects.latest("pk").email == "other@example.com"


def test_nothing_else_can_be_set_by_the_form(invited: Callable[[str], Client]) -> None:
    form = {"name": "Mei", "password1": PASSWORD, "is_staff": "1", "is_superuser": "1", "username": "dana"}
    invited("mei@example.com").post("/accounts/signup/", form)
    person = User.objects.latest("pk")
    assert (person.is_staff, person.is_superuser, person.username) == (False, False, "mei")


@contextmanager
def _count_hashes() -> Iterator[list[str]]:
    """One entry for each password that is hashed inside."""
    counted: list[str] = []
    plain = hashers.MD5PasswordHasher.encode

    def encode(self: hashers.MD5PasswordHasher, password: str, salt: str) -> str:
        counted.append("one")
        return plain(self, password, salt)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashers.MD5PasswordHasher, "encode", encode)
        yield counted
