"""What the sandbox wrote down and what we wrote down, side by side."""

from studio.ledger import audit
from studio.models import Certainty, Kind, LedgerEntry
from tests.sandbox.process import RunningSandbox


def assert_books_agree(sandbox: RunningSandbox) -> None:
    """Every charge of the sandbox is on record at its price, every confirmed charge is in its book, all adds up."""
    theirs = {charge["attempt"]: charge["amount"] * 2 for charge in sandbox.charges()}
    charges = LedgerEntry.objects.filter(kind=Kind.CHARGE)
    ours = {str(entry.attempt_id): -entry.amount_micros for entry in charges}
    assert {attempt: micros for attempt, micros in theirs.items() if ours.get(attempt) != micros} == {}
    confirmed = {str(entry.attempt_id) for entry in charges.filter(certainty=Certainty.CONFIRMED)}
    assert confirmed - set(theirs) == set()
    assert list(audit.findings()) == []
