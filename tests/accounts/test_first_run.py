"""The first run: an empty studio belongs to whoever can read the server's log, and to the first of them alone."""

import logging
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.accounts import first_run
from studio.ledger.balance import month_of, month_summary
from studio.models import Instance, Membership, Role, User
from tests.people import Cast
from tests.together import together

PASSWORD = "a harbour before sunrise"


def typed(code: str, **other: str) -> dict[str, str]:
    return {
        "code": code,
        "studio_name": "Fieldhouse",
        "name": "Dana Whitfield",
        "email": "Dana@Fieldhouse.example",
        "password": PASSWORD,
        "password_again": PASSWORD,
    } | other


@pytest.mark.parametrize("address", ["/", "/projects/", "/accounts/login/", "/admin/", "/usage/", "/accounts/signup/"])
def test_every_page_of_an_empty_studio_is_the_one_that_sets_it_up(
    empty_studio: str, client: Client, address: str
) -> None:
    assert client.get(address)["Location"] == reverse("set-up")
    assert "Set up your studio" in client.get("/setup/").text


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_a_supervisor_is_answered_before(empty_studio: str, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_the_first_admin_names_the_studio_and_is_inside(empty_studio: str, client: Client) -> None:
    response = client.post("/setup/", typed(empty_studio))
    assert response["Location"] == reverse("mfa_index")
    admin = User.objects.get()
    assert (admin.display_name, admin.email, admin.is_studio_admin) == (
        "Dana Whitfield",
        "dana@fieldhouse.example",
        True,
    )
    assert admin.check_password(PASSWORD)
    assert EmailAddress.objects.get().verified
    assert Membership.objects.get().role == Role.OWNER
    assert month_summary(admin, month_of(timezone.now())).allowance_micros == first_run.FIRST_BUDGET_MICROS
    assert "Admins need a second factor" in client.get(reverse("mfa_index")).text
    client.logout()
    assert "Sign in to Fieldhouse" in client.get("/accounts/login/").text


def test_afterwards_the_page_is_gone_for_good(empty_studio: str, client: Client) -> None:
    client.post("/setup/", typed(empty_studio))
    for method in (client.get, client.post):
        assert method("/setup/", typed(empty_studio)).status_code == 404


def test_a_studio_that_was_set_up_once_stays_so(empty_studio: str, client: Client) -> None:
    Instance.objects.update(set_up_at=timezone.now())
    assert not User.objects.exists()
    assert client.get("/setup/").status_code == 404


def test_a_studio_with_people_has_no_first_run(cast: Cast, client: Client) -> None:
    first_run.forget()
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", typed(first_run.code())).status_code == 404


@pytest.mark.parametrize("wrong", ["", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AA", "\x00", "x" * 101])
def test_without_the_code_nobody_begins(empty_studio: str, client: Client, wrong: str) -> None:
    response = client.post("/setup/", typed(wrong))
    assert response.status_code == 422
    assert not User.objects.exists()
    assert 'value="Fieldhouse"' in response.text  # what was typed stays
    assert PASSWORD not in response.text


@pytest.mark.parametrize("way", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n"])
def test_the_code_may_be_copied_in_any_way(empty_studio: str, way: Any) -> None:
    assert first_run.is_code(way(empty_studio))


def test_the_code_is_long_enough_and_each_studio_has_its_own(empty_studio: str) -> None:
    assert len(empty_studio.replace("-", "")) * 5 >= 128
    Instance.objects.update(instance_id="00000000-0000-4000-8000-000000000000")
    assert first_run.code() != empty_studio


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("password_again", "something else entirely", "The two passwords are not the same."),
        ("email", "no address", "Enter a valid email address."),
        ("email", "a\x00@example.com", "Null characters"),
        ("studio_name", "", "required"),
        ("name", "x" * 101, "at most 100"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    empty_studio: str, client: Client, field: str, value: str, words: str
) -> None:
    response = client.post("/setup/", typed(empty_studio, **{field: value}))
    assert response.status_code == 422
    assert words in response.text.replace("&#x27;", "'")


@pytest.mark.parametrize("password", ["short", "1234567890123", "danawhitfield", "x" * 1_001])
def test_the_first_password_keeps_the_rules(empty_studio: str, client: Client, password: str) -> None:
    assert client.post("/setup/", typed(empty_studio, password=password, password_again=password)).status_code == 422
    assert not User.objects.exists()


def test_the_code_is_in_the_log_and_nowhere_on_the_page(
    empty_studio: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "studio"):
        client.get("/")
        client.get("/")
    assert caplog.text.count(empty_studio) == 1
    assert empty_studio not in client.get("/setup/").text


def test_it_speaks_chinese(empty_studio: str, client: Client) -> None:
    assert "设置" in client.get("/setup/", headers={"Accept-Language": "zh-hans"}).text


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_begin_at_once_one_becomes_the_admin(transactional_db: None, past_the_first_run: None) -> None:
    first_run.forget()
    code = first_run.code()

    def begin(number: int) -> int:
        return Client().post("/setup/", typed(code, email=f"dana{number}@example.com")).status_code

    answers = together(20, begin)
    assert User.objects.count() == 1
    assert User.objects.filter(is_staff=True).count() == 1
    assert set(answers) <= {302, 404}
