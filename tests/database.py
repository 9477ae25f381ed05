"""The database as trouble finds it: away altogether, or with a full disk."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from typing import Any

from django.db import connection, connections

LOG_BYTES_MAX = 40_000
"""SQLite's index of its log is a file of 32 KiB, and has to fit."""


def hang_up() -> None:
    """Close every connection of this thread and the pool they came from."""
    for each in connections.all(initialized_only=True):
        each.close()
        if each.vendor == "postgresql":
            each.close_pool()  # type: ignore[attr-defined]


@contextmanager
def away() -> Iterator[None]:
    """Nobody answers at its address: a port where nobody listens, a file in a folder that is not there."""
    right = dict(connection.settings_dict)
    pool = {"min_size": 0, "max_size": 1, "timeout": 0.5}
    nowhere: dict[str, Any] = {"PORT": "1", "OPTIONS": {**right["OPTIONS"], "pool": pool}}
    if connection.vendor == "sqlite":
        nowhere = {"NAME": "/nowhere/at/all.sqlite3"}
    hang_up()
    connection.settings_dict |= nowhere
    try:
        yield
    finally:
        hang_up()
        connection.settings_dict |= right


@contextmanager
def full() -> Iterator[None]:
    """SQLite on a full disk: the kernel takes no further byte of its log. Reading goes on."""
    hang_up()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as reader:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LOG_BYTES_MAX, before[1]))
        try:
            with suppress(sqlite3.OperationalError):
                for number in count(1):
                    reader.execute(f"PRAGMA user_version = {number}")
            # As long as somebody reads what is in the log, it cannot begin anew.
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM django_migrations").fetchone()
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    hang_up()
