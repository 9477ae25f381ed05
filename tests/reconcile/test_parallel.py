"""Two runs at once, or eight: the database lets each thing happen once."""

from collections import Counter
from datetime import timedelta

import pytest

from studio.ledger import audit
from studio.models import GatewayLogRow, Kind, LedgerEntry, Reconciliation
from studio.provider.outcome import Charge
from tests import people
from tests.reconcile.calls import NEXT_DAY, charge_of, made, net_micros, run
from tests.reconcile.rows import NOON, row
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


def test_of_8_runs_at_once_each_settlement_is_made_once() -> None:
    cast = people.cast()
    dearer = made(cast, Charge.PRESUMED, ids=("req-0",))
    free = made(cast, Charge.PRESUMED, ids=("req-1",), at=NOON + timedelta(minutes=10))
    late = made(cast, Charge.NONE, ids=("req-2",), at=NOON + timedelta(minutes=20))
    absent = made(cast, Charge.PRESUMED, at=NOON + timedelta(minutes=40))
    rows = [row("req-0", quota=63_000), row("req-1", quota=0), row("req-2"), row("nobody's", model_name="other")]

    results = together(8, lambda number: run(*(rows if number % 2 else rows[::-1]), now=NEXT_DAY + timedelta(hours=2)))

    assert {type(result) for result in results} == {Reconciliation}
    kinds = Counter(LedgerEntry.objects.exclude(attempt=None).values_list("kind", flat=True))
    assert kinds == {Kind.CHARGE: 4, Kind.REIMBURSEMENT: 2, Kind.CORRECTION: 1}
    costs = [net_micros(each) for each in (dearer, free, late, absent)]
    assert costs == [126_000, 0, 90_000, 0]
    charges = [charge_of(each) for each in (dearer, free, late, absent)]
    assert charges == [Charge.CHARGED, Charge.RELEASED, Charge.CHARGED, Charge.RELEASED]
    assert sum(result.moved_micros for result in results if isinstance(result, Reconciliation)) == -36_000 + 90_000
    assert GatewayLogRow.objects.count() == 4
    assert list(audit.findings()) == []


def test_rows_are_stored_in_one_order_whatever_order_they_come_in() -> None:
    """So that two runs never wait for each other's: eight at once meet in the other order only now and then."""
    run(row("req-2"), row("req-0"), row("req-1"), now=NEXT_DAY + timedelta(hours=2))
    stored = GatewayLogRow.objects.order_by("pk").values_list("request_id", flat=True)
    assert list(stored) == ["req-0", "req-1", "req-2"]
