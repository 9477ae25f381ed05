"""System checks of our own: what `manage.py check` says about the machine before money is at stake."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from .models.encoding import wrong_encoding

# Versions before these may lose commits in WAL mode with several connections (sqlite.org, "WAL-reset bug").
_SQLITE_FIXED = (3, 51, 3)
_SQLITE_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is one of those that can lose a commit in WAL mode."""
    backport = _SQLITE_BACKPORTS.get(version[:2])
    return version < _SQLITE_FIXED and not (backport is not None and version[2] >= backport)


@register(Tags.database)
def sqlite_keeps_commits(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    if not databases or connection.vendor != "sqlite" or not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} can, rarely, lose a commit in WAL mode.",
            hint="Use a Python that is linked with SQLite 3.51.3 or newer, or PostgreSQL, before real money.",
            id="studio.W001",
        )
    ]


@register(Tags.database)
def database_takes_every_language(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Before the first table is made: a database cannot be told another encoding later."""
    if not databases or not (encoding := wrong_encoding()):
        return []
    return [
        Error(
            f"The database is in {encoding}, which has no room for prompts in other languages.",
            hint="CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name that one in DATABASE_URL.",
            id="studio.E001",
        )
    ]
