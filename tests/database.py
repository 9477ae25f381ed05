"""The database as trouble finds it: away altogether, or with a full disk."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from typing import Any

import psycopg
from django.db import connection, connections
from psycopg import sql

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


@contextmanager
def away_for_all() -> Iterator[None]:
    """For other processes too, which run on. PostgreSQL hangs up and takes no calls; SQLite, which is a file that they
    hold open, loses a table that every page needs.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE studio_instance RENAME TO studio_instance_away")
            try:
                yield
            finally:
                cursor.execute("ALTER TABLE studio_instance_away RENAME TO studio_instance")
        return
    name = connection.settings_dict["NAME"]
    hang_up()
    with _beside_it() as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        try:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            yield
        finally:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))


def _beside_it() -> "psycopg.Connection[Any]":
    """A connection to the server's other database, outside any transaction."""
    told = connection.settings_dict
    return psycopg.connect(
        host=told["HOST"],
        port=told["PORT"],
        user=told["USER"],
        password=told["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )
