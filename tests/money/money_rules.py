"""What those who pay do, and the calendar: prices, allowances, budgets, corrections, questions, months."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from studio.ledger import decisions, post
from studio.ledger.presumed import settle_presumed
from studio.models import Attempt, Kind, LedgerEntry, Membership, User
from studio.provider.outcome import Charge
from tests.money.book import Tariff
from tests.money.life import PEOPLE, PRICES, ZONES, one_of
from tests.money.worker_rules import WorkerRules

AMOUNTS = st.integers(0, 16).map(lambda steps: steps * 25_000)
"""From nothing to 40 cents: less than what is used already, just enough, plenty."""
DECISIONS = st.sampled_from(["price", "allowance", "budget", "no budget", "request"])
MODEL = st.sampled_from(list(PRICES))
PERSON = st.sampled_from(PEOPLE)
PROJECT = st.sampled_from(list(ZONES))


class MoneyRules(WorkerRules):
    # Rules are drawn alike, and the pictures are what it is all about: so the office has one rule for all it decides.

    @rule(what=DECISIONS, amount=AMOUNTS, data=st.data())
    def decide(self, what: str, amount: int, data: st.DataObject) -> None:
        now = self.tick()
        if what == "price":
            model, thousandths = data.draw(MODEL), data.draw(st.sampled_from([1000, 1400]))
            self.price(model, data.draw(st.sampled_from(_tariffs(model, amount or 1, thousandths))))
        elif what == "allowance":
            self.allow(data.draw(PERSON), amount)
        elif what == "request":
            self.grant(data.draw(PERSON), data.draw(st.none() | PROJECT), amount, now)
        else:
            self.limit(data.draw(PROJECT), None if what == "no budget" else amount)

    def grant(self, person: str, project: str | None, amount: int, now: datetime) -> None:
        wanted = self.project(project) if project else None
        request = decisions.ask_for_more(self.people[person], wanted, note="please", now=now)
        decisions.grant(request, amount, by=self.dana, now=now)
        if project:
            self.book.limit(project, amount, now)
        else:
            self.book.allow(person, amount, now)

    @rule(person=PERSON, project=st.none() | PROJECT)
    def come_or_go(self, person: str, project: str | None) -> None:
        """Leave a project, or the whole studio; who is gone comes back."""
        self.tick()
        if project is None:
            self.closed ^= {person}
            User.objects.filter(username=person).update(is_active=person not in self.closed)
        elif (person, project) in self.makers:
            Membership.objects.filter(person=self.people[person], project=self.projects[project]).delete()
            self.makers.remove((person, project))
        else:
            self.join(person, project)

    # ── Afterwards ─────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.paid)
    @rule(number=one_of("paid"), amount=st.integers(-100_000, 100_000).filter(bool))
    def correct(self, number: int, amount: int) -> None:
        """Upwards or downwards: the owner's sign, as everywhere."""
        now, call = self.tick(), self.call_of(number)
        with transaction.atomic():
            post.correct(_charge_of(call), amount, note="as on the bill", recorded_by=self.dana, now=now)
        self.frame(number).given_micros += amount

    @precondition(lambda self: self.paid)
    @rule(number=one_of("paid"), gives=st.booleans())
    def answer_a_question(self, number: int, gives: bool) -> None:
        """Asked once a charge, decided once; and what is back already is not given back again."""
        now, call = self.tick(), self.call_of(number)
        question = decisions.ask_about(_charge_of(call), note="why?", now=now)
        is_open = call not in self.decided and not (gives and call in self.returned)
        decide = decisions.give_back if gives else decisions.let_stand
        if not is_open:
            with pytest.raises(decisions.AlreadyDecided):
                decide(question, answer="see the log", by=self.dana, now=now)
            return
        decide(question, answer="see the log", by=self.dana, now=now)
        self.decided.add(call)
        if gives:
            self._give_back(number, call)

    @precondition(lambda self: self.paid)
    @rule(number=one_of("paid"), was_charged=st.sampled_from([False, False, True]))
    def learn_what_it_cost(self, number: int, was_charged: bool) -> None:
        """A presumed charge stands, or never was one, says the provider's log; or the provider gives a charge back."""
        now, call = self.tick(), self.call_of(number)
        entry = _charge_of(call)
        if Attempt.objects.get(pk=call).charge == Charge.PRESUMED:
            settle_presumed(entry, was_charged=was_charged, note="as in the log", by=self.dana, now=now)
        elif was_charged:
            return
        else:
            with transaction.atomic():
                given = post.reimburse(entry, note="as in the log", recorded_by=self.dana, now=now)
                if given:
                    Attempt.objects.filter(pk=call).update(charge=Charge.REIMBURSED)
            assert (given is None) == (call in self.returned)
            if given is None:
                return
        if not was_charged:
            self.free.add(number)
            if call not in self.returned:
                self._give_back(number, call)

    def call_of(self, number: int) -> UUID:
        (call,) = self.frame(number).charges
        return call

    def _give_back(self, number: int, call: UUID) -> None:
        self.returned.add(call)
        frame = self.frame(number)
        frame.given_micros += frame.costs[call]

    # ── The calendar ───────────────────────────────────────────────────────────────────────────────

    @rule(until=st.sampled_from(["an hour", "tomorrow", *ZONES]))
    def wait(self, until: str) -> None:
        """Or until two minutes before a month ends where a project is: what is begun in it ends in the next."""
        if until in ZONES:
            there = self.now.astimezone(self.book.zones[until])
            next_month = (there.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0)
            self.now = max(self.now, next_month.astimezone(UTC) - timedelta(minutes=2))
        else:
            self.now += timedelta(hours=1 if until == "an hour" else 24)


def _tariffs(model: str, amount: int, thousandths: int) -> list[Tariff]:
    """NB 2 may be had by tokens as well, at about as much a picture."""
    by_the_call = Tariff(amount, thousandths=thousandths)
    by_tokens = Tariff(tokens_in=180_000, tokens_out=400 * amount, thousandths=thousandths)
    return [by_tokens, by_tokens, by_the_call] if model == "nb2" else [by_the_call]


def _charge_of(call: UUID) -> LedgerEntry:
    return LedgerEntry.objects.select_related("account__person").get(attempt=call, kind=Kind.CHARGE)
