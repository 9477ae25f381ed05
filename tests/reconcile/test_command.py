"""`manage.py reconcile`, and the day on which a worker does it by itself."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.reconciling import AGAIN_AFTER, EVERY, KEPT, ask_for_a_run, period_to_read, reconcile_when_due
from studio.models import Attempt, GatewayLogRow, Instance, Reconciliation
from studio.provider.outcome import Charge
from studio.sandbox.server import SandboxServer
from tests.people import Cast
from tests.reconcile.calls import charge_of, made, run
from tests.reconcile.files import as_csv, line
from tests.reconcile.rows import NOON, row
from tests.sandbox.inside import sandbox_inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings: Settings) -> Iterator[SandboxServer]:
    with sandbox_inside() as server:
        settings.NB_GATEWAY_URL = server.url
        settings.NB_SYSTEM_TOKEN = "sys-sandbox"
        yield server


def logged(server: SandboxServer, request_id: str, at: datetime, quota: int = 45_000) -> None:
    server.log.clock = at.timestamp
    server.log.add(
        request_id=request_id,
        model_name="gemini-3-pro-image-preview",
        key="sk-test",
        group="default",
        quota=quota,
        content="",
        other={"usage": {}, "group_ratio": 1},
        seconds=20,
    )
    server.log.clock = time.time


def reconcile(*arguments: str) -> str:
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        reconcile(*arguments)
    return str(refusal.value)


def test_one_day_of_the_log_settles_one_day(cast: Cast, gateway: SandboxServer) -> None:
    attempt = made(cast, Charge.PRESUMED)
    logged(gateway, "req-1", NOON, quota=63_000)
    logged(gateway, "the day before", NOON - timedelta(days=1))
    said = reconcile("--from", "2026-11-10", "--to", "2026-11-10")
    assert "1 rows, 1 new" in said
    assert "1 corrected" in said
    assert "−$0.036" in said
    assert charge_of(attempt) == Charge.CHARGED


def test_a_dry_run_tells_and_changes_nothing(cast: Cast, gateway: SandboxServer) -> None:
    attempt = made(cast, Charge.PRESUMED)
    logged(gateway, "req-1", NOON)
    assert "1 of them would be confirmed" in reconcile("--from", "2026-11-10", "--to", "2026-11-10", "--dry-run")
    assert charge_of(attempt) == Charge.PRESUMED
    assert not GatewayLogRow.objects.exists()


def test_a_file_settles_by_what_is_in_it_alone(cast: Cast, tmp_path: Path) -> None:
    known = made(cast, Charge.PRESUMED)
    unknown = made(cast, Charge.PRESUMED, at=NOON - timedelta(hours=3))
    path = tmp_path / "log.csv"
    path.write_bytes(as_csv(line(quota=45_000)).read())
    reconcile("--file", str(path))
    assert (charge_of(known), charge_of(unknown)) == (Charge.CHARGED, Charge.PRESUMED)
    assert "1 rows, 0 new" in reconcile("--file", str(path))


def test_what_cannot_be_done_is_said_in_a_sentence(
    cast: Cast, gateway: SandboxServer, settings: Settings, tmp_path: Path
) -> None:
    assert "has its own days" in refused("--file", "x.csv", "--from", "2026-11-10")
    assert "No such file" in refused("--file", str(tmp_path / "none.csv"))
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    assert "wrong_columns missing=request_id" in refused("--file", str(tmp_path / "bad.csv"))
    assert "No day: soon" in refused("--from", "soon")
    assert "before the last" in refused("--from", "2026-11-10", "--to", "2026-11-01")
    settings.NB_SYSTEM_TOKEN = "sk-of-a-picture"
    assert "refused_token" in refused("--from", "2026-11-10", "--to", "2026-11-10")
    settings.NB_SYSTEM_TOKEN = ""
    assert "NB_SYSTEM_TOKEN" in refused()


def test_a_new_studio_reads_the_log_after_its_first_day(cast: Cast, gateway: SandboxServer) -> None:
    assert reconcile_when_due(now=NOON) is None
    assert reconcile_when_due(now=NOON + EVERY - timedelta(seconds=1)) is None
    assert gateway_was_read() == 0
    done = reconcile_when_due(now=NOON + EVERY, pause=lambda _: None)
    assert done is not None
    assert done.error == ""
    assert reconcile_when_due(now=NOON + EVERY) is None
    assert gateway_was_read() == 1


def gateway_was_read() -> int:
    return Reconciliation.objects.count()


def test_of_all_machines_one_has_the_run(cast: Cast, gateway: SandboxServer) -> None:
    ask_for_a_run(now=NOON)
    runs = [reconcile_when_due(now=NOON, pause=lambda _: None) for _ in range(3)]
    assert [run is not None for run in runs] == [True, False, False]


def test_a_run_that_could_not_read_is_due_again_soon(cast: Cast, gateway: SandboxServer, settings: Settings) -> None:
    settings.NB_SYSTEM_TOKEN = "wrong"
    ask_for_a_run(now=NOON)
    done = reconcile_when_due(now=NOON, pause=lambda _: None)
    assert done is not None
    assert done.error == "refused_token"
    assert Instance.current().reconcile_at == NOON + AGAIN_AFTER


def test_without_a_token_nothing_is_due(cast: Cast, settings: Settings) -> None:
    settings.NB_SYSTEM_TOKEN = ""
    ask_for_a_run(now=NOON)
    assert reconcile_when_due(now=NOON) is None


def test_the_first_run_reads_back_as_far_as_the_log_goes(cast: Cast) -> None:
    assert period_to_read(NOON).since == NOON - KEPT


def test_later_runs_go_on_from_the_last_with_two_days_of_overlap(cast: Cast) -> None:
    run(now=NOON)
    assert period_to_read(NOON + timedelta(days=1)).since == NOON - timedelta(days=2)


def test_a_failed_run_does_not_count_as_read(cast: Cast) -> None:
    run(now=NOON)
    Reconciliation.objects.update(error="timeout")
    assert period_to_read(NOON + timedelta(days=1)).since == NOON + timedelta(days=1) - KEPT


def test_runs_reach_back_to_the_oldest_presumed_charge(cast: Cast) -> None:
    run(row("x", model_name="m"), now=NOON)
    attempt = made(cast, Charge.PRESUMED, at=NOON - timedelta(days=9))
    assert period_to_read(NOON).since == NOON - timedelta(days=9, minutes=10)
    Attempt.objects.filter(pk=attempt.pk).update(started_at=NOON - timedelta(days=90))  # beyond what the log keeps
    assert period_to_read(NOON).since == NOON - timedelta(days=2)


def test_without_a_last_day_the_log_is_read_until_now(cast: Cast, gateway: SandboxServer) -> None:
    reconcile("--from", f"{timezone.now():%Y-%m-%d}")
    assert abs(Reconciliation.objects.get().until - timezone.now()) < timedelta(minutes=1)
