"""`manage.py move_pictures --to bucket`: every picture from the disk into the bucket, or back."""

import time
from collections import deque
from contextlib import closing
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...storage.moving import Journal, Store, all_keys, copy, missing, remove
from ...storage.trouble import is_of_the_storage
from ...verify.strays import named_keys

_REPORT_SECONDS: Final = 2
_NAMED: Final = 20
_OTHER: Final = {"bucket": "disk", "disk": "bucket"}


class Command(BaseCommand):
    help = (
        "Copy every picture of the studio to the other storage, read each back, and say at the end whether all are "
        "there. Safe while the studio works, and to stop and run again. Removes nothing unless asked to."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", choices=sorted(_OTHER), required=True, help="where the pictures shall be")
        parser.add_argument(
            "--remove-source",
            action="store_true",
            help="afterwards remove them where they were, each compared once more; when no studio reads them there",
        )

    def handle(self, *args: Any, to: str, remove_source: bool, **options: Any) -> None:
        if "bucket" not in settings.STORAGES:
            raise CommandError("There is no bucket: set AWS_STORAGE_BUCKET_NAME and the other AWS_ variables.")
        source, destination = (cast("Store", storages[name]) for name in (_OTHER[to], to))
        try:
            with closing(Journal(_journal(to))) as journal:
                self._copy(source, destination, journal)
                self._verify(source, destination, journal)
            if remove_source:
                removed = deque(enumerate(remove(source, destination), 1), maxlen=1)
                self.stdout.write(f"{removed[0][0] if removed else 0} files removed where they were.")
        except Exception as error:
            if not is_of_the_storage(error):
                raise
            raise CommandError(f"Stopped: {error} What is copied stays copied; run this again to go on.") from error

    def _copy(self, source: Store, destination: Store, journal: Journal) -> None:
        total = sum(1 for _ in all_keys(source))
        done = copied = copied_bytes = 0
        began = said = time.monotonic()
        for step in copy(source, destination, journal):
            done, copied, copied_bytes = done + 1, copied + bool(step.copied_bytes), copied_bytes + step.copied_bytes
            if time.monotonic() - said >= _REPORT_SECONDS:
                said = time.monotonic()
                self.stdout.write(f"{done:,} of {total:,} files, {_speed(copied_bytes, said - began)}")
        self.stdout.write(f"{done:,} of {total:,} files are there, {copied:,} of them copied now.")

    def _verify(self, source: Store, destination: Store, journal: Journal) -> None:
        """All that is stored, and all that a row of the database names."""
        wanted = chain(all_keys(source), named_keys("pictures"), named_keys("thumbnails"))
        count = 0
        for key in missing(wanted, source, destination, journal):
            count += 1
            if count <= _NAMED:
                self.stderr.write(f"missing: {key}")
        if count:
            raise CommandError(f"{count:,} files are not there. Run this again; what is missing at both ends is lost.")
        self.stdout.write("Every picture is there, and was read back.")


def _journal(to: str) -> Path:
    """One for each place that was ever moved to."""
    there: Any = storages[to]
    place = f"{there.endpoint_url} {there.bucket_name}" if to == "bucket" else str(there.location)
    return Path(settings.ENVIRONMENT.data_dir) / f"moved-to-{to}-{sha256(place.encode()).hexdigest()[:12]}.sqlite3"


def _speed(count_bytes: int, seconds: float) -> str:
    return f"{count_bytes / 1e9:.2f} GB copied, {count_bytes / 1e6 / max(seconds, 0.001):.0f} MB/s"
