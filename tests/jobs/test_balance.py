"""What is left at the gateway: seen by one worker, shown to admins, and a key that stopped for it goes on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from studio.jobs.balance import EVERY, WHILE_EMPTY, look_at_balance
from studio.jobs.heed import stop
from studio.models import GatewayKey, Instance
from studio.models.gateway_key import Stop
from studio.sandbox.server import SandboxServer
from studio.views.alerts import alerts
from tests.people import Cast
from tests.sandbox.inside import sandbox_inside

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
DOLLAR_QUOTA = 500_000


@pytest.fixture
def account(settings: Settings, cast: Cast) -> Iterator[SandboxServer]:
    """With $20 on it."""
    with sandbox_inside(balance=20) as server:
        settings.NB_GATEWAY_URL, settings.NB_SYSTEM_TOKEN = server.url, "sys-sandbox"
        yield server


def look(at: datetime = NOON) -> int | None:
    look_at_balance(now=at)
    return Instance.current().balance_micros


def test_the_balance_is_seen_once_an_hour(account: SandboxServer) -> None:
    assert look() == 20_000_000
    account.account.hold(15 * DOLLAR_QUOTA)
    assert look(NOON + EVERY - timedelta(seconds=1)) == 20_000_000
    assert look(NOON + EVERY) == 5_000_000


def test_a_low_balance_is_an_alert_for_admins(account: SandboxServer) -> None:
    look()
    assert alerts() == []
    account.account.hold(11 * DOLLAR_QUOTA)
    look(NOON + EVERY)
    assert [(alert.title, alert.look) for alert in alerts()] == [("$9.00 left at the gateway", "warn")]
    Instance.objects.update(low_balance_micros=5_000_000)
    assert alerts() == []


def test_a_balance_that_cannot_be_read_stays_as_it_was(account: SandboxServer, settings: Settings) -> None:
    look()
    settings.NB_SYSTEM_TOKEN = "wrong"
    assert look(NOON + EVERY) == 20_000_000


def test_a_top_up_lets_a_key_go_on_that_stopped_for_it(account: SandboxServer, key: GatewayKey) -> None:
    account.account.hold(20 * DOLLAR_QUOTA)
    look()
    stop(key, Stop.BALANCE, now=NOON)
    look(NOON + WHILE_EMPTY)
    key.refresh_from_db()
    assert key.stopped_reason == Stop.BALANCE
    account.account.release(10 * DOLLAR_QUOTA)
    look(NOON + WHILE_EMPTY * 2)
    key.refresh_from_db()
    assert (key.is_stopped, key.is_on_trial) == (False, True)  # one picture tries it first


@pytest.mark.parametrize(
    ("reason", "released", "why"),
    [
        (Stop.BALANCE, DOLLAR_QUOTA // 2, "a hold that was released is no top-up"),
        (Stop.BALANCE, 0, "a key may have used up a limit of its own"),
        (Stop.REFUSED, 10 * DOLLAR_QUOTA, "money does not make a refused key good"),
    ],
)
def test_a_key_stays_stopped_when(
    account: SandboxServer, key: GatewayKey, reason: Stop, released: int, why: str
) -> None:
    account.account.hold(15 * DOLLAR_QUOTA)
    look()
    stop(key, reason, now=NOON)
    account.account.release(released)
    look(NOON + EVERY)
    key.refresh_from_db()
    assert key.is_stopped, why


def test_the_banner_is_on_an_admins_pages_alone(account: SandboxServer, cast: Cast) -> None:
    account.account.hold(11 * DOLLAR_QUOTA)
    look()
    page: Callable[[Client], str] = lambda client: client.get("/usage/").text  # noqa: E731
    dana, bob = Client(), Client()
    dana.force_login(cast.dana)
    bob.force_login(cast.bob)
    assert "$9.00 left at the gateway" in page(dana)
    assert "left at the gateway" not in page(bob)
