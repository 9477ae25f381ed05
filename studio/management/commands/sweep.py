"""`manage.py sweep`: take up by hand what dead workers left, as every worker does by itself. Sends nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from ...jobs import clock
from ...jobs.recover import recover
from ...jobs.sweep import sweep
from ...jobs.withdraw import withdraw
from ...trash.purge import purge


class Command(BaseCommand):
    help = (
        "Take up what dead workers left, forget answers nobody needs, and empty the trash of what is due. Safe beside "
        "running workers; sends nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        taken_up = recover(lock_name="", now=now)
        withdrawn = withdraw(now=now)
        forgotten = sweep(now=now)
        purged = purge(now=now)
        said = f"{taken_up} taken up, {withdrawn} withdrawn, {forgotten} answers forgotten, {purged} frames purged."
        self.stdout.write(said)
