"""Whatever somebody with a shell does to the books, the audit finds it and names the row.

Bob's ledger before each corruption, one line an entry:

    1 allowance  +10.00   left 10.00
    2 hold        -0.09   left  9.91   run 1, A
    3 hold        -0.09   left  9.82   run 1, B
    4 release     +0.09   left  9.91   of 2
    5 charge      -0.09   left  9.82   A's first attempt
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from studio.ledger import audit, post
from studio.ledger.chain import entry_hash
from studio.models import Account, Attempt, Certainty, Generation, Kind, LedgerEntry, MonthBalance, Status
from studio.provider.outcome import Charge
from tests.people import MONEY_MICROS, Cast
from tests.runs import PRICE_MICROS, make_attempt, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(cast: Cast) -> Cast:
    """Bob's ledger as above, true to the last cent."""
    run = make_run(cast.bob, cast.project, variations=2)
    generation = run.generations.get(variation=0)
    attempt, now = make_attempt(generation), timezone.now()
    with transaction.atomic():
        post.release(generation, now=now)
        post.charge(attempt, Charge.CHARGED, now=now)
        Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.CHARGED, answered_at=now)
        Generation.objects.filter(pk=generation.pk).update(status=Status.SUCCEEDED)
    unlock()
    return cast


def unlock() -> None:
    """What an intruder would do first. The test's transaction puts it all back."""
    run_sql(
        *(
            ["DROP TRIGGER studio_ledgerentry_no_update", "DROP TRIGGER studio_ledgerentry_no_delete"]
            if connection.vendor == "sqlite"
            else ["DROP TRIGGER studio_ledgerentry_append_only ON studio_ledgerentry"]
        )
    )


def run_sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def change(sequence: int, what: str) -> None:
    run_sql(
        f"UPDATE studio_ledgerentry SET {what} WHERE sequence = {sequence} AND account_id = "
        "(SELECT a.id FROM studio_account a JOIN studio_user u ON u.id = a.person_id WHERE u.username = 'bob')"
    )


def entry(sequence: int) -> LedgerEntry:
    return LedgerEntry.objects.get(account__person__username="bob", sequence=sequence)


def found() -> list[tuple[str, str]]:
    return [(finding.kind, finding.row) for finding in audit.findings()]


def test_honest_books_have_no_finding(books: Cast) -> None:
    assert found() == []


@pytest.mark.parametrize(
    "what",
    [
        "note = 'nothing to see here'",
        "certainty = 'presumed'",
        "effective_at = '2020-01-01 00:00:00+00:00'",
        "recorded_at = '2020-01-01 00:00:00+00:00'",
        "project_id = NULL",
        "recorded_by_id = (SELECT id FROM studio_user WHERE username = 'dana')",
        "entry_hash = 'f'",
        "previous_hash = ''",
    ],
)
def test_a_changed_word_breaks_the_chain(books: Cast, what: str) -> None:
    change(5, what)
    assert ("chain", "bob 5 charge") in found()


def test_a_changed_amount_breaks_chain_balance_and_price(books: Cast) -> None:
    change(5, "amount_micros = -1")
    month = f"bob {timezone.now():%Y-%m}"
    expected = {
        ("chain", "bob 5 charge"),
        ("left", "bob 5 charge"),
        ("balance", month),
        ("project-balance", f"Autumn catalogue {timezone.now():%Y-%m}"),
        ("price", "bob 5 charge"),
        ("spend", f"bob {timezone.localdate()} charge pro in Autumn catalogue"),
    }
    assert set(found()) == expected


def test_an_entry_moved_to_another_month_is_missing_in_its_own(books: Cast) -> None:
    change(5, "month = '2020-01-01'")
    assert {("chain", "bob 5 charge"), ("balance", "bob 5 charge")} <= set(found())


def test_a_removed_charge_is_missed_by_its_attempt(books: Cast) -> None:
    run_sql("DELETE FROM studio_ledgerentry WHERE kind = 'charge'")
    attempt = str(Attempt.objects.get())
    assert {("charge", attempt), ("head", "bob")} <= set(found())


def test_a_removed_entry_leaves_a_gap(books: Cast) -> None:
    run_sql("DELETE FROM studio_ledgerentry WHERE kind = 'release'")
    assert {("sequence", "bob 5 charge"), ("chain", "bob 5 charge"), ("hold", "bob 2 hold")} <= set(found())


def test_two_swapped_entries_break_the_chain(books: Cast) -> None:
    change(2, "sequence = 99")
    change(3, "sequence = 2")
    change(99, "sequence = 3")
    assert {("chain", "bob 2 hold"), ("chain", "bob 3 hold")} <= set(found())


def test_an_entry_written_past_the_ledger_is_not_in_the_head(books: Cast) -> None:
    fifth = entry(5)
    forged = LedgerEntry(
        account=fifth.account,
        sequence=6,
        month=fifth.month,
        kind=Kind.CORRECTION,
        amount_micros=MONEY_MICROS,
        balance_micros=fifth.balance_micros + MONEY_MICROS,
        note="a present",
        effective_at=fifth.effective_at,
        recorded_at=fifth.recorded_at,
        previous_hash=fifth.entry_hash,
    )
    forged.entry_hash = entry_hash(forged)
    forged.save()
    assert {("head", "bob"), ("balance", f"bob {timezone.now():%Y-%m}")} == set(found())


def test_a_forger_who_hashes_everything_anew_is_caught_by_the_sums(books: Cast) -> None:
    """Head and hashes are right again; what the month says, and what was agreed to, are not."""
    change(5, f"amount_micros = -1, balance_micros = {entry(4).balance_micros - 1}")
    forged = entry_hash(entry(5))
    change(5, f"entry_hash = '{forged}'")
    Account.objects.filter(person=books.bob).update(head_hash=forged)
    month = f"{timezone.now():%Y-%m}"
    assert set(found()) == {
        ("balance", f"bob {month}"),
        ("project-balance", f"Autumn catalogue {month}"),
        ("price", "bob 5 charge"),
        ("spend", f"bob {timezone.localdate()} charge pro in Autumn catalogue"),
    }


def test_a_month_that_was_topped_up_by_hand_is_found(books: Cast) -> None:
    MonthBalance.objects.filter(account__person=books.bob).update(balance_micros=MONEY_MICROS)
    assert found() == [("balance", f"bob {timezone.now():%Y-%m}")]


def test_an_allowance_that_was_never_posted_is_found(books: Cast) -> None:
    MonthBalance.objects.filter(account__person=books.bob).update(allowance_micros=MONEY_MICROS + 1)
    assert found() == [("allowance", f"bob {timezone.now():%Y-%m}")]


def test_a_month_whose_balance_was_removed_is_found(books: Cast) -> None:
    MonthBalance.objects.filter(account__person=books.bob).delete()
    assert ("balance", "bob 1 allowance") in found()


def test_a_head_that_was_turned_back_is_found(books: Cast) -> None:
    Account.objects.filter(person=books.bob).update(sequence=4, head_hash=entry(4).entry_hash)
    assert found() == [("head", "bob")]


def test_a_second_release_is_found_even_without_its_constraint(books: Cast) -> None:
    run_sql("DROP INDEX entry_one_release_per_hold")
    held = entry(2)
    again = post._Line(kind=Kind.RELEASE, amount_micros=PRICE_MICROS, generation=held.generation, closes=held)
    with transaction.atomic():
        post._append(post._lock(books.bob), held.month, [again], now=timezone.now())  # the writer, past its own checks
    assert found() == [("hold", "bob 2 hold")]


def test_a_charge_nobody_asked_for_is_found(books: Cast) -> None:
    other = Generation.objects.get(variation=1)
    attempt = make_attempt(other)
    with transaction.atomic():
        post.charge(attempt, Charge.CHARGED, now=timezone.now())
    assert found() == [("charge", str(attempt))]


def test_an_attempt_that_was_charged_without_an_entry_is_found(books: Cast) -> None:
    attempt = make_attempt(Generation.objects.get(variation=1))
    Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.PRESUMED, answered_at=timezone.now())
    assert found() == [("charge", str(attempt))]


def test_an_attempt_that_was_never_settled_is_found(books: Cast) -> None:
    other = Generation.objects.get(variation=1)
    attempt = make_attempt(other)
    with transaction.atomic():
        post.release(other, now=timezone.now())
    Generation.objects.filter(pk=other.pk).update(status=Status.FAILED)
    assert found() == [("charge", str(attempt))]


def test_a_charge_given_back_that_its_attempt_does_not_know_of_is_found(books: Cast) -> None:
    with transaction.atomic():
        post.reimburse(entry(5), note="", recorded_by=None, now=timezone.now())
    assert found() == [("reimbursement", str(Attempt.objects.get()))]


def test_a_hold_that_outlived_its_generation_is_found(books: Cast) -> None:
    Generation.objects.filter(variation=1).update(status=Status.CANCELLED)
    assert found() == [("hold", "bob 3 hold")]


def test_a_hold_that_ended_before_its_generation_is_found(books: Cast) -> None:
    with transaction.atomic():
        post.release(Generation.objects.get(variation=1), now=timezone.now())
    assert found() == [("hold", "bob 3 hold")]


def test_a_generation_that_was_never_held_is_found(books: Cast) -> None:
    run = make_run(books.bob, books.project, held=False)
    assert found() == [("hold", f"{run.number}A")]


def test_a_price_changed_after_the_agreement_is_found(books: Cast) -> None:
    Generation.objects.filter(variation=1).update(price_micros=1)
    assert found() == [("price", "bob 3 hold")]


def test_a_release_of_another_amount_is_found(books: Cast) -> None:
    change(4, "amount_micros = amount_micros + 5")
    assert ("release", "bob 4 release") in found()


def test_entries_of_the_future_are_no_finding(books: Cast) -> None:
    """Clocks may jump: the order is the number, not the time."""
    run = make_run(books.bob, books.project, held=False)
    with transaction.atomic():
        post.hold(list(run.generations.all()), now=timezone.now() - timedelta(days=400))
    assert found() == []


def test_a_charge_that_is_presumed_says_so_forever(books: Cast) -> None:
    attempt = make_attempt(Generation.objects.get(variation=1))
    with transaction.atomic():
        entry = post.charge(attempt, Charge.PRESUMED, now=timezone.now())
    assert entry is not None
    Attempt.objects.filter(pk=attempt.pk).update(charge=Charge.CHARGED)
    assert LedgerEntry.objects.get(pk=entry.pk).certainty == Certainty.PRESUMED
