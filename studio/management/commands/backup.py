"""`manage.py backup DIR`: the whole studio into a folder, and read back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from ...backup.make import Made, make_backup
from ...backup.manifest import NotABackup
from ...storage.trouble import is_of_the_storage


class Command(BaseCommand):
    help = (
        "Write the studio into a folder: rows and pictures, all of it read back. Safe while the studio works. Made "
        "into the same folder again it copies only new pictures. No key and no password of the settings is in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="made if it is not there; on another disk, at best"
        )
        parser.add_argument("--keep", type=int, default=14, help="backups in the folder; 0: all (default: 14)")
        parser.add_argument("--quick", action="store_true", help="do not read again what an earlier backup had read")

    def handle(self, *args: Any, folder: Path, keep: int, quick: bool, **options: Any) -> None:
        if keep < 0:
            raise CommandError("--keep is a number of backups, or 0 for all.")
        try:
            made = make_backup(folder.resolve(), keep=keep, quick=quick)
        except (NotABackup, OSError, DatabaseError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        except Exception as error:
            if not is_of_the_storage(error):
                raise
            raise CommandError(f"No backup was made: {error}") from error
        self._say(made)

    def _say(self, made: Made) -> None:
        manifest, pictures = made.manifest, made.manifest.pictures
        rows = sum(table.rows for table in manifest.tables)
        self.stdout.write(
            f"{made.folder}: {rows:,} rows, {pictures.files:,} files "
            f"with {pictures.size_bytes / 1e6:,.1f} MB, all read back."
        )
        for words, keys in (("not there", pictures.missing), ("damaged", pictures.damaged)):
            for key in keys:
                self.stderr.write(f"{key} is {words} in the studio itself: see `manage.py ledger_verify`.")
        if made.removed:
            self.stdout.write(f"Removed {len(made.removed)} older backups and {made.forgotten:,} files of theirs.")
