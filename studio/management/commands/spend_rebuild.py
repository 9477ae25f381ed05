"""`manage.py spend_rebuild`: make the sums of the spend review what the entries come to."""

from typing import Any

from django.core.management.base import BaseCommand

from ...ledger.folding import fold
from ...ledger.spent import rebuild


class Command(BaseCommand):
    help = (
        "Compare the sums of the spend review with the entries of the ledger, and mend those that differ. Safe while "
        "the studio works; needed when the time zone was changed, or when check 4 of ledger_verify says so."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        mended = rebuild()
        folded = fold(few=0)
        self.stdout.write(f"{mended} sums mended, {folded} notes folded.")
