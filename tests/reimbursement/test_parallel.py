"""Several admins at the same moment: a charge is on one sheet, a sheet is credited once, and nobody waits for ever."""

from collections import Counter

import pytest

from studio.ledger import audit
from studio.ledger.decisions import AlreadyDecided
from studio.models import Kind, LedgerEntry, ReimbursementSheet, SheetLine
from studio.reimbursement.credit import Credited, close
from studio.reimbursement.sheets import ListChanged, draw_up
from tests import people
from tests.reimbursement.claimed import AFTER, MONTH, declined, row_of, sent
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


def test_of_4_admins_at_once_one_draws_the_sheet_up() -> None:
    cast = people.cast()
    rows = [row_of(declined(cast)).pk for _ in range(2)]
    results = together(4, lambda _: draw_up(MONTH, rows, by=cast.dana, now=AFTER))
    assert Counter(type(result) for result in results) == {ReimbursementSheet: 1, ListChanged: 3}
    assert SheetLine.objects.count() == 2


def test_of_4_admins_at_once_one_posts_the_credit() -> None:
    cast = people.cast()
    for _ in range(3):
        declined(cast)
    sheet = sent(cast.dana)
    keys = list(sheet.lines.values_list("pk", flat=True))
    results = together(4, lambda number: close(sheet, keys[:: (-1) ** number], 270_000, by=cast.dana, now=AFTER))
    assert Counter(type(result) for result in results) == {Credited: 1, AlreadyDecided: 3}
    assert LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT).count() == 3
    assert list(audit.findings()) == []
