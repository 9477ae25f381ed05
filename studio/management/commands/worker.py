"""`manage.py worker`: sends what is queued, as a process of its own. As many as you like, on any machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Send what is queued until it is told to stop (NB_WORKER=procrastinate, PostgreSQL)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slots", type=int, default=settings.NB_WORKER_SLOTS, help="calls at once")

    def handle(self, *args: Any, slots: int, **options: Any) -> None:
        if settings.NB_WORKER != "procrastinate":
            raise CommandError(
                "Set NB_WORKER=procrastinate, for the web processes too: elsewhere the web server sends."
            )
        from ...jobs import scaled
        from ...metrics import serve

        serve.start()
        scaled.work(slots)
        serve.stop()
