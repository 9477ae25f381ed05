"""Budget, price and month change while a picture waits or is under way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.run import run_once
from studio.jobs.submit import OverBudget
from studio.ledger import audit, post
from studio.ledger.balance import month_of, month_summary
from studio.models import Kind, LedgerEntry, Price
from studio.provider.outcome import Charge
from tests import people
from tests.jobs.asking import ask
from tests.jobs.test_outcomes import PAID, facts
from tests.ledger.test_post import left
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db

LITE_MICROS = 25_000


def test_F71_a_budget_lowered_below_what_is_held_cuts_nothing_and_admits_nothing(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    run = ask(cast, variations=2)
    people.allow(cast.bob, LITE_MICROS)
    assert left(cast.bob) == -LITE_MICROS  # 0.025 - 2 x 0.025
    with pytest.raises(OverBudget) as refusal:
        ask(cast)
    assert (refusal.value.cost_micros, refusal.value.left_micros) == (LITE_MICROS, -LITE_MICROS)
    for generation in run.generations.all():
        run_once(generation.pk)
    assert [facts(each)[:2] for each in run.generations.all()] == [("succeeded", "delivered")] * 2
    assert left(cast.bob) == -LITE_MICROS
    assert list(audit.findings()) == []


@pytest.mark.parametrize("now_micros", [99_000, 1_000], ids=["dearer", "cheaper"])
def test_F72_a_price_that_changes_meanwhile_is_not_what_is_charged(
    cast: Cast, sandbox: RunningSandbox, now_micros: int
) -> None:
    generation = ask(cast).generations.get()
    Price.objects.create(model_key="lite", amount_micros=now_micros, effective_at=timezone.now() - timedelta(hours=1))
    run_once(generation.pk)
    generation.refresh_from_db()
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert [entry.amount_micros for entry in generation.entries.order_by("sequence")] == [
        -LITE_MICROS,
        LITE_MICROS,
        -LITE_MICROS,
    ]
    assert ask(cast).price_micros == now_micros


def test_F74_a_charge_above_its_hold_is_booked_in_full_and_may_pass_the_budget_by_that(cast: Cast) -> None:
    """As when a price by the token comes out above what was held: 0.09 held and allowed, 0.10 charged."""
    people.allow(cast.bob, 90_000)
    generation = make_run(cast.bob, cast.project).generations.get()
    attempt = make_attempt(generation)
    attempt.price_micros = 100_000
    attempt.save()
    now = timezone.now()
    post.release(generation, now=now)
    post.charge(attempt, Charge.CHARGED, now=now)
    assert left(cast.bob) == -10_000
    with pytest.raises(OverBudget):
        ask(cast)


@pytest.mark.parametrize(
    ("zone", "submitted", "month"),
    [
        # worked by hand: the offset of the zone at that moment, and so the month its wall calendar shows
        ("UTC", "2026-10-31T23:59:59Z", "2026-10-01"),
        ("Europe/Berlin", "2026-10-31T22:59:59Z", "2026-10-01"),  # 23:59:59 in winter, +1
        ("Europe/Berlin", "2026-10-31T23:00:00Z", "2026-11-01"),  # 00:00:00
        ("Europe/Berlin", "2026-08-31T21:59:59Z", "2026-08-01"),  # 23:59:59 in summer, +2
        ("Europe/Berlin", "2026-08-31T22:00:00Z", "2026-09-01"),
        ("America/New_York", "2026-11-01T03:59:59Z", "2026-10-01"),  # the clock goes back two hours later, -4
        ("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01"),
        ("America/New_York", "2026-12-01T04:59:59Z", "2026-11-01"),  # and then it is -5
        ("Asia/Shanghai", "2026-10-31T16:00:00Z", "2026-11-01"),  # +8, all the year
    ],
)
def test_F75_a_call_counts_in_the_month_of_its_submit_whenever_it_ends(
    cast: Cast, settings: Settings, zone: str, submitted: str, month: str
) -> None:
    settings.TIME_ZONE = zone
    begun = datetime.fromisoformat(submitted)
    generation = make_run(cast.bob, cast.project, held=False).generations.get()
    post.hold([generation], now=begun)
    ended = begun + timedelta(days=40)
    post.release(generation, now=ended)
    post.charge(make_attempt(generation, now=begun), Charge.CHARGED, now=ended)
    months = set(generation.entries.values_list("month", flat=True))
    assert {str(each) for each in months} == {month}
    assert month_of(ended) != month_of(begun)
    assert month_summary(cast.bob, month_of(begun)).charged_micros == 90_000
    assert month_summary(cast.bob, month_of(ended)).charged_micros == 0


def test_F75_the_hour_that_comes_twice_is_in_one_month(settings: Settings) -> None:
    """Havana's clock goes back from one to midnight on the first of November: half past twelve comes twice."""
    settings.TIME_ZONE = "America/Havana"
    twice = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (3, 4, 5, 6)]
    assert [str(month_of(each)) for each in twice] == ["2026-10-01"] + ["2026-11-01"] * 3


def test_F76_of_two_admins_who_give_a_charge_back_one_does(cast: Cast) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    charged = post.charge(make_attempt(generation), Charge.PRESUMED, now=timezone.now())
    assert charged is not None
    assert post.reimburse(charged, note="not billed", recorded_by=cast.dana, now=timezone.now())
    assert post.reimburse(charged, note="not billed", recorded_by=cast.alice, now=timezone.now()) is None
    assert LedgerEntry.objects.filter(kind=Kind.REIMBURSEMENT).count() == 1
