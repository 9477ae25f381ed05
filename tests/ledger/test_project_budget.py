"""A project's month: what it may cost, what it has used, and that many people at once cannot pass it."""

import uuid
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from studio.ledger import audit, post
from studio.ledger.project_budget import ProjectSummary, project_month_of, project_summary, set_project_budget
from studio.models import Generation, LedgerEntry, Project, ProjectMonth, Run
from studio.provider.outcome import Charge
from tests import people
from tests.people import Cast
from tests.runs import PRICE_MICROS, make_attempt, make_run
from tests.together import together

pytestmark = pytest.mark.django_db


def summary(project: Project) -> ProjectSummary:
    return project_summary(project, timezone.now())


def hold(run: Run) -> None:
    with transaction.atomic():
        post.hold(list(run.generations.all()), now=timezone.now())


def test_without_a_budget_only_what_is_used_is_counted(cast: Cast, run: Run) -> None:
    hold(run)
    assert summary(cast.project) == ProjectSummary(None, 3 * PRICE_MICROS)
    assert summary(cast.project).left_micros is None


def test_holds_count_and_what_is_released_does_not(cast: Cast, run: Run, generation: Generation) -> None:
    set_project_budget(cast.project, 1_000_000, now=timezone.now())
    hold(run)
    assert summary(cast.project).left_micros == 730_000  # 1.00 - 3 × 0.09
    attempt = make_attempt(generation)
    post.release(generation, now=timezone.now())
    charged = post.charge(attempt, Charge.CHARGED, now=timezone.now())
    assert charged
    assert summary(cast.project).left_micros == 730_000  # the charge has taken the hold's place
    post.reimburse(charged, note="", recorded_by=None, now=timezone.now())
    assert summary(cast.project).left_micros == 820_000
    post.correct(charged, -20_000, note="1.4 ×", recorded_by=cast.dana, now=timezone.now())
    assert summary(cast.project).left_micros == 800_000


def test_a_hold_that_does_not_fit_writes_nothing(cast: Cast, run: Run) -> None:
    set_project_budget(cast.project, 260_000, now=timezone.now())
    before = LedgerEntry.objects.count()
    with pytest.raises(post.OverBudget) as refusal:
        hold(run)
    assert (refusal.value.cost_micros, refusal.value.left_micros) == (270_000, 260_000)
    assert refusal.value.project == cast.project
    assert LedgerEntry.objects.count() == before
    assert summary(cast.project).used_micros == 0


def test_a_hold_may_take_the_last_cent(cast: Cast, run: Run) -> None:
    set_project_budget(cast.project, 270_000, now=timezone.now())
    hold(run)
    assert summary(cast.project).left_micros == 0


def test_a_budget_below_what_is_used_cuts_nothing_and_lets_nothing_in(cast: Cast, run: Run) -> None:
    hold(run)
    set_project_budget(cast.project, 100_000, now=timezone.now())
    assert summary(cast.project).left_micros == -170_000
    with pytest.raises(post.OverBudget):
        hold(make_run(cast.alice, cast.project, held=False))


def test_a_budget_can_be_taken_away_again(cast: Cast, run: Run) -> None:
    set_project_budget(cast.project, 0, now=timezone.now())
    set_project_budget(cast.project, None, now=timezone.now())
    hold(run)
    assert summary(cast.project).budget_micros is None


def test_a_budget_below_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="negative"):
        set_project_budget(cast.project, -1, now=timezone.now())


@pytest.mark.parametrize(("used", "is_low"), [(0, False), (900_000, False), (900_001, True), (1_100_000, True)])
def test_under_a_tenth_is_little(used: int, is_low: bool) -> None:
    assert ProjectSummary(1_000_000, used).is_low is is_low


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        ("", datetime(2026, 11, 30, 23, 30, tzinfo=UTC), date(2026, 11, 1)),
        ("Asia/Shanghai", datetime(2026, 11, 30, 15, 59, tzinfo=UTC), date(2026, 11, 1)),
        ("Asia/Shanghai", datetime(2026, 11, 30, 16, 0, tzinfo=UTC), date(2026, 12, 1)),
        # Berlin is two hours ahead until the last Sunday of October, and one after.
        ("Europe/Berlin", datetime(2026, 9, 30, 22, 0, tzinfo=UTC), date(2026, 10, 1)),
        ("Europe/Berlin", datetime(2026, 10, 31, 22, 59, tzinfo=UTC), date(2026, 10, 1)),
        ("Europe/Berlin", datetime(2026, 10, 31, 23, 0, tzinfo=UTC), date(2026, 11, 1)),
    ],
)
def test_F75_a_month_turns_where_the_project_is(zone: str, moment: datetime, month: date) -> None:
    assert project_month_of(Project(time_zone=zone), moment) == month


def test_F75_a_charge_counts_in_the_month_of_its_submit(cast: Cast, generation: Generation) -> None:
    begun, ended = datetime(2026, 10, 31, 23, 59, tzinfo=UTC), datetime(2026, 11, 1, 0, 2, tzinfo=UTC)
    Generation.objects.filter(pk=generation.pk).update(project_month=project_month_of(cast.project, begun))
    generation.refresh_from_db()
    people.allow(cast.bob, 1_000_000, begun)
    post.hold([generation], now=begun)
    attempt = make_attempt(generation, now=begun)
    post.release(generation, now=ended)
    post.charge(attempt, Charge.CHARGED, now=ended)
    assert dict(ProjectMonth.objects.values_list("month", "used_micros")) == {date(2026, 10, 1): PRICE_MICROS}


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_F70_of_50_people_at_once_exactly_the_10_that_fit_are_admitted() -> None:
    project = Project.objects.create(name=f"Catalogue {uuid.uuid4()}")
    set_project_budget(project, 10 * PRICE_MICROS + 1, now=timezone.now())
    runs = [make_run(people.person(f"p{number}"), project, held=False) for number in range(50)]
    generations = [run.generations.select_related("person", "project").get() for run in runs]

    def take(number: int) -> None:
        with transaction.atomic():
            post.hold([generations[number]], now=timezone.now())

    counted = Counter(type(result).__name__ for result in together(50, take))
    assert counted == {"NoneType": 10, "OverBudget": 40}
    assert summary(project).left_micros == 1
    assert [finding for finding in audit.findings() if finding.words != "No money was ever held for it."] == []
