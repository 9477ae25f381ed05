"""`manage.py restore DIR`: a studio out of a backup, into an empty database of either kind."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from ...backup.manifest import NotABackup
from ...backup.restore import WrongDatabase, restore, set_of, warnings
from ...storage.trouble import is_of_the_storage


class Command(BaseCommand):
    help = (
        "Make a studio of a backup: into the empty database and the storage that the settings name, SQLite or "
        "PostgreSQL, disk or bucket. Sends nothing afterwards until somebody has looked and said `manage.py adopt`."
    )
    requires_system_checks = []  # there may be no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="where `manage.py backup` wrote")
        parser.add_argument("--at", default="", metavar="MOMENT", help="the name of a backup in it; else the newest")
        parser.add_argument(
            "--moved",
            action="store_true",
            help="the studio of the backup was stopped before it was made and is never started again: go on sending",
        )

    def handle(self, *args: Any, folder: Path, at: str, moved: bool, **options: Any) -> None:
        try:
            found = set_of(folder.resolve(), at)
            self.stdout.write(f"Restoring {found}")
            manifest = restore(found, moved=moved, say=self.stdout.write)
        except (NotABackup, WrongDatabase) as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"Not restored: {error}. Begin again with an empty database.") from error
        except Exception as error:
            if not is_of_the_storage(error):
                raise
            raise CommandError(f"Not restored: {error}. Begin again with an empty database.") from error
        for words in warnings(manifest):
            self.stderr.write(words)
        if not moved:
            self.stdout.write("Nothing is sent until somebody has looked at what waits, and said `manage.py adopt`.")
        call_command("ledger_verify", fast=True, stdout=self.stdout, stderr=self.stderr)
