"""A connection that refuses to write, so that a check cannot do what it should not, whatever is in its code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

_ON: Final = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET default_transaction_read_only = on"}
_OFF: Final = {"sqlite": "PRAGMA query_only = OFF", "postgresql": "RESET default_transaction_read_only"}


@contextmanager
def read_only() -> Iterator[None]:
    """From here on this connection reads. PostgreSQL makes it so for every transaction that begins inside."""
    _say(_ON)
    try:
        yield
    finally:
        _say(_OFF)


def _say(words: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words[connection.vendor])
