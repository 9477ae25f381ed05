"""The sums beside the ledger: what is noted, what folding does, and what is said when they are wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from studio.ledger import post
from studio.ledger.audit import Scope, reviewed
from studio.ledger.balance import month_of
from studio.ledger.folding import fold
from studio.ledger.review import tables_of
from studio.ledger.spent import differences, rebuild
from studio.models import Attempt, Kind, LedgerEntry, Spent
from studio.provider.outcome import Charge, Outcome
from tests.ledger.by_entries import check_sums
from tests.people import Cast
from tests.runs import PRICE_MICROS, make_attempt, make_run
from tests.views.booked import end

pytestmark = pytest.mark.django_db


@pytest.fixture
def charged(cast: Cast) -> Attempt:
    """A call of Bob's that is charged, and whose answer is still being read."""
    attempt = make_attempt(make_run(cast.bob, cast.project).generations.get())
    with transaction.atomic():
        post.release(attempt.generation, now=timezone.now())
        post.charge(attempt, Charge.CHARGED, now=timezone.now())
    return attempt


def cells_left() -> list[tuple[str, str, bool, int, int]]:
    """Of charges, when all is folded."""
    fold(few=0)
    assert not Spent.objects.filter(moment__isnull=False).exists()
    rows = Spent.objects.filter(kind=Kind.CHARGE)
    return sorted(rows.values_list("model_key", "outcome", "is_presumed", "entries", "cost_micros"))


def test_a_charge_is_one_sum(charged: Attempt) -> None:
    assert cells_left() == [("pro", "", False, 1, PRICE_MICROS)]
    check_sums()


CHANGES: list[tuple[dict[str, object], tuple[str, bool, int]]] = [
    ({"outcome": Outcome.DELIVERED}, ("delivered", False, PRICE_MICROS)),
    ({"charge": Charge.PRESUMED}, ("", True, PRICE_MICROS)),
    ({"charge": Charge.REIMBURSED}, ("", False, PRICE_MICROS)),
    ({"real_micros": 1}, ("", False, 1)),
    ({"outcome": Outcome.NO_IMAGE, "charge": Charge.PRESUMED, "real_micros": 3}, ("no_image", True, 3)),
]


@pytest.mark.parametrize(("facts", "expected"), CHANGES, ids=lambda facts: str(facts))
@pytest.mark.parametrize("is_folded", [False, True])
def test_what_a_call_turns_out_to_be_moves_its_sum(
    charged: Attempt, facts: dict[str, object], expected: tuple[str, bool, int], is_folded: bool
) -> None:
    if is_folded:
        fold(few=0)
    Attempt.objects.filter(pk=charged.pk).update(**facts)
    check_sums()
    outcome, is_presumed, cost = expected
    assert cells_left() == [("pro", outcome, is_presumed, 1, cost)]
    check_sums()


@pytest.mark.parametrize("write", ["the model", "many at once", "a shell"])
def test_whoever_changes_a_call_leaves_a_note(charged: Attempt, write: str) -> None:
    charged.outcome = Outcome.DELIVERED
    if write == "the model":
        charged.save()
    elif write == "many at once":
        Attempt.objects.bulk_update([charged], ["outcome"])
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE studio_attempt SET outcome = 'delivered'")
    assert cells_left() == [("pro", "delivered", False, 1, PRICE_MICROS)]


def test_a_price_that_is_changed_afterwards_is_seen(charged: Attempt) -> None:
    """Nobody may. Pages say what the rows say, and it is the check of prices that finds it."""
    Attempt.objects.filter(pk=charged.pk).update(price_micros=2)
    assert cells_left() == [("pro", "", False, 1, 2)]
    assert list(differences()) == []


def test_what_changes_no_sum_leaves_no_note(charged: Attempt) -> None:
    fold(few=0)
    charged.finished_at = timezone.now()
    charged.detail = "It was cut off."
    charged.save()
    assert fold(few=0) == 0


def test_what_is_not_charged_leaves_no_note(cast: Cast) -> None:
    attempt = make_attempt(make_run(cast.bob, cast.project).generations.get())
    fold(few=0)
    Attempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.FAILED_BUSY, charge=Charge.NONE)
    assert fold(few=0) == 0


def test_what_is_taken_back_was_never_noted(charged: Attempt) -> None:
    before = Spent.objects.count()
    with transaction.atomic():
        Attempt.objects.filter(pk=charged.pk).update(outcome=Outcome.DELIVERED)
        assert Spent.objects.count() == before + 2
        transaction.set_rollback(True)
    assert Spent.objects.count() == before


# ── Folding ────────────────────────────────────────────────────────────────────────────────────────


def test_many_notes_become_one_row_for_each_sum(cast: Cast) -> None:
    for outcome in [Outcome.DELIVERED, Outcome.DELIVERED, Outcome.REFUSED_TEXT]:
        end(make_run(cast.bob, cast.project).generations.get(), outcome)
    assert cells_left() == [
        ("pro", "delivered", False, 2, 2 * PRICE_MICROS),
        ("pro", "refused_text", True, 1, PRICE_MICROS),
    ]
    # Allowances of five people, and Bob's holds and releases.
    assert Spent.objects.exclude(kind=Kind.CHARGE).count() == 5 + 2


def test_folding_twice_folds_nothing(charged: Attempt) -> None:
    assert fold(few=0) > 0
    rows = set(Spent.objects.values_list())
    assert fold(few=0) == 0
    assert set(Spent.objects.values_list()) == rows


def test_a_few_notes_may_wait(charged: Attempt) -> None:
    assert fold() == 0
    check_sums()


def test_a_sum_that_is_there_twice_becomes_one(charged: Attempt) -> None:
    """As when two have folded at once."""
    fold(few=0)
    for row in list(Spent.objects.filter(kind=Kind.CHARGE)):
        half = PRICE_MICROS // 2
        Spent.objects.filter(pk=row.pk).update(cost_micros=half)
        row.pk, row.entries, row.booked_micros, row.cost_micros = None, 0, 0, PRICE_MICROS - half
        row.save()
    check_sums()
    Attempt.objects.filter(pk=charged.pk).update(real_micros=7)
    assert cells_left() == [("pro", "", False, 1, 7)]


def test_a_long_line_of_notes_is_folded_to_its_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.ledger.folding._AT_A_TIME", 2)
    for outcome in [Outcome.DELIVERED, Outcome.NO_IMAGE, Outcome.DELIVERED]:
        end(make_run(cast.alice, cast.project).generations.get(), outcome)
    assert [row[-2:] for row in cells_left()] == [(2, 2 * PRICE_MICROS), (1, PRICE_MICROS)]
    check_sums()


def test_a_charge_counts_on_the_studios_day(cast: Cast, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # half past midnight there
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED, now=late)
    month = LedgerEntry.objects.get(kind=Kind.CHARGE).month
    for _ in range(2):
        (cell,) = tables_of(month).days
        assert f"{cell.day}" == "2026-11-21"
        fold(few=0)


# ── When they are wrong ────────────────────────────────────────────────────────────────────────────


def lose_a_note() -> None:
    Spent.objects.filter(kind=Kind.CHARGE).delete()


def count_twice() -> None:
    for row in list(Spent.objects.filter(kind=Kind.CHARGE)):
        row.pk = None
        row.save()


def cost_more() -> None:
    Spent.objects.filter(kind=Kind.CHARGE).update(cost_micros=1)


def say_another_outcome() -> None:
    Spent.objects.filter(kind=Kind.CHARGE).update(outcome=Outcome.DELIVERED)


RUINS = [lose_a_note, count_twice, cost_more, say_another_outcome]


@pytest.mark.parametrize("ruin", RUINS, ids=lambda ruin: ruin.__name__)
@pytest.mark.parametrize("is_folded", [False, True])
def test_a_wrong_sum_is_found_and_mended(charged: Attempt, ruin: Callable[[], None], is_folded: bool) -> None:
    if is_folded:
        fold(few=0)
    ruin()
    wrong = list(reviewed.find(Scope()))
    assert f"bob {timezone.localdate()} charge pro in Autumn catalogue" in [finding.row for finding in wrong]
    assert {finding.kind for finding in wrong} == {"spend"}
    assert rebuild() == len(wrong)
    assert list(differences()) == []
    assert cells_left() == [("pro", "", False, 1, PRICE_MICROS)]
    check_sums()


def test_the_finding_says_what_is_kept_and_what_the_entries_come_to(charged: Attempt) -> None:
    count_twice()
    (finding,) = reviewed.find(Scope())
    assert finding.words == "The sum kept is 2 × $0.18, its entries come to 1 × $0.09."


def test_what_is_another_persons_is_not_looked_at(cast: Cast, charged: Attempt) -> None:
    lose_a_note()
    assert list(reviewed.find(Scope(person=cast.alice))) == []
    assert len(list(reviewed.find(Scope(person=cast.bob)))) == 1


def test_the_command_mends_them(charged: Attempt, capsys: pytest.CaptureFixture[str]) -> None:
    lose_a_note()
    call_command("spend_rebuild")
    assert capsys.readouterr().out.startswith("1 sums mended, ")
    assert list(differences()) == []


def test_days_follow_another_time_zone_when_they_are_rebuilt(cast: Cast, settings: Settings) -> None:
    late = timezone.now().replace(hour=23, minute=30)
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED, now=late - timedelta(days=1))
    fold(few=0)
    (before,) = tables_of(month_of(timezone.now())).days
    settings.TIME_ZONE = "Asia/Shanghai"
    assert len(list(differences())) == 2  # one has it, the other lacks it
    call_command("spend_rebuild", verbosity=0)
    assert before.day
    (after,) = tables_of(before.day.replace(day=1)).days
    assert after.day == before.day + timedelta(days=1)
    assert Spent.objects.filter(kind=Kind.CHARGE).count() == 1
