"""However charges are chosen, page after page lists what a look at each of them finds: all, once, newest first."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.ledger import charge_pages
from studio.ledger.balance import month_of
from studio.ledger.charge_pages import newest
from studio.ledger.charges import BECAME, CERTAINTY, Chosen
from studio.ledger.folding import fold
from studio.models import Attempt, Kind, LedgerEntry, Project
from studio.provider.outcome import DELIVERED_OUTCOMES, Charge, Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

OUTCOMES = [Outcome.DELIVERED, Outcome.REFUSED_TEXT, Outcome.CORRUPT_RESULT, Outcome.OUTCOME_UNKNOWN]


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Thirty charges of two people on ten days of a month, in two projects, with two models; some at one moment."""
    other = Project.objects.create(name="Another")
    for number in range(30):
        person, project = (cast.alice, cast.bob)[number % 2], (cast.project, other)[number // 2 % 2]
        model = {"model_key": "lite", "size": "1K"} if number % 3 else {}
        generation = make_run(person, project, **model).generations.get()
        at = datetime(1, 1, 1 + number // 3 % 10, 12, number // 10, tzinfo=UTC)
        at = at.replace(year=this_month().year, month=this_month().month)
        attempt = end(generation, OUTCOMES[number * 7 // 3 % 4], now=at)
        if number % 10 == 3:
            Attempt.objects.filter(pk=attempt.pk).update(real_micros=attempt.price_micros + 1)
    return cast


def this_month() -> date:
    return month_of(timezone.now())


def is_meant(entry: LedgerEntry, chosen: Chosen) -> bool:
    call = entry.attempt
    assert call
    assert entry.generation
    became = "picture" if call.outcome in DELIVERED_OUTCOMES else "nothing"
    reason = {"refused_text": "refused", "corrupt_result": "lost", "outcome_unknown": "unanswered"}.get(call.outcome)
    certainties = {"presumed" if call.charge == Charge.PRESUMED else "charged"}
    certainties |= {"over_hold"} if call.is_over_hold else set()
    return (
        chosen.person in (None, entry.account.person)
        and chosen.project in (None, entry.project)
        and chosen.model_key in ("", entry.generation.run.model_key)
        and chosen.day in (None, entry.effective_at.date())
        and chosen.became in ("", became, reason)
        and (not chosen.certainty or chosen.certainty in certainties)
    )


def pages(chosen: Chosen, length: int) -> list[list[LedgerEntry]]:
    """To the end, each from the last line of the one before."""
    found = [newest(chosen, length)]
    while found[-1]:
        found.append(newest(chosen, length, before=found[-1][-1].pk))
    return found


@pytest.mark.thorough
def test_pages_list_all_that_are_meant(busy: Cast) -> None:
    entries = LedgerEntry.objects.filter(kind=Kind.CHARGE).order_by("-effective_at", "-pk")
    every = list(entries.select_related("account__person", "attempt", "generation__run", "project"))
    projects = list(Project.objects.all())

    @settings(max_examples=60)
    @given(
        person=st.sampled_from([None, busy.alice, busy.bob]),
        project=st.sampled_from([None, *projects]),
        model_key=st.sampled_from(["", "pro", "lite"]),
        day=st.none() | st.integers(1, 11).map(lambda day: this_month().replace(day=day)),
        became=st.sampled_from(["", *BECAME]),
        certainty=st.sampled_from(["", *CERTAINTY]),
        length=st.integers(1, 12),
        is_folded=st.booleans(),
    )
    def check(length: int, is_folded: bool, **choice: object) -> None:
        if is_folded:
            fold(few=0)
        chosen = Chosen(month=this_month(), **choice)  # type: ignore[arg-type]
        expected = [entry for entry in every if is_meant(entry, chosen)]
        assert [entry for page in pages(chosen, length) for entry in page] == expected
        cost = sum(entry.attempt.cost_micros for entry in expected if entry.attempt)
        assert chosen.totals() == (len(expected), cost)

    check()


@pytest.mark.parametrize(
    ("choose", "looked_at"),
    [
        (lambda cast: Chosen(month=this_month(), became="lost"), 9),
        (lambda cast: Chosen(month=this_month(), became="other"), 0),
    ],
    ids=["few", "none"],
)
def test_only_where_there_are_any_is_looked(busy: Cast, choose: Callable[[Cast], Chosen], looked_at: int) -> None:
    where = charge_pages._where_there_are_any(choose(busy), 100, None)
    # Not counted: from 3.46 on SQLite fails to plan a count over several stretches of one conditional index.
    assert len(LedgerEntry.objects.filter(where)) <= looked_at


def test_another_month_has_none_of_them(busy: Cast) -> None:
    assert newest(Chosen(month=this_month() - timedelta(days=1)), 5) == []


def test_nothing_comes_before_what_is_not_there(busy: Cast) -> None:
    assert newest(Chosen(month=this_month()), 5, before=10**9) == []
