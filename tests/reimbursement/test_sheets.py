"""A sheet is drawn up of what is eligible, each charge once; sent or discarded once; and on record."""

from datetime import timedelta

import pytest

from studio.ledger.decisions import AlreadyDecided
from studio.models import AuditEntry, Instance, ReimbursementSheet, SheetLine
from studio.reimbursement.calls import eligible
from studio.reimbursement.sheets import LINES_MAX, ListChanged, TooMany, add_to, discard, draw_up, rows_of, send
from tests.people import Cast
from tests.reconcile.rows import NOON
from tests.reimbursement.claimed import AFTER, MONTH, answered, declined, drawn, row_of, sent

pytestmark = pytest.mark.django_db


def test_a_sheet_holds_what_was_ticked_and_no_more(cast: Cast) -> None:
    later, first, other = (declined(cast, at=NOON + timedelta(hours=hour)) for hour in (2, 1, 3))
    Instance.objects.update(bonus_thousandths=150)
    sheet = draw_up(MONTH, [row_of(later).pk, row_of(first).pk], by=cast.dana, now=AFTER)
    assert [row.attempt for row in rows_of(sheet)] == [first, later]
    assert (sheet.state, sheet.month, sheet.bonus_thousandths) == ("drawn", MONTH.first, 150)
    assert list(eligible(MONTH)) == [other]
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.by, entry.changes) == (
        AuditEntry.Action.SHEET_DRAWN,
        cast.dana,
        {"charges": ["", "2"], "sum": ["", "$0.18"]},
    )


def test_a_charge_that_is_on_a_sheet_is_on_no_other(cast: Cast) -> None:
    row = row_of(declined(cast))
    drawn(cast.dana)
    with pytest.raises(ListChanged):
        draw_up(MONTH, [row.pk], by=cast.dana, now=AFTER)
    assert SheetLine.objects.count() == 1


def test_what_the_plan_does_not_cover_is_put_on_none(cast: Cast) -> None:
    fits, other = declined(cast), declined(cast, tokens_out=1_000)
    with pytest.raises(ListChanged):
        draw_up(MONTH, [row_of(fits).pk, row_of(other).pk], by=cast.dana, now=AFTER)
    assert not ReimbursementSheet.objects.exists()


@pytest.mark.parametrize(("rows", "refusal"), [([], ValueError), (range(LINES_MAX + 1), TooMany)])
def test_a_sheet_of_nothing_or_of_too_much_is_none(cast: Cast, rows: list[int], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        draw_up(MONTH, rows, by=cast.dana, now=AFTER)
    assert not ReimbursementSheet.objects.exists()


def test_further_charges_are_added_until_it_is_sent(cast: Cast) -> None:
    first, second, third = (declined(cast, at=NOON + timedelta(hours=hour)) for hour in range(3))
    sheet = draw_up(MONTH, [row_of(first).pk], by=cast.dana, now=AFTER)
    add_to(sheet, [row_of(second).pk], by=cast.dana)
    assert [row.attempt for row in rows_of(sheet)] == [first, second]
    assert AuditEntry.objects.latest("pk").changes == {"charges": ["1", "2"], "sum": ["$0.09", "$0.18"]}
    with pytest.raises(ListChanged):
        add_to(sheet, [row_of(second).pk], by=cast.dana)
    send(sheet, by=cast.dana, now=AFTER)
    with pytest.raises(AlreadyDecided):
        add_to(sheet, [row_of(third).pk], by=cast.dana)
    assert list(eligible(MONTH)) == [third]


def test_a_discarded_sheet_sets_its_charges_free(cast: Cast) -> None:
    declined(cast)
    discard(drawn(cast.dana), by=cast.dana)
    assert len(eligible(MONTH)) == 1
    assert not ReimbursementSheet.objects.exists()


def test_a_sheet_is_sent_once_and_not_discarded_then(cast: Cast) -> None:
    declined(cast)
    sheet = sent(cast.dana)
    assert (sheet.state, sheet.sent_by, sheet.sent_at) == ("sent", cast.dana, AFTER)
    with pytest.raises(AlreadyDecided):
        send(sheet, by=cast.alice, now=AFTER)
    with pytest.raises(AlreadyDecided):
        discard(sheet, by=cast.dana)
    assert not eligible(MONTH)
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["sheet_drawn", "sheet_sent"]


def test_what_comes_later_is_put_on_a_sheet_of_its_own(cast: Cast) -> None:
    declined(cast)
    sent(cast.dana)
    late = declined(cast, at=NOON + timedelta(days=1))
    answered(cast)
    assert [row.attempt for row in rows_of(drawn(cast.dana))] == [late]
