"""A month of the studio against the sandbox: every outcome, a dearer group, rows that come late, rows of one side only.

The calls are real and go out today; afterwards they are moved to their day, and the sandbox's log has a clock that goes
along. At the end of every day the log is read as the worker reads it.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.reconciling import period_to_read, reconcile_account
from studio.ledger import audit
from studio.models import Attempt, GatewayKey, GatewayLogRow, Kind, LedgerEntry, ModelSwitch, Reconciliation
from studio.provider.outcome import Charge
from studio.reconcile import decide
from studio.sandbox.server import SandboxServer
from tests.jobs.asking import draw_to_the_end
from tests.people import Cast
from tests.reconcile.calls import net_micros
from tests.sandbox.client import LITE, question
from tests.sandbox.inside import sandbox_inside

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

DAYS = 30
LOG_DELAY = timedelta(hours=9)
"""So that what is asked for in the evening is in the log of the next day's reading."""

# What is asked for on which day, separated by bars. "stranger" is a call with our key that is not ours.
SCRIPT = {
    0: "delivered | delivered",
    1: "text_refusal | null_candidates",
    2: "block | finish:IMAGE_SAFETY",
    3: "finish:IMAGE_SAFETY free | no_image",
    4: "empty | corrupt",
    5: "html | cut",
    6: "reset | reset free",
    7: "tail_close | delivered failover",
    8: "status:504 | status:504 free",
    9: "status:408 | status:499",
    10: "status:524 failover | status:524 free",
    11: "status:400 | status:403",
    12: "status:404 | status:413",
    13: "once=429 | status:503",
    14: "stranger | delivered",
    15: "status:500 | status:502",
    16: "write_response_body_failed | lookalike_429",
    17: "delivered free | delivered",
    18: "stranger | stranger",
    19: "text_refusal failover | text_refusal free",
    20: "finish:IMAGE_OTHER | finish:MAX_TOKENS",
    22: "status:504 failover | status:504 failover",
    25: "redirect | reset failover",
    28: "delivered | status:504",
}


@pytest.fixture
def gateway(settings: Settings, tmp_path: Path) -> Iterator[SandboxServer]:
    with sandbox_inside(log_delay=LOG_DELAY.total_seconds()) as server:
        settings.NB_GATEWAY_URL = server.url
        settings.NB_API_KEY = "sk-test"
        settings.NB_SYSTEM_TOKEN = "sys-sandbox"
        settings.NB_TIMEOUT_SCALE = 0.02
        settings.NB_SPOOL_DIR = tmp_path / "spool"
        settings.MEDIA_ROOT = tmp_path / "media"
        yield server


class Month:
    """The studio's days, one after the other."""

    def __init__(self, cast: Cast, gateway: SandboxServer) -> None:
        self.cast, self.gateway = cast, gateway
        self.first = timezone.now() - timedelta(days=DAYS + 3)
        self.runs: list[Reconciliation] = []

    def live(self) -> None:
        for day in range(DAYS):
            for number, wanted in enumerate(SCRIPT.get(day, "delivered").split(" | ")):
                self.ask(wanted, self.first + timedelta(days=day, hours=8 * number))
            self.read(self.first + timedelta(days=day, hours=12))
        self.read(self.first + timedelta(days=DAYS + 2))

    def ask(self, wanted: str, at: datetime) -> None:
        self.gateway.log.clock = at.timestamp
        marker, *switches = wanted.split()
        if marker == "stranger":
            return self.ask_as_a_stranger()
        self.let_an_admin_resume()
        known = set(Attempt.objects.values_list("pk", flat=True))
        marks = " ".join(f"[sandbox:{mark}]" for mark in (marker, *switches) if mark != "delivered")
        draw_to_the_end(self.cast, f"A boat {marks}")
        for attempt in Attempt.objects.exclude(pk__in=known):
            Attempt.objects.filter(pk=attempt.pk).update(started_at=at, sent_at=at, answered_at=at)
        return None

    def let_an_admin_resume(self) -> None:
        """What a refused key or an unknown model has stopped goes on, as after somebody has looked."""
        GatewayKey.objects.update(stopped_reason="", stopped_at=None, rests=0, rests_until=None, probe=None)
        ModelSwitch.objects.all().delete()

    def ask_as_a_stranger(self) -> None:
        """Somebody's script, with the studio's key."""
        body = json.dumps(question("A boat")).encode()
        headers = {"Authorization": "Bearer sk-test", "Content-Type": "application/json"}
        url = f"{self.gateway.url}/v1beta/models/{LITE}:generateContent"
        with build_opener(ProxyHandler({})).open(Request(url, body, headers), timeout=10) as answer:
            answer.read()

    def read(self, now: datetime) -> Reconciliation:
        self.gateway.log.clock = now.timestamp
        done = reconcile_account(period_to_read(now), now=now, pause=lambda _: None)
        assert done.error == ""
        self.runs.append(done)
        return done


@pytest.fixture
def month(cast: Cast, gateway: SandboxServer) -> Month:
    lived = Month(cast, gateway)
    lived.live()
    return lived


def test_after_a_month_no_line_is_unexplained(month: Month) -> None:
    cast, now = month.cast, timezone.now()
    assert decide.only_theirs().count() == 3  # the stranger's
    assert decide.only_ours().count() == 1  # a picture that the gateway gave away
    assert decide.differing().count() == 0

    first, second, third = decide.only_theirs()
    decide.assign(first, cast.alice, reason="her script", by=cast.dana, now=now)
    decide.assign(second, cast.alice, reason="her script", by=cast.dana, now=now)
    decide.dismiss(third, reason="a test from the console", by=cast.dana, now=now)
    decide.give_back(decide.only_ours().get(), reason="not in the log", by=cast.dana, now=now)

    assert decide.open_count() == 0
    assert not Attempt.objects.filter(charge__in=[Charge.PRESUMED, Charge.HELD]).exists(), "every unknown is settled"
    assert costs_of_attempts() == charges_of(month.gateway)
    ours = -sum(LedgerEntry.objects.exclude(kind=Kind.ALLOWANCE).values_list("amount_micros", flat=True))
    assert ours + third.charged_micros == month.gateway.account.balance().used * 2
    assert list(audit.findings()) == []

    # Rows came late, and groups were dearer: the script did what it is there for.
    assert sum(run.corrected for run in month.runs) == 6  # the six with "failover"
    assert {row.matched_by for row in GatewayLogRow.objects.all()} >= {"id", "time", "person"}
    assert [run for run in month.runs if run.rows_new and run.rows_read > run.rows_new]

    again = month.read(month.first + timedelta(days=DAYS + 2, hours=1))
    assert (again.rows_new, again.moved_micros, again.equal + again.confirmed + again.released) == (0, 0, 0)


def costs_of_attempts() -> dict[str, int]:
    costs = {str(attempt.pk): net_micros(attempt) for attempt in Attempt.objects.all()}
    return {attempt: micros for attempt, micros in costs.items() if micros}


def charges_of(gateway: SandboxServer) -> dict[str, int]:
    """What the sandbox's own book says it took for each attempt of ours."""
    return {charge["attempt"]: charge["amount"] * 2 for charge in gateway.books.charges() if charge["attempt"]}
