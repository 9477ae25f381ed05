"""`manage.py thumbnails`: make the small pictures that are missing."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from ...decoder import DecoderAway, NotAPicture
from ...models import Link, Output, Picture, Upload
from ...storage.thumbnails import make_missing


class Command(BaseCommand):
    help = (
        "Make the small pictures that are missing, and find the colours of pictures that have none yet: of what was "
        "stored by an older version. Safe while the studio works, and to stop and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at = made = 0
        for picture in _pictures():
            looked_at += 1
            try:
                made += make_missing(picture)
            except (FileNotFoundError, NotAPicture) as trouble:
                self.stderr.write(f"{picture._meta.model_name} {picture.pk}: {trouble}")
            except DecoderAway as trouble:
                self.stderr.write(f"No picture can be decoded on this machine: {trouble}")
                break
        self.stdout.write(f"{looked_at} pictures looked at, {made} small ones made.")


def _pictures() -> Iterator[Picture]:
    for rows in (
        Output.objects.filter(generation__purged_at=None),
        Upload.objects.all(),
        Link.objects.exclude(thumbnail_key=""),
    ):
        yield from rows.order_by("-pk").iterator(chunk_size=500)  # the newest first: they are looked at
