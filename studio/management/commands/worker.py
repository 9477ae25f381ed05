"""`manage.py worker`: sends what is queued, as a process of its own. As many as you like, on any machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Send what is queued until it is told to stop (NB_WORKER=procrastinate, PostgreSQL)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slots", type=int, default=settings.NB_WORKER_SLOTS, help="calls at once")
        parser.add_argument(
            "--check", action="store_true", help="only say whether a worker of this machine lives: 0 yes, 1 no"
        )

    def handle(self, *args: Any, slots: int, check: bool, **options: Any) -> None:
        if check:
            self._check()
            return
        if settings.NB_WORKER != "procrastinate":
            raise CommandError(
                "Set NB_WORKER=procrastinate, for the web processes too: elsewhere the web server sends."
            )
        from ...jobs import scaled
        from ...metrics import serve
        from ...telemetry import spans

        spans.start()
        serve.start()
        scaled.work(slots)
        serve.stop()
        spans.stop()

    def _check(self) -> None:
        """By its heartbeat, as the other workers see it. One that refuses to send lives as well."""
        from ...jobs import clock
        from ...jobs.place import spool_name
        from ...jobs.recover import is_heard_of

        if not is_heard_of(spool_name(), clock.now()):
            raise CommandError("No worker of this machine was heard of for a minute.")
        self.stdout.write("A worker of this machine lives.")
