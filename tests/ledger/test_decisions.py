"""What people ask of those who pay: asked once, decided once, and on record."""

import pytest
from django.db import transaction
from django.utils import timezone

from studio.ledger import decisions, post
from studio.ledger.balance import month_of, month_summary
from studio.ledger.decisions import AlreadyDecided
from studio.ledger.project_budget import project_summary
from studio.models import BudgetRequest, Generation, Kind, LedgerEntry, User
from studio.provider.outcome import Charge
from tests.people import MONEY_MICROS, Cast
from tests.runs import PRICE_MICROS, make_attempt
from tests.together import together

pytestmark = pytest.mark.django_db


def allowance(person: User) -> int:
    return month_summary(person, month_of(timezone.now())).allowance_micros


def charged(generation: Generation) -> LedgerEntry:
    now = timezone.now()
    with transaction.atomic():
        post.hold([generation], now=now)
        attempt = make_attempt(generation)
        post.release(generation, now=now)
        entry = post.charge(attempt, Charge.CHARGED, now=now)
    assert entry
    return entry


class TestMoreMoney:
    def test_asking_twice_is_one_request_with_the_newest_words(self, cast: Cast) -> None:
        for note in ("For the fair", "", "For the fair in May"):
            decisions.ask_for_more(cast.bob, None, note=note, now=timezone.now())
        assert BudgetRequest.objects.get().note == "For the fair in May"

    def test_a_project_and_oneself_are_two_things(self, cast: Cast) -> None:
        for project in (None, cast.project):
            decisions.ask_for_more(cast.bob, project, note="", now=timezone.now())
        assert BudgetRequest.objects.count() == 2

    def test_what_is_granted_is_the_new_allowance(self, cast: Cast) -> None:
        asked = decisions.ask_for_more(cast.bob, None, note="", now=timezone.now())
        decisions.grant(asked, 60_000_000, by=cast.dana, now=timezone.now())
        assert allowance(cast.bob) == 60_000_000
        entry = LedgerEntry.objects.filter(account__person=cast.bob, kind=Kind.ALLOWANCE).latest("sequence")
        assert (entry.amount_micros, entry.recorded_by) == (60_000_000 - MONEY_MICROS, cast.dana)

    def test_or_the_projects_new_budget(self, cast: Cast) -> None:
        asked = decisions.ask_for_more(cast.bob, cast.project, note="", now=timezone.now())
        decisions.grant(asked, 60_000_000, by=cast.dana, now=timezone.now())
        assert project_summary(cast.project, timezone.now()).budget_micros == 60_000_000
        assert allowance(cast.bob) == MONEY_MICROS

    def test_declined_it_stays_as_it_is_and_may_be_asked_again(self, cast: Cast) -> None:
        asked = decisions.ask_for_more(cast.bob, None, note="", now=timezone.now())
        decisions.decline(asked, by=cast.dana, now=timezone.now())
        assert allowance(cast.bob) == MONEY_MICROS
        assert decisions.ask_for_more(cast.bob, None, note="", now=timezone.now()) != asked

    def test_the_second_admin_is_told(self, cast: Cast) -> None:
        asked = decisions.ask_for_more(cast.bob, None, note="", now=timezone.now())
        decisions.grant(asked, 60_000_000, by=cast.dana, now=timezone.now())
        with pytest.raises(AlreadyDecided):
            decisions.grant(asked, 90_000_000, by=cast.alice, now=timezone.now())
        assert allowance(cast.bob) == 60_000_000


class TestQuestions:
    def test_a_charge_given_back_is_a_correction_with_a_name(self, cast: Cast, generation: Generation) -> None:
        entry = charged(generation)
        question = decisions.ask_about(entry, note="No picture came", now=timezone.now())
        returned = decisions.give_back(question, answer="Our mistake", by=cast.dana, now=timezone.now())
        assert (returned.kind, returned.amount_micros, returned.closes) == (Kind.CORRECTION, PRICE_MICROS, entry)
        assert (returned.note, returned.recorded_by) == ("Our mistake", cast.dana)
        assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS

    def test_a_charge_that_stands_moves_nothing(self, cast: Cast, generation: Generation) -> None:
        question = decisions.ask_about(charged(generation), note="Why?", now=timezone.now())
        before = LedgerEntry.objects.count()
        decisions.let_stand(question, answer="The provider billed it", by=cast.dana, now=timezone.now())
        question.refresh_from_db()
        assert (question.status, question.answer) == ("stands", "The provider billed it")
        assert LedgerEntry.objects.count() == before

    @pytest.mark.parametrize("answer", ["", "   "])
    def test_without_a_reason_nothing_is_decided(self, cast: Cast, generation: Generation, answer: str) -> None:
        question = decisions.ask_about(charged(generation), note="Why?", now=timezone.now())
        for decide in (decisions.give_back, decisions.let_stand):
            with pytest.raises(ValueError, match="reason"):
                decide(question, answer=answer, by=cast.dana, now=timezone.now())
        question.refresh_from_db()
        assert question.status == "open"

    def test_what_the_provider_gave_back_is_not_given_back_twice(self, cast: Cast, generation: Generation) -> None:
        entry = charged(generation)
        question = decisions.ask_about(entry, note="Why?", now=timezone.now())
        post.reimburse(entry, note="", recorded_by=None, now=timezone.now())
        with pytest.raises(AlreadyDecided):
            decisions.give_back(question, answer="Sorry", by=cast.dana, now=timezone.now())
        question.refresh_from_db()
        assert question.status == "open"
        assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS

    def test_what_goes_back_is_what_it_cost_by_then(self, cast: Cast, generation: Generation) -> None:
        entry = charged(generation)
        question = decisions.ask_about(entry, note="Why?", now=timezone.now())
        assert entry.attempt
        with transaction.atomic():
            post.true_up(entry.attempt, 33_439, note="as counted: 1,548 tokens", now=timezone.now())
        returned = decisions.give_back(question, answer="Sorry", by=cast.dana, now=timezone.now())
        assert returned.amount_micros == 33_439

    def test_what_an_admin_gave_back_the_provider_does_not_give_back_again(
        self, cast: Cast, generation: Generation
    ) -> None:
        entry = charged(generation)
        question = decisions.ask_about(entry, note="Why?", now=timezone.now())
        decisions.give_back(question, answer="Sorry", by=cast.dana, now=timezone.now())
        assert post.reimburse(entry, note="", recorded_by=None, now=timezone.now()) is None
        assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS

    def test_what_was_given_back_is_not_corrected_to_what_it_cost(self, cast: Cast, generation: Generation) -> None:
        entry = charged(generation)
        question = decisions.ask_about(entry, note="Why?", now=timezone.now())
        decisions.give_back(question, answer="Sorry", by=cast.dana, now=timezone.now())
        assert entry.attempt
        assert post.true_up(entry.attempt, PRICE_MICROS - 1, note="as counted", now=timezone.now()) is None
        assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS

    def test_a_charge_that_stood_can_still_be_given_back_by_the_provider(
        self, cast: Cast, generation: Generation
    ) -> None:
        entry = charged(generation)
        question = decisions.ask_about(entry, note="Why?", now=timezone.now())
        decisions.let_stand(question, answer="It was billed", by=cast.dana, now=timezone.now())
        assert post.reimburse(entry, note="", recorded_by=None, now=timezone.now())
        assert month_summary(cast.bob, entry.month).left_micros == MONEY_MICROS

    def test_only_a_charge_can_be_questioned(self, cast: Cast, generation: Generation) -> None:
        charged(generation)
        hold = LedgerEntry.objects.get(generation=generation, kind=Kind.HOLD)
        with pytest.raises(ValueError, match="charge"):
            decisions.ask_about(hold, note="Why?", now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_F76_of_ten_admins_at_once_one_gives_back(cast: Cast, generation: Generation) -> None:
    question = decisions.ask_about(charged(generation), note="Why?", now=timezone.now())

    def give_back(_number: int) -> LedgerEntry:
        return decisions.give_back(question, answer="Sorry", by=cast.dana, now=timezone.now())

    results = together(10, give_back)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided"] * 9 + ["LedgerEntry"]
    assert LedgerEntry.objects.filter(kind=Kind.CORRECTION).count() == 1
