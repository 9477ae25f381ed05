"""`manage.py adopt`: let the workers of this machine send for this database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...jobs.belonging import adopt, why_not


class Command(BaseCommand):
    help = (
        "Let the workers of this machine send for this database: after a restore or a move. What waits may have been "
        "made already, so it is cancelled, and costs nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--keep-queue", action="store_true", help="send what waits, though it may have been made before"
        )

    def handle(self, *args: Any, keep_queue: bool, **options: Any) -> None:
        reason = why_not()
        cancelled = adopt(keep_queue=keep_queue)
        if not reason:
            self.stdout.write("This machine sends for this studio already.")
        elif cancelled:
            self.stdout.write(f"This machine sends for this studio from now on. Cancelled and not paid: {cancelled}.")
        else:
            self.stdout.write("This machine sends for this studio from now on.")
