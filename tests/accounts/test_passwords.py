"""A password is long, is none of the common ones, and, where a setting says so, none that thieves have."""

import hashlib
import logging

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings as PytestSettings

from nbweb.sign_in import SignIn
from nbweb.variables import WrongSetting
from studio.accounts.breaches import is_breached
from studio.models import User
from tests.provider.peer import Peer, answers

STOLEN = "a password that was stolen"
DIGITS = hashlib.sha1(STOLEN.encode()).hexdigest().upper()


def service(*lines: str, status: int = 200) -> Peer:
    return Peer(answers("\r\n".join(lines).encode(), status=f"{status} Answer"))


def test_only_five_digits_of_the_hash_leave_the_studio() -> None:
    with service(f"{DIGITS[5:]}:3861493", f"{'0' * 35}:0") as peer:
        assert is_breached(STOLEN, service=peer.base_url)
        assert not is_breached("a password of my own", service=peer.base_url)
    first = peer.received[0]
    assert first.line == f"GET /range/{DIGITS[:5]} HTTP/1.1"
    assert first.headers["add-padding"] == "true"
    assert DIGITS[5:] not in str(first)
    assert STOLEN not in str(first)


def test_padding_is_no_hit() -> None:
    with service(f"{DIGITS[5:]}:0") as peer:
        assert not is_breached(STOLEN, service=peer.base_url)


@pytest.mark.parametrize("status", [500, 404, 429])
def test_a_service_that_does_not_answer_keeps_nobody_out(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with service("", status=status) as peer, caplog.at_level(logging.WARNING, "studio"):
        assert not is_breached(STOLEN, service=peer.base_url)
    assert "taken without it" in caplog.text
    assert STOLEN not in caplog.text


def test_a_service_that_is_not_there_keeps_nobody_out(caplog: pytest.LogCaptureFixture) -> None:
    with service() as peer:
        url = peer.base_url
    assert not is_breached(STOLEN, service=url)
    assert "taken without it" in caplog.text


def test_it_is_asked_where_a_setting_says_so(settings: PytestSettings) -> None:
    with service(f"{DIGITS[5:]}:1") as peer:
        validate_password(STOLEN)
        assert peer.received == []
        asking = {"NAME": "studio.accounts.passwords.BreachedPasswordValidator", "OPTIONS": {"service": peer.base_url}}
        settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, asking]
        with pytest.raises(ValidationError, match="stolen from another site"):
            validate_password(STOLEN)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("passwordpassword", ""),
        ("1234567890123", "password_too_common"),
        ("x" * 1_001, "password_too_long"),
        ("bob@example.com", "password_too_similar"),
    ],
)
def test_what_a_password_may_not_be(password: str, code: str) -> None:
    person = User(username="bob", email="bob@example.com", first_name="Bob")
    if not code:
        return validate_password(password, person)
    with pytest.raises(ValidationError) as refused:
        validate_password(password, person)
    assert code in {each.code for each in refused.value.error_list}
    return None


@pytest.mark.parametrize("password", ["only small letters here", "一只安静的猫在窗边看着下雨", "🍌" * 12, "x y" * 300])
def test_no_rule_says_of_what_it_is_made(password: str) -> None:
    validate_password(password, User(username="bob"))


# ── Settings ───────────────────────────────────────────────────────────────────────────────────────


def test_mail_is_one_variable() -> None:
    mail = SignIn.read({"NB_MAIL_URL": "smtp+tls://ann:p%40ss@mail.example"}).mail
    assert mail is not None
    assert mail["OPTIONS"] | {"timeout": 0} == {
        "host": "mail.example",
        "port": 587,
        "username": "ann",
        "password": "p@ss",
        "use_tls": True,
        "use_ssl": False,
        "timeout": 0,
    }


def test_secrets_do_not_show() -> None:
    variables = {
        "NB_MAIL_URL": "smtps://ann:hidden-1@mail.example",
        "NB_OIDC_URL": "https://id.example",
        "NB_OIDC_CLIENT_ID": "studio",
        "NB_OIDC_CLIENT_SECRET": "hidden-2",
    }
    assert "hidden" not in repr(SignIn.read(variables))


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"NB_MAIL_URL": "mail.example"}, "smtp://"),
        ({"NB_MAIL_URL": "smtp://ann:hidden@mail.example:port"}, "no address"),
        ({"NB_VERIFY_EMAIL": "1"}, "NB_MAIL_URL"),
        ({"NB_TRUSTED_PROXIES": "-1"}, "whole number"),
        ({"NB_SESSION_DAYS": "0"}, "above zero"),
        ({"NB_OIDC_URL": "http://id.example", "NB_OIDC_CLIENT_ID": "x"}, "https"),
        ({"NB_OIDC_URL": "https://id.example"}, "NB_OIDC_CLIENT_ID"),
        ({"NB_DEMO": "1", "NB_HTTPS": "1"}, "not behind NB_HTTPS"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(variables: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSetting, match=words) as stopped:
        SignIn.read(variables)
    assert "hidden" not in str(stopped.value)
