"""What the sandbox wrote down and what we wrote down, side by side."""

from studio.ledger import audit
from studio.models import Certainty, Kind, LedgerEntry
from tests.sandbox.process import RunningSandbox

ROUNDING_MICROS = 2
"""What is counted comes out in fractions: the gateway rounds to its unit of 2 micro-dollars, we round up to one."""


def assert_books_agree(sandbox: RunningSandbox) -> None:
    """Every charge of the sandbox is on record at its price, every confirmed charge is in its book, all adds up."""
    theirs = {charge["attempt"]: charge["amount"] * 2 for charge in sandbox.charges()}
    charges = LedgerEntry.objects.filter(kind=Kind.CHARGE)
    ours = {str(entry.attempt_id): entry.attempt for entry in charges.select_related("attempt")}
    assert theirs.keys() - ours.keys() == set()
    wrong = {
        attempt: (micros, ours[attempt].cost_micros)
        for attempt, micros in theirs.items()
        if abs(ours[attempt].cost_micros - micros) > (ROUNDING_MICROS if ours[attempt].real_micros else 0)
    }
    assert wrong == {}
    confirmed = {str(entry.attempt_id) for entry in charges.filter(certainty=Certainty.CONFIRMED)}
    assert confirmed - set(theirs) == set()
    assert list(audit.findings()) == []
