"""Django's PostgreSQL, able to empty tables that other processes read.

Between two tests of `make test-several` web processes and workers go on asking. TRUNCATE wants every table for itself,
one after the other, and may meet somebody who holds one and waits for another: PostgreSQL ends one of the two, and when
that is the flush, it is done again.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.db import OperationalError
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.errors import DeadlockDetected

TRIES: Final = 5


class FlushableOperations(DatabaseOperations):
    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        statements = list(sql_list)
        for left in reversed(range(TRIES)):
            try:
                super().execute_sql_flush(statements)
            except OperationalError as error:
                if not left or not isinstance(error.__cause__, DeadlockDetected):
                    raise
            else:
                return


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class: Any = FlushableOperations
