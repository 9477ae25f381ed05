"""Access tokens: kept as hashes, paced together by all processes, revoked for good."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from studio.access_tokens import BURST, LIVE_MAX, TooMany, find, make, take_turn
from studio.membership.people import close_account, reopen_account
from studio.models import AccessToken, AuditEntry, User
from studio.telemetry.redact import Redaction
from tests.api.calling import caller, kind_of, secret_of, token_of, with_token
from tests.people import Cast

type SignIn = Callable[[User], Client]
ME = "/api/v1/me"


def test_the_secret_is_kept_nowhere_and_known_for_what_it_is(cast: Cast) -> None:
    secret = secret_of(cast.bob)
    assert re.fullmatch(r"nbs_[0-9A-Za-z]{46}", secret)
    row = AccessToken.objects.values().get(person=cast.bob)
    assert secret not in str(row)
    assert secret[4:20] not in str(list(AuditEntry.objects.values()))
    assert secret not in Redaction()(f"GET /?t={secret} {secret}")


def test_two_secrets_are_never_alike(cast: Cast) -> None:
    assert len({secret_of(cast.bob) for _ in range(LIVE_MAX)}) == LIVE_MAX
    with pytest.raises(TooMany):
        make(cast.bob, "One more", scopes=["read"], days=None, now=timezone.now())


def test_it_is_known_when_it_was_last_used_to_the_minute(cast: Cast) -> None:
    client = caller(cast.bob)
    client.get(ME)
    first = token_of(cast.bob).last_used_at
    client.get(ME)
    assert first is not None
    assert token_of(cast.bob).last_used_at == first


def test_a_burst_passes_and_then_two_a_second(cast: Cast) -> None:
    """By the row alone, so that it does not matter which process answers."""
    secret_of(cast.bob)
    token, now = token_of(cast.bob), timezone.now()
    assert [take_turn(token, now=now) for _ in range(BURST)] == [0.0] * BURST
    assert take_turn(token, now=now) == 0.5
    assert take_turn(token, now=now + timedelta(seconds=0.5)) == 0
    assert take_turn(token, now=now + timedelta(seconds=0.5)) == 0.5
    later = now + timedelta(hours=1)
    assert [take_turn(token, now=later) for _ in range(BURST + 1)] == [0.0] * BURST + [0.5]


def test_who_asks_too_often_is_told_when_to_come_back(cast: Cast) -> None:
    client = caller(cast.bob)
    ahead_ms = int(timezone.now().timestamp() * 1000) + 3_600_000
    AccessToken.objects.update(paced_until_ms=ahead_ms)
    other = caller(cast.bob)
    refused = client.get(ME)
    assert (refused.status_code, kind_of(refused)) == (429, "too-many-requests")
    assert 3_400 < int(refused["Retry-After"]) < 3_600
    assert other.get(ME).status_code == 200, "another token has its own pace"


def test_a_closed_account_loses_its_tokens_for_good(cast: Cast) -> None:
    secret = secret_of(cast.bob)
    close_account(cast.bob, by=cast.dana)
    reopen_account(cast.bob, by=cast.dana)
    assert find(secret, now=timezone.now()) is None
    assert with_token(secret).get(ME).status_code == 401
    actions = AuditEntry.objects.order_by("pk").values_list("action", "by__username")
    assert list(actions)[:3] == [("token_made", "bob"), ("closed", "dana"), ("token_revoked", "dana")]


def test_a_person_makes_one_sees_it_once_and_revokes_it(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.bob)
    page = browser.post("/accounts/tokens/", {"name": "Banners", "scopes": ["read", "generate"], "days": "30"})
    secret = re.search(r"nbs_[0-9A-Za-z]{46}", page.content.decode())
    assert secret
    assert with_token(secret[0]).get(ME).json()["token"]["scopes"] == ["read", "generate"]
    sent_again = browser.post("/accounts/tokens/", {"name": "Banners", "scopes": ["read"], "days": "30"})
    assert (sent_again.status_code, AccessToken.objects.count()) == (409, 1)
    again = browser.get("/accounts/tokens/").content.decode()
    assert secret[0] not in again
    assert "Banners" in again
    token = token_of(cast.bob)
    assert token.expires_at is not None
    assert token.expires_at - token.created_at == timedelta(days=30)
    browser.post(f"/accounts/tokens/{token.public_id}/revocation/")
    assert with_token(secret[0]).get(ME).status_code == 401
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["token_made", "token_revoked"]


def test_nothing_is_made_of_a_form_that_says_too_little(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.bob).post("/accounts/tokens/", {"name": "Banners", "scopes": ["everything"]})
    assert page.status_code == 422
    assert not AccessToken.objects.exists()


def test_somebody_elses_token_is_not_there_to_be_revoked(cast: Cast, signed_in: SignIn) -> None:
    secret = secret_of(cast.bob)
    for person in (cast.alice, cast.dana):
        address = f"/accounts/tokens/{token_of(cast.bob).public_id}/revocation/"
        assert signed_in(person).post(address).status_code == 404
    assert with_token(secret).get(ME).status_code == 200
