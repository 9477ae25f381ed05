"""Whether this process can do its work: the database takes writes, has the tables of this version, the storage takes
pictures, and the spool has room.

Asked by supervisors every few seconds, and by anybody who finds the address, so an answer holds for some of them.
"""

import logging
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from .provider.spool import RESERVE_BYTES
from .storage.objects import try_out

logger = logging.getLogger(__name__)

SECONDS_MAX: Final = 2.0
"""For each question. What takes longer is no answer."""
HOLDS_SECONDS: Final = 3.0

_lock = threading.Lock()
_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")
_asked_at: float = 0
_missing: tuple[str, ...] = ()
_has_tables = False
_storing: "Future[None] | None" = None


def missing() -> tuple[str, ...]:
    """What is missing, by its name: database, migrations, media or spool. Why is in the log, and nowhere else."""
    global _asked_at, _missing
    with _lock:
        if time.monotonic() - _asked_at > HOLDS_SECONDS or not _asked_at:
            _missing = tuple(_look())
            _asked_at = time.monotonic()
        return _missing


def forget() -> None:
    """Look again at the next question."""
    global _asked_at, _has_tables
    with _lock:
        _asked_at, _has_tables = 0, False


def _look() -> Iterator[str]:
    for name, ask in (("database", _database), ("migrations", _migrations), ("media", _media), ("spool", _spool)):
        try:
            ask()
        except Exception as error:  # noqa: BLE001  (every library of a database or a storage has errors of its own)
            logger.warning("not ready: %s: %s: %s", name, type(error).__name__, error)
            yield name
            if name == "database":
                return


def _database() -> None:
    """It can be written: on SQLite the transaction is a writer's from its beginning."""
    with transaction.atomic(), _impatient(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone() != ("off",):
                raise RuntimeError("the database is read-only: a standby?")


@contextmanager
def _impatient() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {round(SECONDS_MAX * 1000)}")
    yield


def _migrations() -> None:
    """Asked until the answer is yes: tables do not go back while a process runs."""
    global _has_tables
    if not _has_tables:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            raise RuntimeError(f"{len(plan)} migrations are not applied, the first is {plan[0][0]}")
        _has_tables = True


def _media() -> None:
    """A bucket may take for ever to say no. Its thread is left alone then, and no second one joins it."""
    global _storing
    if _storing is None or _storing.done():
        _storing = _pool.submit(try_out)
    _storing.result(timeout=SECONDS_MAX)


def _spool() -> None:
    """Room for an answer in every slot, where this process has them."""
    if settings.NB_WORKER != "thread":
        return
    free = shutil.disk_usage(_there(settings.NB_SPOOL_DIR)).free
    needed = settings.NB_WORKER_SLOTS * RESERVE_BYTES
    if free < needed:
        raise RuntimeError(f"{free:,} bytes are free for answers, {needed:,} are needed")


def _there(path: Path) -> Path:
    """The folder itself, or the one it will be made in."""
    return path if path.exists() else _there(path.parent)
