"""A small studio in which everything is as it should be, and the ways somebody with a shell gets past its guards.

Bob's ledger, one line an entry:

    1 allowance  +10.00   left 10.00
    2 hold        -0.09   left  9.91   run 1, A: delivered
    3 hold        -0.09   left  9.82   run 1, B: waits
    4 release     +0.09   left  9.91   of 2
    5 charge      -0.09   left  9.82   A's first attempt
"""

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from studio.decoder import examine
from studio.ledger import post
from studio.models import Attempt, Generation, Output, Status
from studio.provider.outcome import Charge, Outcome
from studio.storage import keys, objects
from studio.storage.thumbnails import put_thumbnails
from tests import people
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.storage.samples import picture

LONG_AGO_SECONDS = 3 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Studio:
    cast: Cast
    delivered: Generation
    waiting: Generation
    attempt: Attempt
    output: Output


def sound_studio() -> Studio:
    cast = people.cast()
    run = make_run(cast.bob, cast.project, variations=2)
    delivered, waiting = run.generations.order_by("variation")
    attempt, now = make_attempt(delivered), timezone.now()
    with transaction.atomic():
        post.release(delivered, now=now)
        post.charge(attempt, Charge.CHARGED, now=now)
        output = _output(attempt)
        settled = {"charge": Charge.CHARGED, "outcome": Outcome.DELIVERED}
        Attempt.objects.filter(pk=attempt.pk).update(**settled, answered_at=now, finished_at=now)
        Generation.objects.filter(pk=delivered.pk).update(**settled, status=Status.SUCCEEDED, finished_at=now)
    return Studio(cast, delivered, waiting, attempt, output)


def _output(attempt: Attempt) -> Output:
    data = picture()
    path = Path(settings.MEDIA_ROOT).with_name("made.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    sha256 = objects.sha256_of(path)
    output = Output(
        generation=attempt.generation,
        attempt=attempt,
        role=Output.Role.PRIMARY,
        position=0,
        mime_type="image/png",
        size_bytes=len(data),
        width=30,
        height=20,
        sha256=sha256,
        key=keys.picture_key(sha256, "image/png"),
        thumbnail_key=keys.thumbnail_key(sha256),
    )
    objects.put_file(output.key, path)
    put_thumbnails(sha256, examine(path).thumbnails)
    output.save()
    return output


# ── What somebody with a shell does ────────────────────────────────────────────────────────────────


def run_sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def settle_constraints() -> None:
    """PostgreSQL alters no table that still has something to look at when the transaction ends."""
    if connection.vendor == "postgresql":
        run_sql("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")


def unlock_ledger() -> None:
    """Away with the triggers. The test's transaction puts them back."""
    settle_constraints()
    if connection.vendor == "sqlite":
        run_sql("DROP TRIGGER studio_ledgerentry_no_update", "DROP TRIGGER studio_ledgerentry_no_delete")
    else:
        run_sql("DROP TRIGGER studio_ledgerentry_append_only ON studio_ledgerentry")


def drop_check(table: str, name: str) -> None:
    """Away with a constraint. On SQLite they are switched off together, for the connection."""
    settle_constraints()
    run_sql(
        "PRAGMA ignore_check_constraints = ON"
        if connection.vendor == "sqlite"
        else f"ALTER TABLE {table} DROP CONSTRAINT {name}"
    )


def allow_orphans(*tables: str) -> None:
    """Away with the foreign keys. SQLite minds them at the commit, which no test reaches."""
    settle_constraints()
    if connection.vendor == "postgresql":
        run_sql(*(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in tables))


def change_entry(sequence: int, what: str) -> None:
    """An UPDATE of that entry of Bob's."""
    run_sql(f"UPDATE studio_ledgerentry SET {what} WHERE {_of_bob(sequence)}")


def delete_entry(sequence: int) -> None:
    run_sql(f"DELETE FROM studio_ledgerentry WHERE {_of_bob(sequence)}")


def _of_bob(sequence: int) -> str:
    return (
        f"sequence = {sequence} AND account_id = (SELECT a.id FROM studio_account a "
        "JOIN studio_user u ON u.id = a.person_id WHERE u.username = 'bob')"
    )


def long_ago(path: str | Path) -> None:
    """Date a file or a folder back by three days."""
    then = time.time() - LONG_AGO_SECONDS
    os.utime(path, (then, then))


def stored_path(key: str) -> Path:
    return Path(default_storage.path(key))


def days_ago(days: float) -> str:
    """For SQL."""
    return (timezone.now() - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S+00:00")
