"""Several admins at the same moment: a charge is on one sheet, a sheet is credited once, and nobody waits for ever."""

from collections import Counter

import pytest

from studio.ledger import audit
from studio.ledger.decisions import AlreadyDecided
from studio.models import Kind, LedgerEntry, Project, ReimbursementSheet, SheetLine
from studio.reimbursement.credit import Credited, close
from studio.reimbursement.sheets import ListChanged, draw_up, send
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


def test_two_sheets_of_the_same_projects_do_not_wait_for_each_other_for_ever() -> None:
    """Bob's charges are of one project and then the other, Alice's the other way round; each is on a sheet alone."""
    cast = people.cast()
    fair = Project.objects.create(name="The fair")
    mine = [declined(cast, project=project) for project in (cast.project, fair)]
    hers = [declined(cast, project=project, person=cast.alice) for project in (fair, cast.project)]
    sheets = []
    for attempts in (mine, hers):
        sheets.append(draw_up(MONTH, [row_of(each).pk for each in attempts], by=cast.dana, now=AFTER))
        send(sheets[-1], by=cast.dana, now=AFTER)

    def credit(number: int) -> Credited:
        keys = list(sheets[number].lines.values_list("pk", flat=True))
        return close(sheets[number], keys, 180_000, by=cast.dana, now=AFTER)

    results = together(2, credit)
    assert [type(result) for result in results] == [Credited, Credited]
    assert LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT).count() == 4
    assert list(audit.findings()) == []
