"""One moment of the database, however long the reading takes. Nobody who writes meanwhile waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from ..verify.read_only import read_only


def be_patient() -> None:
    """A machine that says nothing in a transaction is not frozen here: it is packing rows, or unpacking them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def snapshot() -> Iterator[None]:
    """Inside, every question is answered as of the first one, and nothing can be written. Not within a transaction."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            be_patient()
            yield
        return
    # Not `atomic`, which begins as a writer would. A reader of a WAL keeps seeing what it saw first.
    with read_only(), connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
