"""An exported log beside the books: three ways to make them differ, each found and named, and nothing is written."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from studio.ledger import post
from studio.ledger.audit import Finding, Scope
from studio.models import Attempt, GatewayLogRow, LedgerEntry, MissingLogRow
from studio.provider.outcome import Charge
from studio.reconcile import decide
from studio.reconcile.log_row import LogRow
from studio.verify import usage_file
from tests.people import Cast
from tests.reconcile.calls import NEXT_DAY, made, run
from tests.reconcile.files import as_csv, as_xlsx, line
from tests.reconcile.rows import NOON, row
from tests.verify.sound import run_sql

pytestmark = pytest.mark.django_db

EARLIER, LATER = NOON - timedelta(hours=3), NOON + timedelta(hours=3)
FIRST, LAST = row("req-0", logged_at=EARLIER), row("req-9", logged_at=LATER)


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    """Of Bob's at noon, with one before and one after it: the file covers its time."""
    made(cast, Charge.CHARGED, ids=("req-0",), at=EARLIER)
    made(cast, Charge.CHARGED, ids=("req-9",), at=LATER)
    return made(cast, Charge.CHARGED, ids=("req-1",))


def found(*rows: LogRow, **scope: Any) -> list[tuple[str, str, str]]:
    findings: list[Finding] = list(
        usage_file.find([FIRST, *rows, LAST], Scope(now=NEXT_DAY + timedelta(days=1), **scope))
    )
    return [(each.kind, each.row, each.words) for each in findings]


# ── What is no finding ─────────────────────────────────────────────────────────────────────────────


def test_a_file_that_says_the_same_is_no_finding(attempt: Attempt) -> None:
    assert found(row()) == []
    run(FIRST, row(), LAST)  # nor when it was settled by the same rows
    assert found(row()) == []


def test_a_row_is_found_by_model_and_time_too(cast: Cast, attempt: Attempt) -> None:
    made(cast, Charge.PRESUMED, at=NOON + timedelta(minutes=30))
    assert found(row(), row("req-2", logged_at=NOON + timedelta(minutes=30, seconds=20))) == []


def test_a_row_that_stands_twice_is_one(attempt: Attempt) -> None:
    assert found(row(), row()) == []


def test_rounding_is_no_finding(attempt: Attempt) -> None:
    assert found(row(quota=44_999)) == []


def test_a_row_that_cost_nothing_says_nothing(attempt: Attempt) -> None:
    assert found(row(), row("req-7", quota=0, error_code="429")) == []


def test_what_a_person_decided_stands(cast: Cast, attempt: Attempt) -> None:
    charge = LedgerEntry.objects.get(attempt=attempt)
    with transaction.atomic():
        post.correct(charge, 90_000, note="a gift", recorded_by=cast.dana, now=NOON)
    run(FIRST, row(), LAST, row("req-7"), row("req-8"), is_whole=False)
    theirs = {each.request_id: each for each in decide.only_theirs()}
    decide.dismiss(theirs["req-7"], reason="a test", by=cast.dana, now=NEXT_DAY)
    decide.assign(theirs["req-8"], cast.alice, reason="her script", by=cast.dana, now=NEXT_DAY)
    assert found(row(), row("req-7"), row("req-8")) == found() == []


def test_a_charge_that_a_person_kept_is_not_missed(cast: Cast, attempt: Attempt) -> None:
    missing = MissingLogRow.objects.create(attempt=attempt, noticed_at=NOON)
    decide.keep(missing, reason="the log lost it", by=cast.dana, now=NEXT_DAY)
    assert found() == []


@pytest.mark.parametrize("at", [EARLIER - timedelta(hours=1), LATER - timedelta(minutes=30), LATER + timedelta(days=1)])
def test_a_call_that_the_file_may_not_cover_is_not_missed(cast: Cast, attempt: Attempt, at: datetime) -> None:
    made(cast, Charge.CHARGED, at=at)
    assert found(row()) == []


def test_an_empty_file_says_nothing(attempt: Attempt) -> None:
    assert list(usage_file.find([], Scope(now=NEXT_DAY))) == []


# ── What is one ────────────────────────────────────────────────────────────────────────────────────


def lose_a_call(attempt: Attempt) -> None:
    """As a restored database has lost it: its row is there, it is not."""
    Attempt.objects.filter(pk=attempt.pk).update(started_at=NOON - timedelta(days=9), request_id="", evidence={})


def change_what_it_cost(attempt: Attempt) -> None:
    with transaction.atomic():
        post.true_up(attempt, 55_000, note="as counted: 1 token", now=NOON)


def take_the_row_away(attempt: Attempt) -> None:
    """The file is read without it, below."""


@pytest.mark.parametrize(
    ("ruin", "rows", "finding"),
    [
        (
            lose_a_call,
            [row()],
            ("file-theirs", "req-1", "The file says that the gateway took $0.09, and the books know no such call."),
        ),
        (
            change_what_it_cost,
            [row()],
            ("file-amount", "3A attempt 1", "The file says that the gateway took $0.09, the books say $0.055."),
        ),
        (
            take_the_row_away,
            [],
            ("file-ours", "3A attempt 1", "It is booked as charged, and the file does not have it."),
        ),
    ],
)
@pytest.mark.parametrize("is_settled", [False, True])
def test_what_was_ruined_is_found_and_named(
    attempt: Attempt,
    ruin: Callable[[Attempt], None],
    rows: list[LogRow],
    finding: tuple[str, str, str],
    is_settled: bool,
) -> None:
    """Before reconciliation has read these rows, and after."""
    if is_settled:
        run(FIRST, row(), LAST)
    ruin(attempt)
    if ruin is lose_a_call:
        run_sql("DELETE FROM studio_gatewaylogrow WHERE request_id = 'req-1'")
    assert found(*rows) == [finding]


def test_a_given_back_charge_that_the_file_has_differs(cast: Cast, attempt: Attempt) -> None:
    with transaction.atomic():
        post.reimburse(LedgerEntry.objects.get(attempt=attempt), note="a mistake", recorded_by=None, now=NOON)
    Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.RELEASED)
    assert [kind for kind, _row, _words in found(row())] == ["file-amount"]
    Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.REIMBURSED)  # by the gateway: it took it all the same
    assert found(row()) == []


def test_a_row_without_an_id_is_named_by_model_and_time(attempt: Attempt) -> None:
    lite = row("", model_name="gemini-3.1-flash-lite-image")
    assert [name for _kind, name, _words in found(row(), lite)] == ["gemini-3.1-flash-lite-image 2026-11-10 12:00:00"]


def test_a_scope_narrows_it(cast: Cast, attempt: Attempt) -> None:
    change_what_it_cost(attempt)
    assert [kind for kind, _row, _words in found(row(), row("req-7"), person=cast.bob)] == ["file-amount"]
    assert found(row(), row("req-7"), person=cast.alice) == []
    assert found(row(), row("req-7"), since=NOON + timedelta(minutes=1)) == []


# ── The command ────────────────────────────────────────────────────────────────────────────────────


def verified(path: Path, *arguments: str) -> tuple[int, str]:
    """How it ended, and what it said."""
    said = io.StringIO()
    try:
        call_command("ledger_verify", "--provider-usage", str(path), *arguments, stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_the_command_reads_csv_and_xlsx_and_writes_nothing(
    cast: Cast, tmp_path: Path, make: Callable[..., io.BytesIO]
) -> None:
    made(cast, Charge.CHARGED, ids=("req-1",))
    path = tmp_path / "usage"
    path.write_bytes(make(line(quota=45_000)).getvalue())
    assert verified(path)[0] == 0
    path.write_bytes(make(line(quota=45_000), line("req-2", quota=45_000)).getvalue())
    code, said = verified(path)
    assert code == 1
    assert "file-theirs: req-2: The file says that the gateway took $0.09" in said
    assert "(docs/operations.md#file-theirs)" in said
    assert "13 The gateway’s log and the books agree: 1 found" in said
    told = json.loads(verified(path, "--json")[1].splitlines()[0])
    assert (told["check"], told["kind"], told["row"]) == (13, "file-theirs", "req-2")
    assert not GatewayLogRow.objects.exists()


@pytest.mark.parametrize("content", [None, b"", b"date,amount\n2026-11-10,1\n"])
def test_a_file_that_cannot_be_read_ends_with_2(db: None, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "usage.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((CommandError, SystemExit)) as refused:
        verified(path)
    assert getattr(refused.value, "returncode", None) == 2
