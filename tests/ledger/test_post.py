"""What moves money, entry by entry. The sums are worked by hand beside each row."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from studio.ledger import audit, post
from studio.ledger.balance import month_of, month_summary
from studio.models import Generation, Kind, LedgerEntry, Run
from studio.provider.outcome import Charge
from tests import people
from tests.people import MONEY_MICROS, Cast
from tests.runs import PRICE_MICROS, make_attempt

pytestmark = pytest.mark.django_db


def left(person: object) -> int:
    return month_summary(person, month_of(timezone.now())).left_micros  # type: ignore[arg-type]


def hold(run: Run) -> list[LedgerEntry]:
    return post.hold(list(run.generations.all()), now=timezone.now())


def test_an_allowance_is_there_to_spend(cast: Cast) -> None:
    assert left(cast.bob) == MONEY_MICROS


def test_a_hold_sets_the_price_of_every_generation_aside(cast: Cast, run: Run) -> None:
    entries = hold(run)
    assert [entry.amount_micros for entry in entries] == [-PRICE_MICROS] * 3
    assert left(cast.bob) == MONEY_MICROS - 3 * PRICE_MICROS  # 10.00 - 0.27 = 9.73


def test_each_entry_says_what_was_left_after_it(run: Run) -> None:
    # 10.00 - 0.09 = 9.91, then 9.82, then 9.73
    assert [entry.balance_micros for entry in hold(run)] == [9_910_000, 9_820_000, 9_730_000]


def test_a_hold_that_does_not_fit_writes_nothing(cast: Cast, run: Run) -> None:
    people.allow(cast.bob, 260_000)  # 3 × 0.09 = 0.27 > 0.26
    before = LedgerEntry.objects.count()
    with pytest.raises(post.OverBudget) as refusal:
        hold(run)
    assert (refusal.value.cost_micros, refusal.value.left_micros) == (270_000, 260_000)
    assert LedgerEntry.objects.count() == before
    assert left(cast.bob) == 260_000


def test_a_hold_may_take_the_last_cent(cast: Cast, run: Run) -> None:
    people.allow(cast.bob, 270_000)
    hold(run)
    assert left(cast.bob) == 0


def test_a_release_gives_the_hold_back_in_full(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    entry = post.release(generation, now=timezone.now())
    assert entry is not None
    assert entry.amount_micros == PRICE_MICROS
    assert left(cast.bob) == MONEY_MICROS - 2 * PRICE_MICROS


def test_a_second_release_changes_nothing(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    post.release(generation, now=timezone.now())
    assert post.release(generation, now=timezone.now()) is None
    assert left(cast.bob) == MONEY_MICROS - 2 * PRICE_MICROS


@pytest.mark.parametrize(("charge", "certainty"), [(Charge.CHARGED, "confirmed"), (Charge.PRESUMED, "presumed")])
def test_a_charge_says_how_sure_it_is(run: Run, generation: Generation, charge: Charge, certainty: str) -> None:
    hold(run)
    entry = post.charge(make_attempt(generation), charge, now=timezone.now())
    assert entry is not None
    assert (entry.amount_micros, entry.certainty) == (-PRICE_MICROS, certainty)


def test_a_second_charge_of_an_attempt_changes_nothing(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    attempt = make_attempt(generation)
    post.charge(attempt, Charge.CHARGED, now=timezone.now())
    assert post.charge(attempt, Charge.PRESUMED, now=timezone.now()) is None
    assert left(cast.bob) == MONEY_MICROS - 4 * PRICE_MICROS  # three holds and one charge


def test_F75_a_charge_counts_in_the_month_of_its_hold(cast: Cast, run: Run, generation: Generation) -> None:
    november, december = datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
    post.hold([generation], now=november)
    post.release(generation, now=december)
    entry = post.charge(make_attempt(generation, now=november), Charge.CHARGED, now=december)
    assert entry is not None
    assert entry.month == month_of(november)
    assert month_summary(cast.bob, month_of(december)).left_micros == MONEY_MICROS


def test_a_new_month_begins_with_the_allowance_on_record(cast: Cast, generation: Generation) -> None:
    post.hold([generation], now=datetime(2027, 1, 5, tzinfo=UTC))
    january = LedgerEntry.objects.filter(account__person=cast.bob, month="2027-01-01").order_by("sequence")
    assert [(entry.kind, entry.amount_micros) for entry in january] == [
        (Kind.ALLOWANCE, MONEY_MICROS),
        (Kind.HOLD, -PRICE_MICROS),
    ]


def test_changing_an_allowance_posts_the_difference(cast: Cast) -> None:
    post.set_allowance(cast.bob, 4_000_000, recorded_by=cast.dana, now=timezone.now())
    entry = LedgerEntry.objects.filter(account__person=cast.bob).first()
    assert entry is not None
    assert (entry.amount_micros, entry.recorded_by) == (-6_000_000, cast.dana)  # 4 - 10
    assert left(cast.bob) == 4_000_000


def test_the_same_allowance_again_writes_nothing(cast: Cast) -> None:
    before = LedgerEntry.objects.count()
    post.set_allowance(cast.bob, MONEY_MICROS, recorded_by=cast.dana, now=timezone.now())
    assert LedgerEntry.objects.count() == before


def test_an_allowance_is_never_negative(cast: Cast) -> None:
    with pytest.raises(ValueError, match="negative"):
        post.set_allowance(cast.bob, -1, recorded_by=cast.dana, now=timezone.now())


def test_a_person_without_an_allowance_can_spend_nothing(cast: Cast, run: Run) -> None:
    people.allow(cast.bob, 0)
    with pytest.raises(post.OverBudget):
        hold(run)


def test_a_correction_needs_a_reason(cast: Cast, run: Run) -> None:
    entry = hold(run)[0]
    with pytest.raises(ValueError, match="reason"):
        post.correct(entry, 10_000, note="  ", recorded_by=cast.dana, now=timezone.now())


def test_a_correction_is_a_new_entry_with_a_name(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    charged = post.charge(make_attempt(generation), Charge.PRESUMED, now=timezone.now())
    assert charged is not None
    entry = post.correct(charged, PRICE_MICROS, note="not on the bill", recorded_by=cast.dana, now=timezone.now())
    assert (entry.kind, entry.closes, entry.recorded_by) == (Kind.CORRECTION, charged, cast.dana)
    assert left(cast.bob) == MONEY_MICROS - 3 * PRICE_MICROS


def test_a_correction_of_nothing_is_none(cast: Cast, run: Run) -> None:
    with pytest.raises(ValueError, match="nothing"):
        post.correct(hold(run)[0], 0, note="a slip", recorded_by=cast.dana, now=timezone.now())


def test_a_charge_given_back_leaves_both_entries_standing(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    charged = post.charge(make_attempt(generation), Charge.PRESUMED, now=timezone.now())
    assert charged is not None
    entry = post.reimburse(charged, note="not on the bill", recorded_by=cast.dana, now=timezone.now())
    assert entry is not None
    assert (entry.kind, entry.amount_micros, entry.closes) == (Kind.REIMBURSEMENT, PRICE_MICROS, charged)
    assert left(cast.bob) == MONEY_MICROS - 3 * PRICE_MICROS  # the holds; -0.09 + 0.09 = 0


def test_a_charge_is_given_back_once(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    charged = post.charge(make_attempt(generation), Charge.CHARGED, now=timezone.now())
    assert charged is not None
    post.reimburse(charged, note="", recorded_by=cast.dana, now=timezone.now())
    assert post.reimburse(charged, note="", recorded_by=cast.dana, now=timezone.now()) is None


def test_only_a_charge_is_given_back(cast: Cast, run: Run) -> None:
    with pytest.raises(ValueError, match="charge"):
        post.reimburse(hold(run)[0], note="", recorded_by=cast.dana, now=timezone.now())


def test_the_numbers_of_a_person_have_no_gaps(cast: Cast, run: Run, generation: Generation) -> None:
    hold(run)
    post.release(generation, now=timezone.now())
    numbers = LedgerEntry.objects.filter(account__person=cast.bob).order_by("sequence")
    assert [entry.sequence for entry in numbers] == [1, 2, 3, 4, 5]
    assert not list(audit.findings()) or {finding.kind for finding in audit.findings()} == {"hold"}


@pytest.mark.parametrize("change", [LedgerEntry.objects.all().delete, lambda: LedgerEntry.objects.update(note="x")])
def test_the_ledger_cannot_be_changed_through_the_models(run: Run, change: Callable[[], object]) -> None:
    hold(run)
    with pytest.raises(TypeError, match="append-only"):
        change()


def test_one_entry_can_neither_be_saved_again_nor_deleted(run: Run) -> None:
    entry = hold(run)[0]
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE studio_ledgerentry SET amount_micros = 1", "DELETE FROM studio_ledgerentry"],
)
def test_the_database_itself_refuses_to_change_the_ledger(run: Run, statement: str) -> None:
    hold(run)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LedgerEntry.objects.count() > 0


@pytest.mark.django_db(transaction=True)
def test_money_moves_inside_a_transaction_only() -> None:
    generation = Generation(person=people.person("eve", allowance_micros=0), price_micros=PRICE_MICROS)
    with pytest.raises(transaction.TransactionManagementError, match="inside a transaction"):
        post.hold([generation], now=timezone.now())
    assert not LedgerEntry.objects.exists()


def test_the_money_of_the_cast_is_what_the_ledger_would_have_written(cast: Cast) -> None:
    """They get it at once, to be quick (tests/people.py); here the real way stands beside it."""
    people.person("eve")

    def written(name: str) -> list[object]:
        entry = LedgerEntry.objects.get(account__person__username=name)
        account, month = entry.account, entry.account.months.get()
        assert account.head_hash == entry.entry_hash
        return [
            *(entry.sequence, entry.month, entry.kind, entry.amount_micros, entry.balance_micros, entry.previous_hash),
            *(entry.certainty, entry.note, entry.project, entry.recorded_by, account.sequence),
            *(account.monthly_allowance_micros, month.month, month.allowance_micros, month.balance_micros),
        ]

    assert written("bob") == written("eve")
    assert list(audit.findings()) == []
