"""Thirteen ways to ruin a studio with a shell, one for each check: each is found, and the finding names the row."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from studio.ledger import post
from studio.ledger.audit import Finding, Interrupted, Scope
from studio.models import GatewayLogRow, Generation, Instance, MissingLogRow, ProjectMonth
from studio.storage import objects
from studio.storage.uploads import keep_picture
from studio.verify.checks import CHECKS
from studio.verify.read_only import read_only
from studio.verify.run import COULD_NOT_RUN, verify
from tests.people import MONEY_MICROS
from tests.runs import PRICE_MICROS, make_run
from tests.storage.samples import picture as png
from tests.verify.sound import (
    Studio,
    allow_orphans,
    change_entry,
    days_ago,
    delete_entry,
    drop_check,
    long_ago,
    run_sql,
    stored_path,
    unlock_ledger,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

type Ruin = Callable[[Studio], None]
type Row = Callable[[Studio], str]

STRANGER = "11111111-2222-4333-8444-555555555555"
LEFT_BEHIND = "pictures/ff/left-behind.png"


def found(scope: Scope | None = None) -> list[tuple[int, str, str]]:
    """Number of the check, kind and row of everything it finds."""
    told: list[tuple[int, str, str]] = []
    report = verify(scope or Scope(), found=lambda check, it: told.append((check.number, it.kind, it.row)))
    assert not report.failed, report.failed
    assert report.findings == len(told)
    return told


@pytest.fixture
def undone(studio: Studio) -> Iterator[None]:
    """What a ruin leaves behind cannot be committed, and must not be: the database looks at the end of a test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":
        run_sql("PRAGMA ignore_check_constraints = OFF")


def change_a_note(studio: Studio) -> None:
    unlock_ledger()
    change_entry(5, "note = 'nothing to see here'")


def remove_a_charge(studio: Studio) -> None:
    unlock_ledger()
    delete_entry(5)


def leave_a_hold_open(studio: Studio) -> None:
    run_sql(f"UPDATE studio_generation SET status = 'cancelled' WHERE id = {studio.waiting.pk}")


def top_a_month_up(studio: Studio) -> None:
    run_sql(
        f"UPDATE studio_monthbalance SET balance_micros = {MONEY_MICROS} WHERE account_id = "
        f"(SELECT id FROM studio_account WHERE person_id = {studio.cast.bob.pk})"
    )


def turn_a_charge_into_a_gift(studio: Studio) -> None:
    unlock_ledger()
    drop_check("studio_ledgerentry", "entry_sign_fits_kind")
    change_entry(5, "amount_micros = 90000")


def change_a_price_afterwards(studio: Studio) -> None:
    run_sql("UPDATE studio_attempt SET price_micros = 1")


def remove_an_attempt(studio: Studio) -> None:
    allow_orphans("studio_attempt", "studio_ledgerentry", "studio_output")
    run_sql("DELETE FROM studio_attempt")


def let_a_call_hang(studio: Studio) -> None:
    run_sql(
        f"UPDATE studio_generation SET status = 'answering', lease_expires_at = '{days_ago(1)}' "
        f"WHERE id = {studio.waiting.pk}"
    )


def flip_a_bit(studio: Studio) -> None:
    path = stored_path(studio.output.key)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


def leave_a_file(studio: Studio) -> None:
    objects.put_bytes(LEFT_BEHIND, b"whose is this?")
    long_ago(stored_path(LEFT_BEHIND))


def leave_an_answer(studio: Studio) -> None:
    folder = settings.NB_SPOOL_DIR / f"{STRANGER}.answer"
    folder.mkdir(parents=True)
    long_ago(folder)


def forget_an_unknown(studio: Studio) -> None:
    run_sql(
        f"UPDATE studio_attempt SET charge = 'presumed', outcome = 'outcome_unknown', answered_at = '{days_ago(8)}'"
    )


def change_the_log(studio: Studio) -> None:
    now = timezone.now()
    GatewayLogRow.objects.create(
        request_id="r-1",
        logged_at=now,
        model_name="gemini",
        quota=PRICE_MICROS // 2,
        read_at=now,
        state="settled",
        settled_at=now,
        attempt=studio.attempt,
        matched_by="id",
    )
    assert found() == []
    run_sql("UPDATE studio_gatewaylogrow SET quota = 1")


RUINS: list[tuple[int, Ruin, str, Row]] = [
    (1, change_a_note, "chain", lambda studio: "bob 5 charge"),
    (2, remove_a_charge, "charge", lambda studio: f"{studio.delivered.frame_number} attempt 1"),
    (3, leave_a_hold_open, "hold", lambda studio: "bob 3 hold"),
    (4, top_a_month_up, "balance", lambda studio: f"bob {timezone.localdate():%Y-%m}"),
    (5, turn_a_charge_into_a_gift, "amount", lambda studio: "bob 5 charge"),
    (6, change_a_price_afterwards, "price", lambda studio: "bob 5 charge"),
    (7, remove_an_attempt, "orphan", lambda studio: f"studio_output {studio.output.pk}"),
    (8, let_a_call_hang, "overdue", lambda studio: studio.waiting.frame_number),
    (9, flip_a_bit, "picture-changed", lambda studio: f"{studio.delivered.frame_number} primary"),
    (10, leave_a_file, "stray-file", lambda studio: LEFT_BEHIND),
    (11, leave_an_answer, "stray-answer", lambda studio: f"{settings.NB_SPOOL_DIR}/{STRANGER}"),
    (12, forget_an_unknown, "unreviewed", lambda studio: f"{studio.delivered.frame_number} attempt 1"),
    (13, change_the_log, "log-amount", lambda studio: f"{studio.delivered.frame_number} attempt 1"),
]


def test_a_sound_studio_has_no_finding(studio: Studio) -> None:
    assert found() == []


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(("number", "ruin", "kind", "row"), RUINS, ids=[ruin[1].__name__ for ruin in RUINS])
def test_what_was_ruined_is_found_and_named(studio: Studio, number: int, ruin: Ruin, kind: str, row: Row) -> None:
    ruin(studio)
    assert (number, kind, row(studio)) in found()


def test_every_check_has_its_ruin() -> None:
    assert [ruin[0] for ruin in RUINS] == [check.number for check in CHECKS]


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(
    ("ruin", "expected"),
    [
        (change_a_note, {(1, "chain")}),
        (leave_a_hold_open, {(3, "hold")}),
        (top_a_month_up, {(4, "balance")}),
        (change_a_price_afterwards, {(6, "price")}),
        (let_a_call_hang, {(8, "overdue")}),
        (flip_a_bit, {(9, "picture-changed")}),
        (leave_a_file, {(10, "stray-file")}),
        (leave_an_answer, {(11, "stray-answer")}),
        (forget_an_unknown, {(12, "unreviewed")}),
    ],
)
def test_one_fault_is_one_finding(studio: Studio, ruin: Ruin, expected: set[tuple[int, str]]) -> None:
    ruin(studio)
    assert [(number, kind) for number, kind, _row in found()] == list(expected)


@pytest.mark.sqlite
@pytest.mark.usefixtures("undone")
def test_a_fraction_of_a_micro_dollar_is_found(studio: Studio) -> None:
    """SQLite takes it, where PostgreSQL refuses."""
    run_sql(f"UPDATE studio_attempt SET price_micros = 90000.5 WHERE generation_id = {studio.delivered.pk}")
    assert (5, "amount", f"studio_attempt {studio.attempt.pk}") in found()


@pytest.mark.usefixtures("undone")
def test_an_entry_about_somebody_elses_picture_is_found(studio: Studio) -> None:
    unlock_ledger()
    alices = make_run(studio.cast.alice, studio.cast.project).generations.get()
    change_entry(5, f"generation_id = {alices.pk}")
    assert (7, "orphan", "bob 5 charge") in found()


def test_a_project_that_counted_wrong_is_found(studio: Studio) -> None:
    assert ProjectMonth.objects.get().used_micros == 2 * PRICE_MICROS  # the run waits, and was delivered
    run_sql("UPDATE studio_projectmonth SET used_micros = 0")
    assert found() == [(4, "project-balance", f"{studio.cast.project} {timezone.localdate():%Y-%m}")]


def test_a_real_cost_that_was_never_corrected_to_is_found(studio: Studio) -> None:
    with transaction.atomic():
        post.true_up(studio.attempt, 50_000, note="2 searches", now=timezone.now())
    assert found() == []
    run_sql("UPDATE studio_attempt SET real_micros = 40000")
    assert found() == [(6, "price", f"{studio.delivered.frame_number} attempt 1")]


@pytest.mark.parametrize(("days", "kinds"), [(6, []), (8, ["log-theirs", "log-ours"])])
def test_what_only_one_side_knows_is_a_finding_after_a_week(studio: Studio, days: int, kinds: list[str]) -> None:
    then = timezone.now() - timedelta(days=days)
    GatewayLogRow.objects.create(request_id="r-1", logged_at=then, model_name="gemini", quota=1, read_at=then)
    MissingLogRow.objects.create(attempt=studio.attempt, noticed_at=then)
    assert [kind for _number, kind, _row in found()] == kinds


# ── Pictures and files ─────────────────────────────────────────────────────────────────────────────


def test_a_picture_that_is_gone_is_found(studio: Studio) -> None:
    stored_path(studio.output.key).unlink()
    assert found() == [(9, "picture-missing", f"{studio.delivered.frame_number} primary")]


def test_a_small_picture_that_is_gone_is_found(studio: Studio) -> None:
    stored_path(studio.output.thumbnail_key).unlink()
    assert found() == [(9, "picture-missing", f"{studio.delivered.frame_number} primary")]


def test_a_picture_that_was_cut_is_found_without_reading_it(studio: Studio) -> None:
    path = stored_path(studio.output.key)
    path.write_bytes(path.read_bytes()[:-1])
    assert found(Scope(fast=True)) == [(9, "picture-changed", f"{studio.delivered.frame_number} primary")]


def test_fast_does_not_read_pictures(studio: Studio) -> None:
    flip_a_bit(studio)
    assert found(Scope(fast=True)) == []


def test_what_people_brought_in_is_looked_at_too(studio: Studio) -> None:
    upload = keep_picture(
        io.BytesIO(png(size=(9, 9))), name="cat.png", project=studio.cast.project, person=studio.cast.bob
    )
    assert found() == []
    stored_path(upload.key).unlink()
    assert found() == [(9, "picture-missing", f"upload {upload.pk}")]


def test_a_working_copy_that_is_gone_is_found(studio: Studio) -> None:
    told = io.BytesIO(png("JPEG", comment=b"a secret"))
    upload = keep_picture(told, name="boat.jpg", project=studio.cast.project, person=studio.cast.bob)
    assert found() == []
    stored_path(upload.sent.key).unlink()
    assert found() == [(9, "picture-missing", f"upload {upload.pk}")]


def test_a_new_file_may_still_get_its_row(studio: Studio) -> None:
    objects.put_bytes(LEFT_BEHIND, b"just stored")
    assert found() == []


def test_a_new_answer_may_still_get_its_attempt(studio: Studio) -> None:
    (settings.NB_SPOOL_DIR / f"{STRANGER}.partial").mkdir(parents=True)
    assert found() == []


# ── Part of it only ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("undone")
def test_since_leaves_out_what_is_older_but_not_the_ends_of_the_chains(studio: Studio) -> None:
    tomorrow = Scope(since=timezone.now() + timedelta(days=1))
    change_a_note(studio)
    flip_a_bit(studio)
    assert found(tomorrow) == []
    run_sql(f"UPDATE studio_account SET head_hash = 'f' WHERE person_id = {studio.cast.alice.pk}")
    assert found(tomorrow) == [(1, "head", "alice")]


@pytest.mark.usefixtures("undone")
def test_since_takes_the_chain_up_in_the_middle(studio: Studio) -> None:
    """What stands before the day is believed: numbers, hashes and what was left go on from there."""
    midnight = timezone.now() + timedelta(minutes=1)
    with transaction.atomic():
        post.release(studio.waiting, now=midnight)
    Generation.objects.filter(pk=studio.waiting.pk).update(status="cancelled")
    assert found(Scope(since=midnight)) == []
    unlock_ledger()
    change_entry(6, "balance_micros = 1")
    assert [(number, kind, row) for number, kind, row in found(Scope(since=midnight))] == [
        (1, "chain", "bob 6 release"),
        (1, "left", "bob 6 release"),
    ]


@pytest.mark.usefixtures("undone")
def test_one_person_is_looked_at_alone(studio: Studio) -> None:
    change_a_note(studio)
    leave_a_file(studio)
    leave_an_answer(studio)
    assert found(Scope(person=studio.cast.alice)) == []
    assert found(Scope(person=studio.cast.bob)) == [(1, "chain", "bob 5 charge")]


# ── How it runs ────────────────────────────────────────────────────────────────────────────────────


def test_a_check_that_cannot_run_keeps_no_other_from_it(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    def broken(scope: Scope) -> Iterator[Finding]:
        raise OSError("the disk is away")
        yield

    report = verify(Scope(), found=lambda *_: None, checks=[replace(CHECKS[8], find=broken), CHECKS[0]])
    assert [(result.check.number, result.error) for result in report.results] == [
        (9, "OSError: the disk is away"),
        (1, ""),
    ]
    assert report.exit_code == COULD_NOT_RUN


def test_who_does_not_want_to_know_is_not_told(studio: Studio) -> None:
    with pytest.raises(Interrupted):
        verify(Scope(is_unwanted=lambda: True), found=lambda *_: None)


@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_written_meanwhile(transactional_db: None) -> None:
    with read_only(), pytest.raises(DatabaseError, match=r"read-?only"):
        Instance.objects.create(pk=1)
    Instance.objects.create(pk=1)
