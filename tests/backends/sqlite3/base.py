"""Django's SQLite, able to empty the ledger and the audit log between tests.

Their triggers refuse every DELETE, and Django empties SQLite's tables by DELETE. So the flush between two tests
takes the triggers away and puts the very same ones back; nothing else in the suite can. A database of its own is a
copy of one that was migrated before.
"""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations

from .creation import DatabaseCreation

FIND_TRIGGERS = """SELECT name, sql FROM sqlite_master WHERE type = 'trigger'
    AND tbl_name IN ('studio_ledgerentry', 'studio_auditentry')"""


class FlushableOperations(DatabaseOperations):
    def sql_flush(self, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            triggers = cursor.execute(FIND_TRIGGERS).fetchall()
        taken = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*taken, *super().sql_flush(*args, **kwargs), *(sql for _, sql in triggers)]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = FlushableOperations
    creation_class = DatabaseCreation
