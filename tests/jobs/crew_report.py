"""What a studio's rows say, asked by a process of that studio."""

from typing import Final

REPORT: Final = """
import json
import django
django.setup()
from studio.ledger import audit
from studio.models import Attempt, Kind, LedgerEntry, Worker
charges = LedgerEntry.objects.filter(kind=Kind.CHARGE)
print(json.dumps({
    "charges": [
        {"attempt": str(each.attempt_id), "micros": -each.amount_micros, "certainty": each.certainty}
        for each in charges
    ],
    "attempts": {str(each.pk): each.generation_id for each in Attempt.objects.all()},
    "findings": [f"{each.kind} {each.row} {each.words}" for each in audit.findings()],
    "spools": Worker.objects.values("spool_name").distinct().count(),
}))
"""
