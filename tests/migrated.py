"""An empty SQLite database, migrated once and copied from then on: all migrations take nine seconds, a copy none.

It is kept beside pytest's own cache for as long as no migration and no version of a package is another, so that nothing
has to be thought of. `models/test_migrations.py` and PostgreSQL go the whole way every time.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
_FOLDER = ROOT / ".pytest_cache" / "migrated"


@contextmanager
def locked() -> Iterator[None]:
    """Of two who come at once, one migrates and the other waits."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def copy_to(path: Path) -> bool:
    """False when there is none yet."""
    if not _kept().exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in ("-wal", "-shm"):
        path.with_name(path.name + left).unlink(missing_ok=True)
    shutil.copyfile(_kept(), path)
    return True


def keep(path: Path) -> None:
    """The database at `path`, which has every migration and no row but theirs."""
    new = _kept().with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", [str(new)])
    for old in _FOLDER.glob("*.sqlite3"):
        old.unlink()
    new.replace(_kept())


@cache
def _kept() -> Path:
    sources = sorted((ROOT / "studio" / "migrations").glob("*.py"))
    made_of = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for source in (*sources, ROOT / "requirements-dev.lock", ROOT / "nbweb" / "settings.py", Path(__file__)):
        made_of.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return _FOLDER / f"{made_of.hexdigest()[:32]}.sqlite3"
