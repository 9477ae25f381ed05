from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.sqlite3 import creation

from tests import migrated


class DatabaseCreation(creation.DatabaseCreation):
    """Copies the empty database instead of migrating once more."""

    def create_test_db(self, *args: Any, **options: Any) -> str:
        path = Path(self._get_test_db_name())
        with migrated.locked():
            if not migrated.copy_to(path):
                name: str = super().create_test_db(*args, **options)
                migrated.keep(path)
                return name
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = str(path)
        self.connection.settings_dict["NAME"] = str(path)
        self.connection.ensure_connection()
        return str(path)
