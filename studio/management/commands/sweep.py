"""`manage.py sweep`: take up by hand what dead workers left, as every worker does by itself. Sends nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from ...jobs import clock
from ...jobs.recover import recover
from ...jobs.sweep import sweep
from ...jobs.withdraw import withdraw


class Command(BaseCommand):
    help = (
        "Take up what dead workers left, and forget answers nobody needs. Safe beside running workers; sends nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        taken_up = recover(lock_name="", now=now)
        withdrawn = withdraw(now=now)
        forgotten = sweep(now=now)
        self.stdout.write(f"{taken_up} taken up, {withdrawn} withdrawn, {forgotten} answers forgotten.")
